import Foundation
import Imaging
import TestSupport
import Testing

@Suite("usplit report")
struct ReportCommandTests {
  private let workshop: Workshop

  init() throws { workshop = try Workshop.shared.get() }

  @Test("a page tells of a training, and needs no other file")
  func page() throws {
    let folder = try TemporaryFolder()
    let command = ["report", workshop.run.path, "-o", "page.html"]
    let outcome = try accepted(command, in: folder.url)
    #expect(outcome.lines == ["page.html"])
    let data = try Data(contentsOf: folder.url.appendingPathComponent("page.html"))
    #expect(data.count < 5_000_000)
    let text = String(decoding: data, as: UTF8.self)
    for words in [
      "spots, lines", "Test part", "input: 0.5 × spots + 0.5 × lines", "The input itself",
      "The only frame, number 1", "data:image/png;base64,", "Seams of tiles", "How sure it is",
      "usplit train --config", "The command that was given in ", "trained by usplit ",
      ", LibTorch ",
      "usplit train --filters 2",
    ] { #expect(text.contains(words), "\(words)") }
    for outside in ["src=\"http", "href=\"http", "<link", "@import", "url("] {
      #expect(!text.contains(outside), "\(outside)")
    }
    try refused(command, saying: ["page.html", "--force"], in: folder.url)
    try accepted(command + ["--force"], in: folder.url)
  }

  @Test("the commands that began and resumed a training are told as they were given")
  func commands() throws {
    let folder = try TemporaryFolder()
    try folder.url.write(Workshop.stack("spots"), "my spots.tif")
    let train =
      ["train"] + Workshop.tiny
      + ["--target", "spots=my spots.tif", "--target", "lines=\(workshop.lines)"]
    try accepted(train + ["--epochs", "1", "--steps-per-epoch", "1", "-o", "run"], in: folder.url)
    try accepted(["train", "--resume", "run", "--epochs", "2"], in: folder.url)
    try accepted(["report", "run"], in: folder.url)
    let page = try String(
      contentsOf: folder.url.appendingPathComponent("run/report.html"), encoding: .utf8)
    for words in [
      "The commands that were given in ", "--target 'spots=my spots.tif'",
      "usplit train --resume run --epochs 2",
    ] { #expect(page.contains(words) || page.contains(words.escaped), "\(words)") }
  }

  @Test("what its last lines say repeats the training")
  func repetition() throws {
    let folder = try TemporaryFolder()
    let config = workshop.run.appendingPathComponent("config.json").path
    try accepted(["train", "--config", config, "-o", "again", "--quiet"], in: folder.url)
    let again = folder.url.appendingPathComponent("again/config.json")
    let settings = try [config, again.path].map { try Data(contentsOf: URL(fileURLWithPath: $0)) }
    #expect(settings[0] == settings[1])
  }

  @Test("without its images it tells what the folder knows")
  func missing() throws {
    let folder = try TemporaryFolder()
    var targets: [String] = []
    for name in ["spots", "lines"] {
      try folder.url.write(Workshop.stack(name), "\(name).tif")
      targets += ["--target", "\(name)=\(name).tif"]
    }
    let train = ["train"] + Workshop.tiny + targets
    try accepted(train + ["--epochs", "1", "--steps-per-epoch", "1", "-o", "run"], in: folder.url)
    try FileManager.default.removeItem(at: folder.url.appendingPathComponent("spots.tif"))
    let outcome = try accepted(["report", "run"], in: folder.url)
    #expect(outcome.errors.contains("warning"))
    let page = try String(
      contentsOf: folder.url.appendingPathComponent("run/report.html"), encoding: .utf8)
    #expect(page.contains("Not measured: ") && page.contains("spots.tif"))
  }

  @Test("what is no run is refused")
  func refusals() throws {
    let folder = try TemporaryFolder()
    try refused(["report", "nothing"], saying: ["there is no run directory"], in: folder.url)
    try refused(["report", workshop.folder.path], saying: ["no config.json"], in: folder.url)
  }
}

extension String {
  /// As HTML has it.
  fileprivate var escaped: String {
    replacingOccurrences(of: "'", with: "&#39;").replacingOccurrences(of: "'", with: "&apos;")
  }
}
