import Dashboard
import Foundation
import Testing

@Suite("Hostile requests", .withoutOthers)
struct HostileRequestTests {
  @Test("each gets its answer, nothing leaks, and the server goes on as before")
  func all() async throws {
    let service = try Service()
    let requests =
      HostileRequest.pathTricks + HostileRequest.strangers + HostileRequest.broken
      + HostileRequest.contents
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

  @Test("a client that does not take its answer is let go")
  func slowReader() async throws {
    let service = try Service()
    let file = service.root.appendingPathComponent("large.txt")
    try Data(count: 32 << 20).write(to: file)
    let socket = Client.connected(to: service.port)
    defer { close(socket) }
    let request = Array(Service.request("GET", "/api/file?path=files/large.txt").utf8)
    #expect(send(socket, request, request.count, Client.sendFlags) == request.count)
    try await isAsBefore(service)
  }

  @Test("a client that goes away in the middle leaves nothing")
  func brokenUpload() async throws {
    let service = try Service()
    let socket = Client.connected(to: service.port)
    let head = Service.request(
      "POST", "/api/upload?name=x.tif", ["X-USplit: 1", "Content-Length: 100000"])
    let bytes = Array((head + "half").utf8)
    #expect(send(socket, bytes, bytes.count, Client.sendFlags) == bytes.count)
    for _ in 0..<300 where try uploads(service).isEmpty {
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
    for _ in 0..<300 where service.server.connectionCount > 0 {
      try await Task.sleep(for: .milliseconds(100))
    }
    #expect(service.server.connectionCount == 0)
    #expect(await service.ask("GET", "/api/about").status == 200)
    #expect(!FileManager.default.fileExists(atPath: service.root.path + "/splits"))
  }
}
