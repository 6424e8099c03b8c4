import Dashboard
import Experiment
import Foundation
import Imaging
import Testing

extension Trait where Self == ConditionTrait {
  /// Only where tests of other suites leave the threads of tasks alone: a server that gets no thread
  /// answers too late, and so does its client.
  static var withoutOthers: Self {
    .enabled(
      if: CommandLine.arguments.contains("--filter"),
      "a server needs threads that other suites occupy; run it with --filter DashboardTests")
  }
}

/// A server over a folder with a run, an image, links and things that nobody may see.
final class Service: Sendable {
  static let token = "0123456789abcdef0123456789abcdef"

  let folder: URL
  let server: DashboardServer
  private let task: Task<Void, any Error>

  var port: Int { server.port }
  var root: URL { folder.appendingPathComponent("root") }

  /// Begins to serve.
  init(_ change: (inout DashboardOptions) -> Void = { _ in }) throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("usplit-serve-test-\(UUID().uuidString)", isDirectory: true)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Self.fill(folder)
    var options = DashboardOptions()
    options.root = folder.path + "/root"
    options.page = folder.path + "/page"
    options.program = folder.path + "/usplit"
    options.port = 0
    options.token = Self.token
    options.limits.head = .milliseconds(400)
    options.limits.idle = .milliseconds(800)
    options.limits.grace = .milliseconds(700)
    options.uploadLimit = 1 << 20
    change(&options)
    server = try DashboardServer(options)
    task = Task { [server] in try await server.run() }
  }

  deinit {
    task.cancel()
    try? FileManager.default.removeItem(at: folder)  // it is only scratch
  }

  /// A request with all that it needs.
  func ask(
    _ method: String = "GET", _ target: String, body: String? = nil, _ headers: [String] = []
  ) async -> Reply {
    await Client.send(
      Self.request(method, target, body: body, headers + ["Connection: close"]), to: port)
  }

  /// The text of a request with all that it needs.
  static func request(
    _ method: String = "GET", _ target: String, body: String? = nil, _ headers: [String] = []
  ) -> String {
    var lines = [
      "\(method) \(target) HTTP/1.1", "Host: localhost", "Authorization: Bearer \(token)",
    ]
    if let body {
      lines += ["X-USplit: 1", "Content-Length: \(body.utf8.count)"]
    }
    return (lines + headers).joined(separator: "\r\n") + "\r\n\r\n" + (body ?? "")
  }

  private static func fill(_ folder: URL) throws {
    let files = FileManager.default
    for name in ["root/.hidden", "root/run/previews", "root/run/checkpoints", "page", "outside"] {
      try files.createDirectory(
        at: folder.appendingPathComponent(name), withIntermediateDirectories: true)
    }
    func write(_ text: String, _ name: String) throws {
      try Data(text.utf8).write(to: folder.appendingPathComponent(name))
    }
    try write("<!doctype html><title>usplit</title>", "page/index.html")
    try write("secret", "outside/secret.txt")
    try write("secret", "root/.hidden/secret.txt")
    try write("secret", "root/.secret.txt")
    try write("hello", "root/note.txt")
    try write("0", "root/run/checkpoints/best.safetensors")
    try write("#!/bin/sh\necho \"$@\"\necho '{\"done\":0.5}' >&2\nsleep 1\n", "usplit")
    chmod(folder.path + "/usplit", 0o755)
    try files.createSymbolicLink(
      atPath: folder.path + "/root/leak.txt", withDestinationPath: "../outside/secret.txt")
    try files.createSymbolicLink(
      atPath: folder.path + "/root/leak", withDestinationPath: "../outside")
    try files.createSymbolicLink(
      atPath: folder.path + "/root/veil.txt", withDestinationPath: ".secret.txt")
    try files.createSymbolicLink(
      atPath: folder.path + "/root/circle", withDestinationPath: "circle")
    try fillRun(folder.appendingPathComponent("root/run"))
    let stack = ImageStack(
      frames: 1, channels: 1, height: 4, width: 4, pixels: (0..<16).map(Float.init))
    try TIFF.write(
      stack, to: folder.appendingPathComponent("root/image.tif"), software: "usplit")
  }

  /// 100 steps and two validations, of a process that is none of this program.
  private static func fillRun(_ run: URL) throws {
    var configuration = Configuration.preset(.fast)
    configuration.data.targets = [ChannelSource(name: "actin"), ChannelSource(name: "nuclei")]
    configuration.training.timeBudget = 0
    try JSONEncoder().encode(configuration).write(to: run.appendingPathComponent("config.json"))
    let writer = try MetricsWriter(appendingTo: run.appendingPathComponent("metrics.jsonl"))
    var start = MetricEvent(.start)
    start.host = HostName.current
    start.process = Int(getppid())
    start.totalSteps = 1000
    try writer.write(start)
    for number in 1...100 {
      var step = MetricEvent(.step)
      step.step = number
      step.seconds = Double(number)
      step.loss = Double(number)
      step.klPerLevel = [0.5, Double(number)]
      try writer.write(step)
      guard number % 50 == 0 else { continue }
      var validation = MetricEvent(.validation)
      validation.step = number
      validation.epoch = number / 50
      validation.psnr = [20, 30]
      validation.meanPSNR = 25
      validation.trivialPSNR = [10, .infinity]
      try writer.write(validation)
    }
    try writer.close()
  }
}
