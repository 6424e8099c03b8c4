import Foundation

/// What a client asks for.
struct Request: Sendable {
  /// The method, such as `GET`.
  var method: String
  /// The path's components, decoded.
  var path: [String]
  /// The query, decoded; of a name that is there twice, the last.
  var query: [String: String]
  /// The header fields, with names in lower case.
  var headers: [String: String]
  /// The body.
  var body: RequestBody
}

/// The body of a request, which arrives piece by piece.
struct RequestBody: Sendable {
  /// How many bytes the client has announced.
  var length: Int
  /// The next piece; nil at the end.
  var next: @Sendable () async throws -> [UInt8]?

  /// No body.
  static let none = RequestBody(length: 0) { nil }
}

extension RequestBody {
  /// All bytes.
  ///
  /// - Throws: ``RequestError`` when there are more than `limit`, and what reading throws.
  func bytes(atMost limit: Int) async throws -> [UInt8] {
    guard length <= limit else {
      throw RequestError(
        413, "The body has \(length) bytes, and at most \(limit) are taken here; send less.")
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(length)
    while let piece = try await next() { bytes += piece }
    return bytes
  }
}
