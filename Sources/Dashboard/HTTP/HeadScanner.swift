/// Finds where the head of a request ends, and refuses early what cannot become one.
package struct HeadScanner {
  private let limits: HTTPLimits
  /// What has arrived and is not yet taken.
  private(set) var buffer: [UInt8] = []
  private var hasLine = false
  private var searched = 0

  /// Nothing has arrived.
  package init(_ limits: HTTPLimits) { self.limits = limits }

  /// Whether part of a request has arrived.
  var hasBegun: Bool { !buffer.isEmpty }

  /// Takes in what has arrived.
  package mutating func feed(_ bytes: [UInt8]) { buffer += bytes }

  /// Takes out bytes of a body.
  mutating func take(atMost count: Int) -> [UInt8] {
    let bytes = Array(buffer.prefix(count))
    buffer.removeFirst(bytes.count)
    return bytes
  }

  /// The next head; nil while it is not complete.
  ///
  /// - Throws: ``RequestError`` for a head that is too long or is none.
  package mutating func next() throws(RequestError) -> RequestHead? {
    if searched == 0 { dropEmptyLines() }
    guard !buffer.isEmpty else { return nil }
    try checkLine()
    guard let end = endOfHead() else {
      guard buffer.count <= limits.requestLine + limits.headerBytes else { throw tooLong }
      return nil
    }
    guard end <= limits.requestLine + limits.headerBytes else { throw tooLong }
    let head = try RequestHead(buffer[..<(end - 2)], limits)
    buffer.removeFirst(end)
    hasLine = false
    searched = 0
    return head
  }

  /// An empty line between requests is left out, as RFC 9112 recommends.
  private mutating func dropEmptyLines() {
    while buffer.starts(with: [13, 10]) { buffer.removeFirst(2) }
  }

  private mutating func checkLine() throws(RequestError) {
    guard !hasLine else { return }
    // What begins with no letter, such as TLS, is not waited for.
    guard let first = buffer.first, RequestLine.isTokenByte(first) || first == 13 else {
      throw RequestError(
        400, "This is no request of HTTP/1.1; if it was meant for HTTPS, use http:// in the link.")
    }
    guard let end = buffer.firstIndex(of: 10) else {
      guard buffer.count <= limits.requestLine else { throw tooLongLine }
      return
    }
    guard end <= limits.requestLine else { throw tooLongLine }
    guard end > 0, buffer[end - 1] == 13 else {
      throw RequestError(400, "The first line of the request does not end with CR LF.")
    }
    _ = try RequestLine(buffer[..<(end - 1)])
    hasLine = true
  }

  /// The place after the empty line.
  private mutating func endOfHead() -> Int? {
    var place = max(searched - 3, 0)
    while place + 4 <= buffer.count {
      if buffer[place] == 13, buffer[place + 1] == 10, buffer[place + 2] == 13,
        buffer[place + 3] == 10
      {
        return place + 4
      }
      place += 1
    }
    searched = buffer.count
    return nil
  }

  private var tooLongLine: RequestError {
    RequestError(414, "The request line is longer than \(limits.requestLine) bytes.")
  }

  private var tooLong: RequestError {
    RequestError(431, "The header lines are longer than \(limits.headerBytes) bytes together.")
  }
}
