import Dashboard
import Foundation
import Testing

/// A request that nobody should send, and what the server makes of it.
struct HostileRequest: Sendable, CustomTestStringConvertible {
  /// What it tries.
  let testDescription: String
  /// The status of the answer; nil for a connection that is closed without one.
  let status: Int?
  /// What is sent.
  let pieces: [[UInt8]]
  /// Seconds between the pieces.
  var pause = 0.0

  /// Text as it is.
  init(_ name: String, _ status: Int?, raw: String) {
    self.init(name, status, pieces: [Array(raw.utf8)])
  }

  /// Bytes as they are.
  init(_ name: String, _ status: Int?, pieces: [[UInt8]], pause: Double = 0) {
    testDescription = name
    self.status = status
    self.pieces = pieces
    self.pause = pause
  }

  /// A request by GET with the token.
  init(_ name: String, _ status: Int?, get target: String, _ headers: [String] = []) {
    self.init(
      name, status, raw: Service.request("GET", target, headers + ["Connection: close"]))
  }

  /// A request by POST with all that it needs.
  init(
    _ name: String, _ status: Int?, post target: String, _ body: String, _ headers: [String] = []
  ) {
    self.init(
      name, status,
      raw: Service.request("POST", target, body: body, headers + ["Connection: close"]))
  }
}

private let token = Service.token
private let host = "Host: localhost\r\n"
private let bearer = "Authorization: Bearer \(token)\r\n"
private let closing = "Connection: close\r\n"
private let model = #""model":"files/run/checkpoints/best.safetensors""#
private let targets =
  #""targets":[{"name":"a","path":"files/image.tif"},{"name":"b","path":"files/image.tif"}]"#

private let pathTricks: [HostileRequest] = [
  .init("climbs out", 400, get: "/api/file?path=files/../outside/secret.txt"),
  .init("climbs out, encoded", 400, get: "/api/file?path=files/%2e%2e/outside/secret.txt"),
  .init("climbs out, encoded twice", 404, get: "/api/file?path=files/%252e%252e/secret.txt"),
  .init("climbs out with an encoded slash", 400, get: "/api/file?path=files%2f..%2fx.txt"),
  .init("climbs out with a backslash", 400, get: "/api/file?path=files/..%5coutside"),
  .init("overlong UTF-8", 400, get: "/api/file?path=files/%c0%ae%c0%ae/x"),
  .init("NUL in a path", 400, get: "/api/file?path=files/note.txt%00.png"),
  .init("absolute path", 400, get: "/api/file?path=/etc/passwd"),
  .init("path without a root", 400, get: "/api/file?path=etc/passwd"),
  .init("link that leads out", 403, get: "/api/file?path=files/leak.txt"),
  .init("folder that leads out", 403, get: "/api/file?path=files/leak/secret.txt"),
  .init("listing of a folder that leads out", 403, get: "/api/browse?path=files/leak"),
  .init("link to itself", 403, get: "/api/file?path=files/circle"),
  .init("link to what is hidden", 403, get: "/api/file?path=files/veil.txt"),
  .init("hidden file", 403, get: "/api/file?path=files/.secret.txt"),
  .init("file in a hidden folder", 403, get: "/api/file?path=files/.hidden/secret.txt"),
  .init("weights as a file", 415, get: "/api/file?path=files/run/checkpoints/best.safetensors"),
  .init("folder as a file", 415, get: "/api/file?path=files/run"),
  .init("no path", 400, get: "/api/file"),
  .init("page that climbs out", 400, get: "/../usplit"),
  .init("page that climbs out, encoded", 400, get: "/%2e%2e/usplit"),
  .init("page of another kind", 404, get: "/passwd"),
  .init("very long path", 400, get: "/api/file?path=files/" + String(repeating: "a/", count: 2100)),
  .init("run that is none", 404, get: "/api/run?path=files"),
  .init("curves of what is no run", 404, get: "/api/curves?path=files/run/previews"),
  .init("no number of points", 400, get: "/api/curves?path=files/run&points=-1"),
  .init("too many points", 400, get: "/api/curves?path=files/run&points=99999999999999999999"),
]

private let strangers: [HostileRequest] = [
  .init("no token", 401, raw: "GET /api/runs HTTP/1.1\r\n\(host)\(closing)\r\n"),
  .init(
    "wrong token", 401,
    raw:
      "GET /api/runs HTTP/1.1\r\n\(host)\(closing)Authorization: Bearer \(token.dropLast())x\r\n\r\n"
  ),
  .init(
    "part of the token", 401,
    raw:
      "GET /api/runs HTTP/1.1\r\n\(host)\(closing)Authorization: Bearer \(token.dropLast(1))\r\n\r\n"
  ),
  .init(
    "token twice", 401,
    raw: "GET /api/runs HTTP/1.1\r\n\(host)\(closing)Authorization: Bearer \(token)\(token)\r\n\r\n"
  ),
  .init(
    "empty token", 401,
    raw: "GET /api/runs HTTP/1.1\r\n\(host)\(closing)Authorization: Bearer \r\n\r\n"),
  .init(
    "token as a query of the API", 401,
    raw: "GET /api/runs?token=\(token) HTTP/1.1\r\n\(host)\(closing)\r\n"),
  .init("link with a wrong token", 401, raw: "GET /?token=x HTTP/1.1\r\n\(host)\(closing)\r\n"),
  .init(
    "cookie of another port", 401,
    raw: "GET /api/runs HTTP/1.1\r\n\(host)\(closing)Cookie: usplit-1=\(token)\r\n\r\n"),
  .init(
    "name that was pointed here", 421,
    raw: "GET /api/runs HTTP/1.1\r\nHost: evil.example:8642\r\n\(bearer)\(closing)\r\n"),
  .init(
    "name that begins like ours", 421,
    raw: "GET /api/runs HTTP/1.1\r\nHost: localhost.evil.example\r\n\(bearer)\(closing)\r\n"),
  .init(
    "name with a point at its end", 421,
    raw: "GET / HTTP/1.1\r\nHost: localhost.\r\n\(bearer)\(closing)\r\n"),
  .init(
    "link by a name that was pointed here", 421,
    raw: "GET /?token=\(token) HTTP/1.1\r\nHost: 10.0.0.1\r\n\(closing)\r\n"),
  .init("no host", 400, raw: "GET / HTTP/1.1\r\n\(bearer)\(closing)\r\n"),
  .init(
    "user in the host", 400,
    raw: "GET / HTTP/1.1\r\nHost: localhost@evil.example\r\n\(bearer)\(closing)\r\n"),
  .init("page of another site reads", 403, get: "/api/runs", ["Sec-Fetch-Site: cross-site"]),
  .init("page of another port reads", 403, get: "/api/runs", ["Sec-Fetch-Site: same-site"]),
  .init(
    "page of another site writes", 403, post: "/api/jobs/cancel", #"{"id":"1"}"#,
    ["Origin: http://evil.example"]),
  .init(
    "page of another port writes", 403, post: "/api/jobs/cancel", #"{"id":"1"}"#,
    ["Origin: http://localhost:1"]),
  .init(
    "page without an origin writes", 403, post: "/api/jobs/cancel", #"{"id":"1"}"#,
    ["Origin: null"]),
  .init(
    "browser says that it is another site", 403, post: "/api/jobs/cancel", #"{"id":"1"}"#,
    ["Sec-Fetch-Site: cross-site"]),
  .init(
    "form of another page", 403,
    raw: "POST /api/jobs/cancel HTTP/1.1\r\n\(host)\(bearer)\(closing)"
      + "Content-Type: text/plain\r\nContent-Length: 10\r\n\r\n{\"id\":\"1\"}"),
  .init(
    "question before a request of another site", 403,
    raw: "OPTIONS /api/runs HTTP/1.1\r\n\(host)\(closing)Origin: http://evil.example\r\n"
      + "Access-Control-Request-Headers: x-usplit\r\n\r\n"),
]

private let broken: [HostileRequest] = [
  .init("HTTP/0.9", 400, raw: "GET /\r\n"),
  .init("HTTP/2", 505, raw: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
  .init("TLS", 400, pieces: [[0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3]]),
  .init("garbage", 400, pieces: [(0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 137 &+ 200) }]),
  .init("line feeds", nil, pieces: [[]]),
  .init("line ends alone", nil, raw: "\r\n\r\n\r\n"),
  .init("long line", 414, raw: "GET /\(String(repeating: "a", count: 10_000)) HTTP/1.1\r\n"),
  .init("endless line", 414, raw: String(repeating: "A", count: 1 << 20)),
  .init(
    "long header", 431,
    raw: "GET / HTTP/1.1\r\n\(host)A: \(String(repeating: "a", count: 50_000))\r\n\r\n"),
  .init(
    "many headers", 431,
    raw: "GET / HTTP/1.1\r\n\(host)\(String(repeating: "A: b\r\n", count: 200))\r\n"),
  .init("folded header", 400, raw: "GET / HTTP/1.1\r\n\(host)A: b\r\n c\r\n\r\n"),
  .init("two hosts", 400, raw: "GET / HTTP/1.1\r\n\(host)Host: evil.example\r\n\r\n"),
  .init("full URL", 400, raw: "GET http://localhost/ HTTP/1.1\r\n\(host)\r\n"),
  .init("no length", 411, raw: "POST /api/splits HTTP/1.1\r\n\(host)\(bearer)X-USplit: 1\r\n\r\n"),
  .init("negative length", 400, raw: "POST / HTTP/1.1\r\n\(host)Content-Length: -5\r\n\r\n"),
  .init("length in words", 400, raw: "POST / HTTP/1.1\r\n\(host)Content-Length: 0x5\r\n\r\n"),
  .init(
    "two lengths", 400,
    raw: "POST / HTTP/1.1\r\n\(host)Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef"),
  .init(
    "length beyond counting", 413,
    raw: "POST / HTTP/1.1\r\n\(host)Content-Length: 99999999999999999999999\r\n\r\n"),
  .init(
    "chunks", 501, raw: "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
  .init(
    "chunks and a length", 400,
    raw:
      "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"),
  .init("body of a question", 400, raw: "GET / HTTP/1.1\r\n\(host)Content-Length: 5\r\n\r\nabcde"),
  .init(
    "unknown method", 405,
    raw: Service.request("BREW", "/api/runs", body: "", ["Connection: close"])),
  .init("reading what only writes", 405, get: "/api/splits"),
  .init("writing what only reads", 405, post: "/api/runs", "{}"),
  .init("unknown service", 404, get: "/api/nothing"),
  .init(
    "head that never ends", 408,
    pieces: "GET / HTTP/1.1\r\nA: bcdefgh".utf8.map { [$0] }, pause: 0.03),
  .init(
    "body that never comes", 408,
    raw: "POST /api/splits HTTP/1.1\r\n\(host)\(bearer)X-USplit: 1\r\nContent-Length: 50\r\n\r\n{"),
  .init(
    "head that breaks off", 408, raw: "GET / HTTP/1.1\r\nHos"),
]

private let contents: [HostileRequest] = [
  .init("no JSON", 400, post: "/api/splits", "{"),
  .init("JSON of another kind", 400, post: "/api/splits", "[1]"),
  .init("empty body", 400, post: "/api/splits", ""),
  .init(
    "deep JSON", 400, post: "/api/splits",
    String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)),
  .init(
    "large JSON", 413, post: "/api/splits", "\"" + String(repeating: "a", count: 2 << 20) + "\""),
  .init("the same key twice", 400, post: "/api/jobs/cancel", #"{"id":"1","id":"2"}"#),
  .init("unknown field", 400, post: "/api/jobs/cancel", #"{"id":"1","force":true}"#),
  .init("job that is none", 404, post: "/api/jobs/cancel", #"{"id":"77"}"#),
  .init("number for a text", 400, post: "/api/jobs/cancel", #"{"id":1}"#),
  .init(
    "huge number", 400, post: "/api/splits",
    "{\(model),\"image\":\"files/image.tif\",\"samples\":1e999}"),
  .init(
    "number beyond its range", 400, post: "/api/splits",
    "{\(model),\"image\":\"files/image.tif\",\"samples\":9223372036854775807}"),
  .init("option as an image", 400, post: "/api/splits", "{\(model),\"image\":\"--output=/tmp\"}"),
  .init(
    "option as the name of an image", 404, post: "/api/splits",
    "{\(model),\"image\":\"files/--output\"}"),
  .init(
    "settings as an image", 400, post: "/api/splits",
    "{\(model),\"image\":\"files/run/config.json\"}"),
  .init(
    "image as a model", 400, post: "/api/splits",
    #"{"model":"files/image.tif","image":"files/image.tif"}"#),
  .init(
    "option as frames", 400, post: "/api/splits",
    "{\(model),\"image\":\"files/image.tif\",\"frames\":\"0 --output=/tmp\"}"),
  .init(
    "control characters in a channel", 400, post: "/api/splits",
    "{\(model),\"image\":\"files/image.tif\",\"channel\":\"a\\u0000b\"}"),
  .init(
    "option as a name", 400, post: "/api/trainings", "{\"name\":\"--resume\",\(targets)}"),
  .init(
    "name that climbs out", 400, post: "/api/trainings", "{\"name\":\"../../x\",\(targets)}"),
  .init("hidden name", 400, post: "/api/trainings", "{\"name\":\".ssh\",\(targets)}"),
  .init(
    "unknown setting", 400, post: "/api/trainings",
    "{\"name\":\"x\",\(targets),\"settings\":{\"network.magic\":1}}"),
  .init(
    "option as a setting", 400, post: "/api/trainings",
    "{\"name\":\"x\",\(targets),\"settings\":{\"a --output\":\"/tmp\"}}"),
  .init(
    "option as a time", 400, post: "/api/trainings",
    "{\"name\":\"x\",\(targets),\"time\":\"7m --force\"}"),
  .init(
    "unknown preset", 400, post: "/api/trainings", "{\"name\":\"x\",\(targets),\"preset\":\"evil\"}"
  ),
  .init(
    "target that is hidden", 403, post: "/api/trainings",
    #"{"name":"x","targets":[{"name":"a","path":"files/.hidden"},{"name":"b","path":"files"}]}"#),
  .init(
    "one target", 400, post: "/api/trainings",
    #"{"name":"x","targets":[{"name":"a","path":"files/image.tif"}]}"#),
  .init(
    "process of another program", 409, post: "/api/run/stop", #"{"path":"files/run"}"#),
  .init("run without states", 409, post: "/api/run/resume", #"{"path":"files/run"}"#),
  .init("report of what is no run", 404, post: "/api/report", #"{"path":"files/run/previews"}"#),
  .init("file that climbs out", 400, post: "/api/upload?name=..%2Fx.tif", "abc"),
  .init("hidden file sent", 400, post: "/api/upload?name=.x.tif", "abc"),
  .init("program sent", 415, post: "/api/upload?name=x.sh", "abc"),
  .init("page sent", 415, post: "/api/upload?name=x.html", "abc"),
  .init("no image sent", 415, post: "/api/upload?name=x.tif", "abc"),
  .init("nothing sent", 400, post: "/api/upload?name=x.tif", ""),
  .init(
    "too much sent", 413, post: "/api/upload?name=x.tif",
    String(repeating: "a", count: (1 << 20) + 1)),
]

@Suite("Hostile requests")
struct HostileRequestTests {
  @Test("Each gets its answer, nothing leaks, and the server goes on as before")
  func all() async throws {
    let service = try Service()
    let requests = pathTricks + strangers + broken + contents
    #expect(requests.count >= 45)
    await withTaskGroup(of: Void.self) { group in
      for (place, request) in requests.enumerated() {
        if place >= 16 { await group.next() }
        group.addTask {
          let reply = await Client.send(request.pieces, pause: request.pause, to: service.port)
          #expect(reply.status == request.status, "\(request.testDescription): \(reply.body)")
          #expect(!reply.text.contains("secret\n") && reply.body != "secret")
          if let status = reply.status, status >= 400 {
            #expect(reply.text.contains("usplit") || reply.body.hasPrefix("{\"error\":"))
          }
        }
      }
    }
    try await isAsBefore(service)
  }

  @Test("A client that does not take its answer is let go")
  func slowReader() async throws {
    let service = try Service()
    let file = service.root.appendingPathComponent("large.txt")
    try Data(count: 32 << 20).write(to: file)
    let socket = Client.connected(to: service.port)
    defer { close(socket) }
    let request = Array(Service.request("GET", "/api/file?path=files/large.txt").utf8)
    #expect(send(socket, request, request.count, Int32(MSG_NOSIGNAL)) == request.count)
    try await isAsBefore(service)
  }

  @Test("A client that goes away in the middle leaves nothing")
  func brokenUpload() async throws {
    let service = try Service()
    let socket = Client.connected(to: service.port)
    let head = Service.request(
      "POST", "/api/upload?name=x.tif", ["X-USplit: 1", "Content-Length: 100000"])
    let bytes = Array((head + "half").utf8)
    #expect(send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count)
    for _ in 0..<100 where try uploads(service).isEmpty {
      try await Task.sleep(for: .milliseconds(50))
    }
    #expect(try uploads(service).count == 1)
    close(socket)
    try await isAsBefore(service)
    #expect(try uploads(service).isEmpty)
  }

  private func uploads(_ service: Service) throws -> [String] {
    let folder = service.root.path + "/uploads"
    guard FileManager.default.fileExists(atPath: folder) else { return [] }
    return try FileManager.default.contentsOfDirectory(atPath: folder)
  }

  /// All connections are closed, the server answers, and nothing was written.
  private func isAsBefore(_ service: Service) async throws {
    for _ in 0..<60 where service.server.connectionCount > 0 {
      try await Task.sleep(for: .milliseconds(100))
    }
    #expect(service.server.connectionCount == 0)
    #expect(await service.ask("GET", "/api/about").status == 200)
    #expect(!FileManager.default.fileExists(atPath: service.root.path + "/splits"))
  }
}
