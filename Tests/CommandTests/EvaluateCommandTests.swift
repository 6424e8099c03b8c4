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

  @Test("deviations are compared with the errors that were made")
  func deviations() throws {
    let model = ["--model", workshop.model]
    #expect(try report(model)["calibration"] == nil)
    let found = try report(model + ["--deviations"])
    let curves = try #require(found["calibration"] as? [[String: Any]])
    #expect(curves.count == 2)
    for curve in curves {
      let bins = try #require(curve["bins"] as? [[String: Any]])
      #expect(bins.reduce(0) { $0 + ($1["pixels"] as? Int ?? 0) } == 32 * 32)
    }
    let folder = try TemporaryFolder()
    let text = try accepted(["evaluate", "--deviations"] + model, in: folder.url).output
    for words in ["predicted", "real error", "relative to the mean error: spots "] {
      #expect(text.contains(words), "\(words)")
    }
    try refused(
      ["evaluate", "--prediction", workshop.input, "--deviations"] + workshop.targets,
      saying: ["--deviations", "--model only"], status: 64, in: folder.url)
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
    func scores(_ options: [String]) throws -> NSDictionary {
      try #require(try report(model + options)["mean"] as? NSDictionary)
    }
    let plain = try scores([])
    let named = ["--target", "lines=\(workshop.lines)", "--target", "spots=\(workshop.spots)"]
    #expect(try scores(named) == plain)
    let swapped = ["--target", "lines=\(workshop.spots)", "--target", "spots=\(workshop.lines)"]
    for options in [
      swapped, ["--padding", "0"], ["--tiles", "outer"], ["--latents", "sample"],
      ["--samples", "2"],
    ] { #expect(try scores(options) != plain, "\(options)") }
    #expect(try scores(["--tiles", "none"]) == scores(["--padding", "0"]))
    #expect(try scores(["--tiles", "inner"]) == plain)
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

  @Test("the report says what was measured and how")
  func measurement() throws {
    let options = [
      "--model", workshop.model, "--tiles", "outer", "--padding", "4", "--samples", "2",
    ]
    let found = try #require(try report(options)["measurement"] as? [String: Any])
    #expect(found["model"] as? String == workshop.model && found["part"] as? String == "test")
    #expect(found["samples"] as? Int == 2 && found["seed"] as? Int == 0)
    let tiles = try #require(found["tiles"] as? [String: Any])
    #expect(tiles["scheme"] as? String == "outer" && tiles["padding"] as? Int == 4)
    #expect(tiles["patch"] as? Int == 24 && tiles["kept"] as? Int == 16)
  }

  @Test("jumps at borders and further scores are shown when asked for")
  func seams() throws {
    let folder = try TemporaryFolder()
    let evaluate = ["evaluate", "--model", workshop.model, "--part", "train", "--quiet"]
    let plain = try accepted(evaluate, in: folder.url).output
    for words in ["at borders", "MS-SSIM", "as a whole"] { #expect(!plain.contains(words)) }
    let seams = try accepted(evaluate + ["--seams"], in: folder.url).output
    #expect(seams.contains("at borders") && seams.contains(" ± "))
    let all = try accepted(evaluate + ["--all-metrics"], in: folder.url).output
    #expect(all.contains("MS-SSIM") && all.contains("Pearson") && all.contains("as a whole"))

    let pixels = (0..<4).flatMap { frame in
      ["spots", "lines"].flatMap { Workshop.stack($0).plane(frame: frame, channel: 0).values }
    }
    try folder.url.write(
      ImageStack(
        frames: 4, channels: 2, height: 32, width: 32, pixels: pixels,
        channelNames: ["spots", "lines"]), "split.tif")
    let compare = ["--prediction", folder.url.path("split.tif")] + workshop.targets
    let found = try report(compare + ["--seams", "--tile", "8"])
    let mean = try #require((found["mean"] as? [String: Any])?["clipped"] as? [[String: Any]])
    #expect(mean.allSatisfy { $0["seams"] != nil })
    let single = try accepted(
      ["evaluate", "--quiet"] + compare + ["--seams", "--tile", "32"], in: folder.url
    ).output
    #expect(single.contains("at borders") && !single.contains(" ± 0.0"))
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
      (evaluate + ["--tiles", "outer", "--padding", "99999"], ["enlarged by 99999"]),
      (evaluate + ["--device", "abacus"], ["abacus"]),
      (compare + workshop.targets, ["channels", "2 targets"]),
      (compare + ["--target", "a=missing.tif"], ["missing.tif"]),
      (compare + workshop.targets + ["--clip-quantile", "2"], ["--clip-quantile is 2"]),
      (compare + workshop.targets + ["--frames", "7"], ["no frame 7"]),
    ]
    for item in cases { try refused(item.arguments, saying: item.words, in: folder.url) }
  }
}
