import Foundation
import Imaging
import TestSupport
import Testing

@Suite("usplit compare")
struct CompareCommandTests {
  private let workshop: Workshop

  init() throws { workshop = try Workshop.shared.get() }

  /// A folder with copies of the run.
  private func runs(_ names: [String]) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for name in names {
      try FileManager.default.copyItem(
        at: workshop.run, to: folder.url.appendingPathComponent(name))
    }
    return folder
  }

  private func evaluate(_ options: [String], _ name: String, in folder: URL) throws {
    try accepted(
      ["evaluate", "--model", workshop.model, "--quiet", "--json", name] + options, in: folder)
  }

  @Test("runs are measured, their reports are kept and taken the next time")
  func folders() throws {
    let folder = try runs(["a", "b"])
    let compare = ["compare", "a", "b", "--threads", "1"]
    let first = try accepted(compare, in: folder.url)
    for words in ["RI-PSNR spots", "RI-PSNR lines", "MS-SSIM", "b minus a", "1 frame:"] {
      #expect(first.output.contains(words), "\(words)")
    }
    #expect(first.errors.contains("a: measuring the test part"))
    let report = folder.url.appendingPathComponent("a/evaluation.json")
    let data = try Data(contentsOf: report)
    let json = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let measurement = try #require(json["measurement"] as? [String: Any])
    #expect(measurement["part"] as? String == "test")

    let second = try accepted(compare, in: folder.url)
    #expect(second.output == first.output)
    #expect(second.errors.contains("a: taking") && !second.errors.contains("measuring"))
    #expect(try Data(contentsOf: report) == data)

    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 1e9)], ofItemAtPath: report.path)
    let third = try accepted(compare, in: folder.url)
    #expect(third.errors.contains("a: measuring") && third.errors.contains("b: taking"))
    #expect(third.output == first.output)
  }

  @Test("reports in files are compared, with a folder too, and as JSON")
  func files() throws {
    let folder = try runs(["run"])
    try evaluate(["--part", "train"], "one.json", in: folder.url)
    try evaluate(["--part", "train", "--tiles", "outer"], "two.json", in: folder.url)
    try evaluate(["--part", "train", "--samples", "2"], "three.json", in: folder.url)
    let files = ["compare", "one.json", "two.json", "three.json"]
    let table = try accepted(files, in: folder.url)
    #expect(table.errors.isEmpty)
    for words in [
      "two.json minus one.json", "three.json minus one.json",
      "2 frames: the smallest possible p is 0.5",
      "two.json was split with outer padding of 4, mean latents",
    ] { #expect(table.output.contains(words), "\(words)") }
    #expect(!table.output.contains("three.json minus two.json"))
    let all = try accepted(files + ["--all-pairs", "--json"], in: folder.url).output
    let json = try #require(
      try JSONSerialization.jsonObject(with: Data(all.utf8)) as? [String: Any])
    #expect((json["pairs"] as? [Any])?.count == 3 && (json["runs"] as? [Any])?.count == 3)
    #expect(json["frames"] as? [Int] == [2, 3])
    try evaluate([], "test.json", in: folder.url)
    let mixed = try accepted(["compare", "run", "test.json", "--quiet"], in: folder.url)
    #expect(mixed.errors.isEmpty && mixed.output.contains("test.json minus run"))
  }

  @Test("runs that cannot be compared are refused with the reason")
  func refusals() throws {
    let folder = try runs(["run", "untrained"])
    try FileManager.default.removeItem(
      at: folder.url.appendingPathComponent("untrained/checkpoints/best.safetensors"))
    try evaluate([], "test.json", in: folder.url)
    try evaluate(["--part", "train"], "train.json", in: folder.url)
    try Data("{}".utf8).write(to: folder.url.appendingPathComponent("empty.json"))
    let cases: [(runs: [String], words: [String])] = [
      (["test.json", "train.json"], ["parts (test, and train)", "frames (1, and 2, 3)"]),
      (["test.json", "missing"], ["there is no run missing"]),
      (["test.json", "empty.json"], ["empty.json is no evaluation report"]),
      (["test.json", workshop.spots], ["spots.tif is no evaluation report"]),
      (["test.json", "untrained"], ["untrained", "best.safetensors"]),
      (["test.json", "."], ["config.json"]),
      (["test.json", "test.json", "--device", "abacus"], ["abacus"]),
    ]
    for item in cases { try refused(["compare"] + item.runs, saying: item.words, in: folder.url) }
    try FileManager.default.copyItem(
      at: folder.url.appendingPathComponent("train.json"),
      to: folder.url.appendingPathComponent("run/evaluation.json"))
    try FileManager.default.setAttributes(
      [.modificationDate: Date()],
      ofItemAtPath: folder.url.appendingPathComponent("run/evaluation.json").path)
    try refused(
      ["compare", "test.json", "run"], saying: ["evaluation.json", "another part", "remove it"],
      in: folder.url)
  }
}
