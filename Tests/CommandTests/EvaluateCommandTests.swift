import Foundation
import Imaging
import TestSupport
import Testing

@Suite("usplit evaluate")
struct EvaluateCommandTests {
  private let workshop: Workshop

  init() throws { workshop = try Workshop.shared.get() }

  private func report(_ options: [String]) throws -> [String: Any] {
    let json = try accepted(
      ["evaluate", "--json", "-", "--quiet"] + options, in: FileManager.default.temporaryDirectory
    ).output
    return try #require(
      try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
  }

  private func frames(_ report: [String: Any]) -> [Int] {
    (report["frames"] as? [[String: Any]] ?? []).compactMap { $0["frame"] as? Int }
  }

  @Test("the parts are those of the model, the test part unless another is asked for")
  func parts() throws {
    let model = ["--model", workshop.model]
    #expect(frames(try report(model)) == [1])
    #expect(frames(try report(model + ["--part", "validation"])) == [0])
    #expect(frames(try report(model + ["--part", "train"])) == [2, 3])
  }

  @Test("the table has a line for each channel, and one for the input itself when asked for")
  func table() throws {
    let folder = try TemporaryFolder()
    let plain = try accepted(["evaluate", "--model", workshop.model], in: folder.url)
    #expect(plain.errors.contains("measuring the test part: frame 1"))
    #expect(plain.output.contains("spots") && plain.output.contains("lines"))
    #expect(!plain.output.contains("input itself"))
    let trivial = try accepted(
      ["evaluate", "--model", workshop.model, "--trivial"], in: folder.url)
    #expect(trivial.output.contains("input itself"))
  }

  @Test("JSON and pictures are written, and replaced only when forced")
  func files() throws {
    let folder = try TemporaryFolder()
    let evaluate = ["evaluate", "--model", workshop.model]
    let json = ["--json", "scores.json"]
    let panels = ["--panels", "panels"]
    try accepted(evaluate + json + panels, in: folder.url)
    let data = try Data(contentsOf: folder.url.appendingPathComponent("scores.json"))
    let found = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(found["channels"] as? [String] == ["spots", "lines"])
    #expect(try PNG.read(folder.url.appendingPathComponent("panels/frame-0001.png")).width > 0)
    try refused(evaluate + json, saying: ["scores.json", "--force"], in: folder.url)
    try refused(evaluate + panels, saying: ["frame-0001.png", "--force"], in: folder.url)
    try accepted(evaluate + json + panels + ["--force"], in: folder.url)
    try refused(
      evaluate + ["--panels", "scores.json/panels"], saying: ["scores.json"], in: folder.url)
    try refused(
      evaluate + ["--json", "scores.json/a.json"], saying: ["scores.json"], in: folder.url)
  }

  @Test("other targets in any order, and options of the prediction, change the scores")
  func options() throws {
    let model = ["--model", workshop.model]
    let plain = try report(model) as NSDictionary
    let named = ["--target", "lines=\(workshop.lines)", "--target", "spots=\(workshop.spots)"]
    #expect(try report(model + named) as NSDictionary == plain)
    let swapped = ["--target", "lines=\(workshop.spots)", "--target", "spots=\(workshop.lines)"]
    for options in [swapped, ["--padding", "0"], ["--latents", "sample"], ["--samples", "2"]] {
      #expect(try report(model + options) as NSDictionary != plain, "\(options)")
    }
  }

  @Test("a split image is compared with targets by the names of its channels")
  func predictions() throws {
    let folder = try TemporaryFolder()
    let (spots, lines) = (Workshop.stack("spots"), Workshop.stack("lines"))
    let pixels = (0..<4).flatMap { frame in
      [lines, spots].flatMap { $0.plane(frame: frame, channel: 0).values }
    }
    let perfect = ImageStack(
      frames: 4, channels: 2, height: 32, width: 32, pixels: pixels,
      channelNames: ["lines", "spots"])
    try folder.url.write(perfect, "perfect.tif")
    let compare = ["--prediction", folder.url.path("perfect.tif")] + workshop.targets
    let whole = try report(compare + ["--clip-quantile", "1"])
    let means = try #require((whole["mean"] as? [String: Any])?["unclipped"] as? [[String: Any]])
    #expect(means.compactMap { $0["rmse"] as? Double } == [0, 0])
    #expect(frames(whole).count == 4)
    #expect(frames(try report(compare + ["--frames", "1-2"])).count == 2)
    #expect(
      try report(compare) as NSDictionary
        != report(compare + ["--clip-quantile", "0.5"]) as NSDictionary)
  }

  @Test("impossible comparisons are refused")
  func refusals() throws {
    let folder = try TemporaryFolder()
    try folder.url.write(Workshop.stack("spots", size: 24), "other.tif")
    let evaluate = ["evaluate", "--model", workshop.model]
    let compare = ["evaluate", "--prediction", "other.tif"]
    let cases: [(arguments: [String], words: [String])] = [
      (evaluate + ["--target", "spots=other.tif"], ["spots, lines", "each of them once"]),
      (
        evaluate + ["--target", "spots=other.tif", "--target", "lines=other.tif"],
        ["32 × 32", "24 × 24"]
      ),
      (evaluate + ["--input", "other.tif"], ["--input"]),
      (evaluate + ["--padding", "99"], ["--padding is 99"]),
      (evaluate + ["--device", "abacus"], ["abacus"]),
      (compare + workshop.targets, ["channels", "2 targets"]),
      (compare + ["--target", "a=missing.tif"], ["missing.tif"]),
      (compare + workshop.targets + ["--clip-quantile", "2"], ["--clip-quantile is 2"]),
      (compare + workshop.targets + ["--frames", "7"], ["no frame 7"]),
    ]
    for item in cases { try refused(item.arguments, saying: item.words, in: folder.url) }
  }
}
