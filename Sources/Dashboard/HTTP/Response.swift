import Foundation

/// What a client gets.
struct Response: Sendable {
  /// The content of a response.
  enum Body: Sendable {
    /// Bytes in memory.
    case data(Data)
    /// A part of an open file, sent piece by piece; the handle is closed at the end.
    case file(FileHandle, length: Int)
  }

  /// The status code, such as 200.
  var status: Int
  /// Further header fields.
  var headers: [(name: String, value: String)]
  /// The content.
  var body: Body

  /// Bytes of a type.
  init(
    status: Int = 200, type: String, _ data: Data, headers: [(name: String, value: String)] = []
  ) {
    self.init(status: status, type: type, body: .data(data), headers: headers)
  }

  /// Content of a type.
  init(
    status: Int = 200, type: String, body: Body, headers: [(name: String, value: String)] = []
  ) {
    self.status = status
    self.headers = [("Content-Type", type)] + headers
    self.body = body
  }

  /// JSON.
  ///
  /// - Throws: what the encoding throws.
  static func json(_ value: some Encodable, status: Int = 200) throws -> Response {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return Response(
      status: status, type: "application/json", try encoder.encode(value),
      headers: [("Cache-Control", "no-store")])
  }

  /// That what the client has is still right.
  static func unchanged(etag: String) -> Response {
    var response = Response(type: "", Data())
    response.status = 304
    response.headers = [("ETag", etag), ("Cache-Control", "no-cache")]
    return response
  }
}
