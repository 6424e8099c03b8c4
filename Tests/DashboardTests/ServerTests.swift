import Dashboard
import Foundation
import Testing

@Suite("Server", .withoutOthers)
struct ServerTests {
  private struct Curves: Decodable {
    struct Validation: Decodable {
      let step: [Int]
      let meanPSNR: [Double?]
      let psnr: [[Double?]]
    }
    let step: [Int]
    let loss: [Double?]
    let kl: [Double?]
    let klPerLevel: [[Double?]]
    let validation: Validation
    let trivialPSNR: [Double?]
    let targets: [String]
    let totalSteps: Int?
  }

  private func decoded<T: Decodable>(_ reply: Reply, as type: T.Type = T.self) throws -> T {
    try JSONDecoder().decode(type, from: Data(reply.body.utf8))
  }

  @Test("the link gives the browser a cookie, and the cookie opens the page")
  func link() async throws {
    let service = try Service()
    #expect(service.server.link == "http://127.0.0.1:\(service.port)/?token=\(Service.token)")
    let head = "Host: 127.0.0.1\r\nConnection: close\r\n"
    let welcome = await Client.send(
      "GET /?token=\(Service.token) HTTP/1.1\r\n\(head)\r\n", to: service.port)
    #expect(welcome.status == 303)
    #expect(welcome.header("Location") == "/")
    let cookie = try #require(welcome.header("Set-Cookie"))
    #expect(cookie.hasSuffix("; HttpOnly; SameSite=Strict; Path=/"))
    let pair = cookie.prefix { $0 != ";" }
    let page = await Client.send(
      "GET / HTTP/1.1\r\n\(head)Cookie: a=b; \(pair)\r\n\r\n", to: service.port)
    #expect(page.status == 200)
    #expect(page.body == "<!doctype html><title>usplit</title>")
    #expect(page.header("Content-Security-Policy")?.contains("default-src 'self'") == true)
    #expect(page.header("Access-Control-Allow-Origin") == nil)
    let tag = try #require(page.header("ETag"))
    let again = await service.ask("GET", "/", ["If-None-Match: \(tag)"])
    #expect(again.status == 304)
  }

  @Test("a request by HEAD gets the head alone")
  func head() async throws {
    let service = try Service()
    let reply = await service.ask("HEAD", "/")
    #expect(reply.status == 200)
    #expect(reply.header("Content-Length") == "36")
    #expect(reply.body.isEmpty)
  }

  @Test("runs are listed with what they measured")
  func runs() async throws {
    struct List: Decodable {
      struct Run: Decodable {
        let path: String
        let state: String
        let step: Int
        let totalSteps: Int?
        let done: Double?
        let bestPSNR: Double?
        let targets: [String]
      }
      let runs: [Run]
      let truncated: Bool
    }
    let service = try Service()
    for _ in 0..<2 {
      let list: List = try decoded(await service.ask("GET", "/api/runs"))
      #expect(!list.truncated)
      let run = try #require(list.runs.first)
      #expect(list.runs.count == 1)
      #expect(run.path == "files/run")
      #expect(run.state == "training")
      #expect(run.step == 100)
      #expect(run.done == 0.1)
      #expect(run.bestPSNR == 25)
      #expect(run.targets == ["actin", "nuclei"])
    }
  }

  @Test("curves are means of stretches, and null where nothing was measured")
  func curves() async throws {
    let service = try Service()
    let reply = await service.ask("GET", "/api/curves?path=files/run&points=10")
    let curves: Curves = try decoded(reply)
    #expect(curves.step == Array(stride(from: 10, through: 100, by: 10)))
    #expect(curves.loss.first == 5.5)
    #expect(curves.kl == Array(repeating: nil, count: 10))
    #expect(curves.klPerLevel.count == 2)
    #expect(curves.klPerLevel[1].last == 95.5)
    #expect(curves.validation.step == [50, 100])
    #expect(curves.validation.psnr == [[20, 20], [30, 30]])
    #expect(curves.trivialPSNR == [10, nil])
    #expect(curves.targets == ["actin", "nuclei"])
    let tag = try #require(reply.header("ETag"))
    let target = "/api/curves?path=files/run&points=10"
    #expect(await service.ask("GET", target, ["If-None-Match: \(tag)"]).status == 304)
    let part: Curves = try decoded(
      await service.ask("GET", "/api/curves?path=files/run&from=20&to=29"))
    #expect(part.step == Array(20...29))
    #expect(part.loss == (20...29).map { Double($0) })
  }

  @Test("a run is shown with its settings, and cannot be stopped where it is another program's")
  func run() async throws {
    let service = try Service()
    let reply = await service.ask("GET", "/api/run?path=files/run")
    #expect(reply.status == 200)
    #expect(reply.body.contains("\"canStop\":false"))
    #expect(reply.body.contains("\"sumToInput\":true"))
    #expect(reply.body.contains("\"model\":\"files/run/checkpoints/best.safetensors\""))
  }

  @Test("folders show what is in them and nothing that is hidden")
  func browsing() async throws {
    let service = try Service()
    let reply = await service.ask("GET", "/api/browse?path=files")
    #expect(reply.body.contains("\"kind\":\"image\",\"modified\""))
    #expect(reply.body.contains("\"kind\":\"run\""))
    for name in ["leak", "secret", "hidden", "circle"] { #expect(!reply.body.contains(name)) }
  }

  @Test("a file that is sent is kept under its name, or the same with a number")
  func uploading() async throws {
    let service = try Service()
    let image = try Data(contentsOf: service.root.appendingPathComponent("image.tif"))
    let head = Service.request(
      "POST", "/api/upload?name=new.tif",
      ["X-USplit: 1", "Connection: close", "Content-Length: \(image.count)"])
    for name in ["new.tif", "new_2.tif"] {
      let reply = await Client.send(
        [Array(head.utf8), Array(image.prefix(100)), Array(image.dropFirst(100))], pause: 0.05,
        to: service.port)
      #expect(reply.status == 201)
      #expect(reply.body == "{\"path\":\"files/uploads/\(name)\"}")
      let file = service.root.appendingPathComponent("uploads/\(name)")
      #expect(try Data(contentsOf: file) == image)
    }
    let broken = await service.ask("POST", "/api/upload?name=broken.tif", body: "no image")
    #expect(broken.status == 415)
    let names = try FileManager.default.contentsOfDirectory(
      atPath: service.root.path + "/uploads")
    #expect(names.sorted() == ["new.tif", "new_2.tif"])
  }

  @Test("a client that waits for leave to send a body gets it")
  func continuing() async throws {
    let service = try Service()
    let head = Service.request(
      "POST", "/api/jobs/cancel",
      ["X-USplit: 1", "Connection: close", "Content-Length: 10", "Expect: 100-continue"])
    let reply = await Client.send(head, to: service.port)
    #expect(reply.text.hasPrefix("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 408 "))
  }

  @Test("a split runs the program, tells how far it is and what came of it")
  func splitting() async throws {
    let service = try Service()
    let body = """
      {"model": "files/run/checkpoints/best.safetensors", "image": "files/image.tif", "samples": 3}
      """
    let begun = await service.ask("POST", "/api/splits", body: body)
    #expect(begun.status == 201)
    #expect(begun.body == "{\"job\":\"1\"}")
    var jobs = ""
    for _ in 0..<300 {
      jobs = await service.ask("GET", "/api/jobs").body
      if jobs.contains("\"state\":\"done\"") { break }
      try await Task.sleep(for: .milliseconds(100))
    }
    #expect(jobs.contains("\"state\":\"done\""))
    #expect(jobs.contains("\"path\":\"files/splits/image_run\""))
    #expect(await service.ask("POST", "/api/jobs/cancel", body: "{\"id\":\"1\"}").status == 409)
  }

  @Test("a training is the command that its form describes")
  func training() async throws {
    let service = try Service()
    let body = """
      {"name": "my run", "targets": [{"name": "a", "path": "files/image.tif", "channel": 0},
       {"name": "b", "path": "files/image.tif"}], "time": "7m", "context": "lean",
       "settings": {"network.patch": 32, "training.flips": true}, "dryRun": true}
      """
    let reply = await service.ask("POST", "/api/trainings", body: body)
    #expect(reply.status == 200)
    let root = try #require(realpath(service.root.path, nil).map { String(cString: $0) })
    for word in [
      "--output=\(root)/runs/my run", "--target=a=\(root)/image.tif:0",
      "--target=b=\(root)/image.tif",
      "--time=7m", "--context=lean", "--set=network.patch=32", "--set=training.flips=true",
    ] {
      #expect(reply.body.contains("\"\(word)\""))
    }
  }

  @Test("many clients at once are all served")
  func crowd() async throws {
    let service = try Service()
    let text = Service.request("GET", "/api/about")
    let last = Service.request("GET", "/", ["Connection: close"])
    let replies = await withTaskGroup(of: Reply.self) { group in
      for _ in 0..<100 {
        group.addTask {
          let requests = String(repeating: text, count: 5) + last
          return await Client.send([Array(requests.utf8)], to: service.port, patience: 30)
        }
      }
      var replies: [Reply] = []
      for await reply in group { replies.append(reply) }
      return replies
    }
    for reply in replies {
      #expect(reply.count == 6)
      #expect(reply.text.components(separatedBy: "HTTP/1.1 200").count == 7)
    }
  }

  @Test("a connection too many is told so")
  func limit() async throws {
    let service = try Service {
      $0.limits.connections = 2
      $0.limits.idle = .seconds(10)
    }
    let idle = [Client.connected(to: service.port), Client.connected(to: service.port)]
    defer { for socket in idle { close(socket) } }
    #expect(await service.ask("GET", "/").status == 503)
  }

  @Test("without a token others cannot be let in")
  func openness() {
    #expect(throws: DashboardError.self) {
      try Service {
        $0.address = ListeningAddress("0.0.0.0") ?? .loopback
        $0.isOpen = true
      }
    }
    #expect(throws: DashboardError.self) { try Service { $0.token = "short" } }
    #expect(throws: DashboardError.self) { try Service { $0.page = "/nowhere" } }
    #expect(throws: DashboardError.self) { try Service { $0.images = ["/nowhere"] } }
  }
}
