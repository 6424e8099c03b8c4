/// The request line and the header fields of a request.
package struct RequestHead {
  /// The method, such as `GET`.
  package let method: String
  /// What is asked for.
  package let target: RequestTarget
  /// The header fields, with names in lower case.
  package let headers: [String: String]
  /// How many bytes of body follow.
  package let contentLength: Int
  /// Whether another request may follow on the connection.
  package let keepsAlive: Bool

  /// Reads a head.
  ///
  /// - Parameter bytes: all lines, with the last line's end and without the empty line
  /// - Throws: ``RequestError`` with what does not keep to HTTP/1.1.
  init(_ bytes: ArraySlice<UInt8>, _ limits: HTTPLimits) throws(RequestError) {
    var lines = try Self.lines(bytes)
    let line = try RequestLine(lines.removeFirst())
    guard lines.count <= limits.headerLines else {
      throw RequestError(
        431, "The request has \(lines.count) header lines; at most \(limits.headerLines) are read.")
    }
    let headers = try Self.headers(lines)
    guard headers["host"] != nil else {
      throw RequestError(400, "The request has no Host header, which HTTP/1.1 asks for.")
    }
    self.method = line.method
    self.target = line.target
    self.headers = headers
    self.contentLength = try Self.contentLength(headers, line.method)
    let options = (headers["connection"] ?? "").lowercased()
    self.keepsAlive =
      line.isVersion10 ? options.contains("keep-alive") : !options.contains("close")
  }

  /// The lines without their ends; each has to end with CR LF.
  private static func lines(
    _ bytes: ArraySlice<UInt8>
  ) throws(RequestError) -> [ArraySlice<UInt8>] {
    var lines: [ArraySlice<UInt8>] = []
    for line in bytes.split(separator: 10, omittingEmptySubsequences: false).dropLast() {
      guard line.last == 13, !line.dropLast().contains(13) else {
        throw RequestError(400, "A line of the request's head does not end with CR LF.")
      }
      lines.append(line.dropLast())
    }
    return lines
  }

  private static func headers(
    _ lines: [ArraySlice<UInt8>]
  ) throws(RequestError) -> [String: String] {
    var headers: [String: String] = [:]
    for line in lines {
      guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex,
        line[..<colon].allSatisfy(RequestLine.isTokenByte)
      else { throw RequestError(400, "A header line of the request has no name.") }
      let rest = line[(colon + 1)...]
      guard rest.allSatisfy({ $0 >= 32 && $0 != 127 || $0 == 9 }),
        let text = String(validating: rest, as: UTF8.self)
      else { throw RequestError(400, "A header line of the request holds control characters.") }
      let name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
      let value = text.trimmed
      if let before = headers[name] {
        guard !singular.contains(name) else {
          throw RequestError(400, "The request has more than one \(name) header.")
        }
        headers[name] = before + (name == "cookie" ? "; " : ", ") + value
      } else {
        headers[name] = value
      }
    }
    return headers
  }

  /// What must not be there twice, since programs would differ in which one they take.
  private static let singular: Set = [
    "host", "content-length", "transfer-encoding", "authorization", "origin", "x-usplit",
    "sec-fetch-site", "content-type",
  ]

  private static func contentLength(
    _ headers: [String: String], _ method: String
  ) throws(RequestError) -> Int {
    let text = headers["content-length"]
    if headers["transfer-encoding"] != nil {
      guard text == nil else {
        throw RequestError(400, "The request has both Content-Length and Transfer-Encoding.")
      }
      throw RequestError(501, "Transfer-Encoding is not understood here; send a Content-Length.")
    }
    let mayHaveBody = !["GET", "HEAD", "DELETE", "OPTIONS", "TRACE"].contains(method)
    guard let text else {
      guard !mayHaveBody else {
        throw RequestError(411, "The request has no Content-Length; send one, 0 for no body.")
      }
      return 0
    }
    guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }) else {
      throw RequestError(400, "The Content-Length of the request is no number.")
    }
    guard let length = Int(text) else {
      throw RequestError(413, "The Content-Length of the request is larger than any disk.")
    }
    guard mayHaveBody || length == 0 else {
      throw RequestError(400, "A request by \(method) cannot have a body here.")
    }
    return length
  }
}

extension String {
  /// The text without spaces and tabs at both ends.
  fileprivate var trimmed: String {
    var text = self[...]
    while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
    while let last = text.last, last == " " || last == "\t" { text.removeLast() }
    return String(text)
  }
}
