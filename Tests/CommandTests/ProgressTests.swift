import Foundation
import Imaging
import TestSupport
import Testing

@Suite("How commands tell how far they are")
struct ProgressTests {
  private let workshop: Workshop

  init() throws { workshop = try Workshop.shared.get() }

  /// A line of JSON.
  private struct Line: Decodable {
    var done: Double?
    var remaining: Double?
    var text: String?
    var note: String?
    var warning: String?
  }

  private func lines(_ outcome: Outcome) throws -> [Line] {
    try outcome.errors.split(separator: "\n").map { line in
      let read = try JSONDecoder().decode(Line.self, from: Data(line.utf8))
      let kinds = [read.done == nil, read.note == nil, read.warning == nil].filter { !$0 }
      #expect(kinds.count == 1 && (read.done == nil) == (read.text == nil), "\(line)")
      return read
    }
  }

  private func train(_ options: [String]) -> [String] {
    ["train"] + Workshop.tiny + workshop.targets
      + ["--epochs", "2", "--steps-per-epoch", "2", "-o", "run", "--force"] + options
  }

  private var split: [String] {
    ["split", "--model", workshop.model, workshop.input, "-o", "out", "--force"]
  }

  @Test("with --progress json every line on standard error is JSON of three kinds")
  func json() throws {
    let folder = try TemporaryFolder()
    var image = Workshop.stack("spots", frames: 1)
    image.pixelSize = PixelSize(width: 0.2, height: 0.2, unit: "micrometer")
    try folder.url.write(image, "large.tif")
    let commands = [
      train([]), split, ["split", "--model", workshop.model, "large.tif", "-o", "out"],
      ["evaluate", "--model", workshop.model], ["report", workshop.run.path, "-o", "page.html"],
      ["separate", workshop.input, "--iterations", "2", "-o", "apart"],
      ["convert", workshop.input, "input.ome.tif"],
    ]
    for command in commands {
      let outcome = try accepted(command + ["--progress", "json"], in: folder.url)
      let lines = try lines(outcome)
      let shares = lines.compactMap(\.done)
      #expect(!shares.isEmpty, "\(command)")
      #expect(shares.allSatisfy { (0...1).contains($0) }, "\(command): \(shares)")
      #expect(zip(shares, shares.dropFirst()).allSatisfy { $0 <= $1 }, "\(command): \(shares)")
      #expect(lines.compactMap(\.remaining).allSatisfy { $0 >= 0 })
      #expect(!outcome.output.isEmpty && !outcome.output.contains("{"))
    }
    let outcome = try accepted(
      ["split", "--model", workshop.model, "large.tif", "-o", "again", "--progress", "json"],
      in: folder.url)
    #expect(try lines(outcome).compactMap(\.warning).contains { $0.contains("0.2 × 0.2") })
    #expect(try lines(outcome).compactMap(\.note).contains { $0.contains("read as") })
  }

  @Test("errors are sentences whatever the form of progress")
  func errors() throws {
    let folder = try TemporaryFolder()
    try refused(
      ["split", "--model", workshop.model, "none.tif", "-o", "out", "--progress", "json"],
      saying: ["none.tif"], in: folder.url)
  }

  @Test("several images are one work, of which each is a part")
  func parts() throws {
    let folder = try TemporaryFolder()
    for name in ["a", "b", "c"] {
      try folder.url.write(Workshop.stack("spots", frames: 1), "\(name).tif")
    }
    let outcome = try accepted(
      ["split", "--model", workshop.model, "a.tif", "b.tif", "c.tif", "-o", "out"]
        + ["--progress", "json"], in: folder.url)
    let shares = try lines(outcome).compactMap(\.done)
    #expect(zip(shares, shares.dropFirst()).allSatisfy { $0 <= $1 }, "\(shares)")
  }

  @Test("without progress remarks stay, and quiet leaves out both")
  func none() throws {
    let folder = try TemporaryFolder()
    let terminal = try PseudoTerminal()
    let process = try Usplit.process(
      split + ["--progress", "none"], in: folder.url, environment: ["TERM": "xterm"])
    process.standardOutput = FileHandle.nullDevice
    process.standardError = terminal.output
    try process.run()
    let written = try terminal.written()
    process.waitUntilExit()
    #expect(written.contains("read as") && !written.contains("\u{1B}"), "\(written)")
    #expect(try accepted(split + ["--quiet"], in: folder.url).errors.isEmpty)
  }

  @Test("a live line is drawn on a terminal unless lines are asked for or nobody wants it")
  func live() throws {
    let folder = try TemporaryFolder()
    func written(_ options: [String], _ environment: [String: String]) throws -> String {
      let terminal = try PseudoTerminal()
      let process = try Usplit.process(
        split + options, in: folder.url,
        environment: ["TERM": "xterm", "NO_COLOR": ""].merging(environment) { $1 })
      process.standardOutput = FileHandle.nullDevice
      process.standardError = terminal.output
      try process.run()
      let written = try terminal.written()
      process.waitUntilExit()
      #expect(process.terminationStatus == 0, "\(written)")
      return written
    }
    #expect(try written([], [:]).contains("\u{1B}[K"))
    #expect(try !written(["--progress", "lines"], [:]).contains("\u{1B}"))
    for environment in [["NO_COLOR": "1"], ["TERM": "dumb"]] {
      #expect(try !written([], environment).contains("\u{1B}"))
    }
  }

  @Test("progress that is told and quiet exclude each other")
  func exclusion() throws {
    let folder = try TemporaryFolder()
    for style in ["json", "lines"] {
      try refused(
        split + ["--quiet", "--progress", style], saying: ["--quiet", "--progress \(style)"],
        status: 64, in: folder.url)
    }
    try accepted(split + ["--quiet", "--progress", "none"], in: folder.url)
  }

  @Test("a training that is resumed may tell its progress in another form")
  func resumed() throws {
    let folder = try TemporaryFolder()
    try accepted(train([]), in: folder.url)
    let outcome = try accepted(
      ["train", "--resume", "run", "--epochs", "3", "--progress", "json"], in: folder.url)
    #expect(try !lines(outcome).isEmpty)
  }
}
