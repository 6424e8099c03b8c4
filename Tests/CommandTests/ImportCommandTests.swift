import Foundation
import Imaging
import Safetensors
import TestSupport
import Testing

@Suite("usplit import")
struct ImportCommandTests {
  private let workshop: Workshop

  init() throws { workshop = try Workshop.shared.get() }

  /// The workshop's weights as a checkpoint.
  private func checkpoint() throws -> CheckpointFile {
    let model = try SafetensorsFile(contentsOf: URL(fileURLWithPath: workshop.model))
    var file = CheckpointFile()
    for entry in model.entries {
      if entry.type == .i64 {
        file.add(entry.name, entry.shape, integers: try model.integers(entry.name).map(Int64.init))
      } else {
        file.add(entry.name, entry.shape, try model.floats(entry.name))
      }
    }
    return file
  }

  private static let config = """
    {"data": {"image_size": 16, "multiscale_lowres_count": 3},
     "model": {"z_dims": [2, 2], "encoder": {"n_filters": 2},
               "decoder": {"n_filters": 2, "multiscale_retain_spatial_dims": false}}}
    """

  private var images: [String] {
    ["--stats-from", "spots=\(workshop.spots)", "--stats-from", "lines=\(workshop.lines)"]
      + ["--split", "leading"]
  }

  @Test("a checkpoint and its images make a model that splits, evaluates and is told")
  func works() throws {
    let folder = try TemporaryFolder()
    try checkpoint().data.write(to: folder.url.appendingPathComponent("a.ckpt"))
    let outcome = try accepted(
      ["import", "a.ckpt", "-o", "m.safetensors", "--write-stats", "stats.json"] + images,
      in: folder.url)
    #expect(outcome.lines == ["m.safetensors"])
    for words in [
      "in epoch 3", "after 70000 steps", "HVAE with lean context", "patches of 16",
      "taken as HVAE", "split by the rule leading", "parameters were imported",
    ] { #expect(outcome.errors.contains(words), "\(words) in \(outcome.errors)") }
    try accepted(
      ["split", "--model", "m.safetensors", workshop.input, "-o", "out", "--threads", "1"],
      in: folder.url)
    let table = try accepted(
      ["evaluate", "--model", "m.safetensors", "--threads", "1"], in: folder.url)
    #expect(table.output.contains("spots"))
    let text = try accepted(["inspect", "m.safetensors"], in: folder.url).output
    #expect(text.contains("validate: frame 0"))
    #expect(text.contains("trained: 70000 steps, 4 epochs\n"))
    #expect(text.contains("from a.ckpt"))

    let quiet = try accepted(
      ["import", "a.ckpt", "-o", "n.safetensors", "--stats", "stats.json", "--quiet"],
      in: folder.url)
    #expect(quiet.errors.isEmpty)
    let files = try ["m", "n"].map {
      try SafetensorsFile(contentsOf: folder.url.appendingPathComponent("\($0).safetensors"))
    }
    #expect(files[0].entries.map(\.name) == files[1].entries.map(\.name))
    for entry in files[0].entries {
      #expect(try files[0].data(entry.name) == files[1].data(entry.name))
    }
    try refused(
      ["import", "a.ckpt", "-o", "m.safetensors"] + images, saying: ["exists", "--force"],
      in: folder.url)
    try accepted(
      ["import", "a.ckpt", "-o", "m.safetensors", "--force"] + images, in: folder.url)
  }

  @Test("a configuration file tells the network; without images a model still splits")
  func configured() throws {
    let folder = try TemporaryFolder()
    try checkpoint().data.write(to: folder.url.appendingPathComponent("a.ckpt"))
    try Data(Self.config.utf8).write(to: folder.url.appendingPathComponent("config.json"))
    let stats = """
      {"channels": ["a", "b"], "clip": [500, 500], "inputMean": 100, "inputStd": 50,
       "targetMean": [90, 110], "targetStd": [45, 55]}
      """
    try Data(stats.utf8).write(to: folder.url.appendingPathComponent("stats.json"))
    let outcome = try accepted(
      ["import", "a.ckpt", "--config", "config.json", "--stats", "stats.json", "-o", "m"],
      in: folder.url)
    #expect(!outcome.errors.contains("taken as"))
    #expect(outcome.errors.contains("training images are not known"))
    try accepted(
      ["split", "--model", "m", workshop.input, "-o", "out", "--threads", "1"], in: folder.url)
    let text = try accepted(["inspect", "m"], in: folder.url).output
    #expect(text.contains("training images: unknown"))
    try refused(
      ["evaluate", "--model", "m"], saying: ["imported without its training images"],
      in: folder.url)
  }

  @Test("damaged files, missing statistics and networks that do not fit are refused")
  func refusals() throws {
    let folder = try TemporaryFolder()
    let url = folder.url
    let file = try checkpoint()
    let good = file.data
    try good.write(to: url.appendingPathComponent("a.ckpt"))
    try good.prefix(good.count / 2).write(to: url.appendingPathComponent("cut.ckpt"))
    var flipped = good
    flipped[good.count / 2] ^= 0xFF
    try flipped.write(to: url.appendingPathComponent("flipped.ckpt"))
    try Data("text".utf8).write(to: url.appendingPathComponent("text.ckpt"))
    try file.pickle.pickled().write(to: url.appendingPathComponent("bare.ckpt"))
    var partial = file
    partial.state.removeLast()
    try partial.data.write(to: url.appendingPathComponent("partial.ckpt"))
    try Data("{\"channels\": [\"a\"]}".utf8).write(to: url.appendingPathComponent("stats.json"))
    try Data(Self.config.replacingOccurrences(of: "[2, 2]", with: "[2, 4]").utf8)
      .write(to: url.appendingPathComponent("wrong.json"))

    func expect(_ arguments: [String], _ words: [String], status: Int32 = 1) throws {
      try refused(
        ["import"] + arguments + ["-o", "m"], saying: words, status: status, in: url)
    }
    try expect(["a.ckpt"], ["--stats-from", "--stats", "statistics"])
    try expect(["a.ckpt", "--stats-from", "a=\(workshop.spots)"], ["1 target", "at least 2"])
    try expect(["a.ckpt", "--stats", "stats.json"], ["stats.json", "missing"])
    try expect(["a.ckpt", "--stats", "no.json"], ["no.json"])
    try expect(["no.ckpt"] + images, ["no.ckpt", "no such file"])
    try expect(["cut.ckpt"] + images, ["cut.ckpt", "damaged"])
    try expect(["flipped.ckpt"] + images, ["flipped.ckpt", "damaged"])
    try expect(["text.ckpt"] + images, ["text.ckpt", "zip"])
    try expect(["bare.ckpt"] + images, ["bare pickle"])
    try expect(["partial.ckpt"] + images, ["lacks 1 of"])
    try expect(["a.ckpt", "--config", "wrong.json"] + images, ["of another shape"])
    try expect(["a.ckpt", "--config", "a.ckpt"] + images, ["neither JSON nor a pickle"])
    try expect(["a.ckpt", "--backbone", "unet"] + images, ["not unet"])
    try expect(["a.ckpt"] + images.dropLast(2), ["dealt"])
    try expect(["a.ckpt", "--patch", "32"] + images, ["patches of 16"])
    try expect(["a.ckpt", "--stats", "stats.json"] + images, ["either"], status: 64)
    try expect(["a.ckpt", "--config", "x", "--patch", "16"] + images, ["--config"], status: 64)
    try expect(["a.ckpt", "--split", "leading"], ["--stats-from"], status: 64)
    try expect(["a.ckpt", "--write-stats", "s.json"], ["--stats-from"], status: 64)
  }
}
