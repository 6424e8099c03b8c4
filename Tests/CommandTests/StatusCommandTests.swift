import Experiment
import Foundation
import TestSupport
import Testing

@Suite("usplit status")
struct StatusCommandTests {
  private let workshop: Workshop

  init() throws { workshop = try Workshop.shared.get() }

  @Test("a run that has ended is told with its figures and what to do next, plainly in a file")
  func tells() throws {
    let before = try contents(of: workshop.run)
    let outcome = try accepted(["status", "run"], in: workshop.folder)
    for words in [
      "run: finished (finished)", "step 2 of 2", "epoch 1 of 1", "100 % done", "loss ",
      "learning rate ", "patches/s", "validation PSNR ", "the best ", "input itself", "spots",
      "what the metrics say:", "too little to judge",
    ] { #expect(outcome.output.contains(words), "\(words) in \(outcome.output)") }
    #expect(!outcome.output.contains("\u{1B}") && !outcome.output.contains("\r"))
    #expect(!outcome.output.unicodeScalars.contains { (0x2800...0x28FF).contains($0.value) })
    #expect(
      try accepted(["status", "run", "--watch"], in: workshop.folder).output == outcome.output)
    #expect(try contents(of: workshop.run) == before)
  }

  /// What the command writes to a terminal of 80 columns.
  private func onTerminal(
    _ arguments: [String], environment: [String: String] = [:]
  ) throws -> String {
    let terminal = try PseudoTerminal()
    let process = try Usplit.process(
      arguments, in: workshop.folder,
      environment: ["TERM": "xterm", "NO_COLOR": ""].merging(environment) { $1 })
    process.standardOutput = terminal.output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let written = try terminal.written()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return written
  }

  @Test("on a terminal curves are drawn, and nothing is drawn over where nobody wants it")
  func draws() throws {
    let drawn = try onTerminal(["status", "run", "--watch"])
    #expect(drawn.contains("\u{1B}[J") && drawn.contains("loss"))
    let lines = drawn.split(separator: "\r\n").filter {
      $0.unicodeScalars.contains { (0x2800...0x28FF).contains($0.value) }
    }
    #expect(lines.count == 6, "\(drawn)")
    #expect(lines.allSatisfy { $0.count <= 80 })
    for environment in [["NO_COLOR": "1"], ["TERM": "dumb"]] {
      let plain = try onTerminal(["status", "run"], environment: environment)
      #expect(plain.hasPrefix("run: finished") && !plain.contains("\u{1B}"))
    }
  }

  @Test("the status is JSON when asked for")
  func json() throws {
    let output = try accepted(["status", "run", "--json"], in: workshop.folder).output
    let status = try JSONDecoder().decode(RunStatus.self, from: Data(output.utf8))
    #expect(status.state == .finished && status.step == 2 && status.epochs == 1)
    #expect(status.channels.map(\.name) == ["spots", "lines"])
    #expect(status.channels.allSatisfy { $0.trivial != nil && $0.last != nil })
    #expect(status.advice.map(\.kind).first == .tooShort)
  }

  @Test("a run whose metrics are missing, empty or cut is shown as far as it goes")
  func begins() throws {
    let folder = try TemporaryFolder()
    let run = folder.url.appendingPathComponent("run")
    try FileManager.default.createDirectory(at: run, withIntermediateDirectories: true)
    for name in ["config.json", "metrics.jsonl"] {
      try FileManager.default.copyItem(
        at: workshop.run.appendingPathComponent(name), to: run.appendingPathComponent(name))
    }
    let metrics = run.appendingPathComponent("metrics.jsonl")
    let all = try Data(contentsOf: metrics)
    for length in [all.count / 2, 10, 0] {
      try all.prefix(length).write(to: metrics)
      let output = try accepted(["status", "run"], in: folder.url).output
      #expect(output.hasPrefix("run: "), "\(output)")
    }
    try FileManager.default.removeItem(at: metrics)
    #expect(try accepted(["status", "run"], in: folder.url).output.hasPrefix("run: starting"))
  }

  @Test("what is no run is refused, and so is JSON that is drawn")
  func refuses() throws {
    let folder = try TemporaryFolder()
    try refused(["status", "none"], saying: ["none"], in: folder.url)
    try refused(["status", "."], saying: ["config.json"], in: folder.url)
    try refused(
      ["status", workshop.run.path, "--watch", "--json"], saying: ["--watch"], status: 64,
      in: folder.url)
  }
}
