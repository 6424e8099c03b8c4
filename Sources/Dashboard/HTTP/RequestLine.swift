/// The first line of a request.
struct RequestLine {
  /// The method, such as `GET`.
  let method: String
  /// What is asked for.
  let target: RequestTarget
  /// Whether the client speaks HTTP/1.0.
  let isVersion10: Bool

  /// Reads a line without its end.
  ///
  /// - Throws: ``RequestError``: 400 for what is no request line, 505 for another version.
  init(_ line: ArraySlice<UInt8>) throws(RequestError) {
    let parts = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
    guard parts.count == 3, !parts[0].isEmpty, parts[0].allSatisfy(Self.isTokenByte) else {
      throw RequestError(400, "This is no request of HTTP/1.1: a method, a path and a version.")
    }
    let version = String(decoding: parts[2], as: UTF8.self)
    guard version == "HTTP/1.1" || version == "HTTP/1.0" else {
      guard version.wholeMatch(of: /HTTP\/[0-9](\.[0-9])?/) != nil else {
        throw RequestError(400, "The request names no version of HTTP.")
      }
      throw RequestError(505, "\(version) is not spoken here; use HTTP/1.1.")
    }
    method = String(decoding: parts[0], as: UTF8.self)
    target = try RequestTarget(parts[1])
    isVersion10 = version == "HTTP/1.0"
  }

  /// Whether a byte may be part of the name of a method or a header.
  static func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
  }
}
