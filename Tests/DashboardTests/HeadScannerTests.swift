import Dashboard
import Testing

@Suite("Heads of requests")
struct HeadScannerTests {
  private func head(_ text: String) throws -> RequestHead? {
    var scanner = HeadScanner(HTTPLimits())
    scanner.feed(Array(text.utf8))
    return try scanner.next()
  }

  private func status(_ text: String) -> Int? {
    do {
      _ = try head(text)
      return nil
    } catch { return (error as? RequestError)?.status }
  }

  @Test("a head is read, whatever pieces it arrives in")
  func pieces() throws {
    let text =
      "GET /api/run?path=files%2Fa+b&path=c HTTP/1.1\r\nHost: x\r\nCookie: a=1\r\ncookie: b=2\r\n\r\n"
    for size in 1...text.utf8.count {
      var scanner = HeadScanner(HTTPLimits())
      var found: RequestHead?
      var rest = Array(text.utf8)[...]
      while !rest.isEmpty {
        scanner.feed(Array(rest.prefix(size)))
        rest = rest.dropFirst(size)
        if let head = try scanner.next() { found = head }
      }
      #expect(found?.target.path == ["api", "run"])
      #expect(found?.target.query == ["path": "c"])
      #expect(found?.headers == ["host": "x", "cookie": "a=1; b=2"])
      #expect(found?.keepsAlive == true)
    }
  }

  @Test("two requests at once are read one after the other")
  func pipelined() throws {
    var scanner = HeadScanner(HTTPLimits())
    scanner.feed(Array("GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.0\r\nHost: x\r\n\r\n".utf8))
    #expect(try scanner.next()?.target.path == ["a"])
    let second = try scanner.next()
    #expect(second?.target.path == ["b"])
    #expect(second?.keepsAlive == false)
    #expect(try scanner.next() == nil)
  }

  @Test(
    "what breaks a rule of HTTP is refused by the status that says so",
    arguments: [
      ("GET / HTTP/1.1\r\n\r\n", 400), ("GET / HTTP/2.0\r\n", 505), ("GET /\r\n", 400),
      ("\u{16}\u{3}\u{1}", 400), ("GET  / HTTP/1.1\r\n", 400), ("G\u{0}T / HTTP/1.1\r\n", 400),
      ("GET / HTTP/1.1\n", 400), ("GET http://x/ HTTP/1.1\r\n", 400), ("GET * HTTP/1.1\r\n", 400),
      ("GET / HTTP/1.1\r\nHost: x\r\n y\r\n\r\n", 400),
      ("GET / HTTP/1.1\r\nHost : x\r\n\r\n", 400),
      ("GET / HTTP/1.1\r\nHost: x\r\nhost: y\r\n\r\n", 400),
      ("GET / HTTP/1.1\r\nHost: x\r\nA: \u{1}\r\n\r\n", 400),
      ("GET / HTTP/1.1\r\nHost: x\nA: b\r\n\r\n", 400),
      ("POST / HTTP/1.1\r\nHost: x\r\n\r\n", 411),
      ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400),
      ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +1\r\n\r\n", 400),
      ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1, 1\r\n\r\n", 400),
      ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n", 413),
      ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", 501),
      (
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n",
        400
      ),
      ("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n", 400),
    ])
  func refused(_ text: String, _ expected: Int) { #expect(status(text) == expected) }

  @Test("lines and heads have a length")
  func lengths() {
    let long = String(repeating: "a", count: 9000)
    #expect(status("GET /\(long)") == 414)
    #expect(status("GET / HTTP/1.1\r\nA: \(String(repeating: long, count: 5))") == 431)
    let lines = (0..<101).map { "A\($0): b\r\n" }.joined()
    #expect(status("GET / HTTP/1.1\r\n\(lines)\r\n") == 431)
  }

  @Test(
    "paths that climb or hide a separator are none",
    arguments: [
      "/..", "/a/../b", "/%2e%2e/a", "/a%2fb", "/a%5cb", "/a%00", "/a%0d%0a", "/%zz", "/%f", "//a",
      "/%ff", "/./a",
    ])
  func climbing(_ path: String) { #expect(status("GET \(path) HTTP/1.1\r\n") == 400) }
}
