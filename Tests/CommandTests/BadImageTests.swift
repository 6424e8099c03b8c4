import Foundation
import Imaging
import TestSupport
import Testing

@Suite("Images that cannot be used")
struct BadImageTests {
  private let workshop: Workshop

  init() throws { workshop = try Workshop.shared.get() }

  /// A picture in colour of 4 × 4 pixels, byte by byte.
  private static var colour: Data {
    var data = Data("II*\0".utf8)
    func add(_ value: UInt32) {
      withUnsafeBytes(of: value.littleEndian) { data.append(contentsOf: $0) }
    }
    func add(_ value: UInt16) {
      withUnsafeBytes(of: value.littleEndian) { data.append(contentsOf: $0) }
    }
    let tags: [(tag: UInt16, type: UInt16, count: UInt32, value: UInt32)] = [
      (256, 3, 1, 4), (257, 3, 1, 4), (258, 3, 3, 122), (259, 3, 1, 1), (262, 3, 1, 2),
      (273, 4, 1, 128), (277, 3, 1, 3), (278, 3, 1, 4), (279, 4, 1, 48),
    ]
    add(UInt32(8))
    add(UInt16(tags.count))
    for entry in tags {
      add(entry.tag)
      add(entry.type)
      add(entry.count)
      add(entry.value)
    }
    add(UInt32(0))
    for _ in 0..<3 { add(UInt16(8)) }
    data.append(contentsOf: (0..<48).map { UInt8($0) })
    return data
  }

  /// Writes files that every command refuses; what the message says about each.
  private func writeBroken(to folder: URL) throws -> [(name: String, words: [String])] {
    let good = try Data(contentsOf: URL(fileURLWithPath: workshop.spots))
    try Data().write(to: folder.appendingPathComponent("empty.tif"))
    try Data("this is no image".utf8).write(to: folder.appendingPathComponent("text.tif"))
    try good.prefix(good.count / 2).write(to: folder.appendingPathComponent("cut.tif"))
    try Self.colour.write(to: folder.appendingPathComponent("colour.tif"))
    var infinite = Workshop.stack("spots", type: .float32)
    infinite.pixels[40] = .nan
    try folder.write(infinite, "nan.tif")
    try FileManager.default.createDirectory(
      at: folder.appendingPathComponent("hollow"), withIntermediateDirectories: true)
    return [
      ("missing.tif", ["missing.tif"]), ("empty.tif", ["empty.tif"]), ("text.tif", ["text.tif"]),
      ("cut.tif", ["cut.tif"]), ("colour.tif", ["colour.tif", "RGB"]),
      ("nan.tif", ["nan.tif", "finite"]), ("hollow", ["folder"]),
    ]
  }

  @Test("training, splitting and mixing refuse a file that is no good image")
  func broken() throws {
    let folder = try TemporaryFolder()
    for item in try writeBroken(to: folder.url) {
      try refused(
        ["train"] + Workshop.tiny
          + ["--target", "a=\(workshop.lines)", "--target", "b=\(item.name)", "-o", "run"],
        saying: item.words, in: folder.url)
      try refused(
        ["split", "--model", workshop.model, workshop.input, item.name, "-o", "out"],
        saying: item.name == "." ? ["colour.tif"] : item.words, in: folder.url)
      guard item.name == "missing.tif" || item.name == "nan.tif" else { continue }
      try refused(
        ["mix", workshop.lines, item.name, "-o", "mix.tif"], saying: item.words, in: folder.url)
    }
  }

  @Test("training refuses images that do not belong together")
  func together() throws {
    let folder = try TemporaryFolder()
    try folder.url.write(Workshop.stack("lines", size: 24), "small.tif")
    try folder.url.write(Workshop.stack("lines", frames: 3), "few.tif")
    var flat = Workshop.stack("lines")
    flat.pixels = flat.pixels.map { _ in 7 }
    try folder.url.write(flat, "flat.tif")
    try folder.url.write(Workshop.stack("spots", frames: 1, size: 12), "tiny.tif")
    let train = ["train"] + Workshop.tiny + ["-o", "run"]
    let first = ["--target", "a=\(workshop.spots)"]
    let cases: [(arguments: [String], words: [String])] = [
      (first + ["--target", "b=small.tif"], ["4 × 24 × 24", "4 × 32 × 32"]),
      (first + ["--target", "b=few.tif"], ["3 × 32 × 32", "4 × 32 × 32"]),
      (first + ["--target", "b=flat.tif"], ["all pixels", "nothing to learn"]),
      (first + ["--target", "b=\(workshop.lines)", "--input", "flat.tif"], ["all pixels"]),
      (first, ["1 target given", "at least 2"]),
      ([], ["0 targets given"]),
      (first + ["--target", "a=\(workshop.lines)"], ["both named \"a\""]),
      (["--target", "a=tiny.tif", "--target", "b=tiny.tif"], ["12 × 12", "16 × 16"]),
    ]
    for item in cases { try refused(train + item.arguments, saying: item.words, in: folder.url) }
  }

  @Test("training refuses settings that make no sense")
  func settings() throws {
    let folder = try TemporaryFolder()
    try Data(#"{"training": {"bach": 3}}"#.utf8)
      .write(to: folder.url.appendingPathComponent("typo.json"))
    try Data("{".utf8).write(to: folder.url.appendingPathComponent("half.json"))
    let train = ["train"] + Workshop.tiny + workshop.targets + ["-o", "run"]
    let cases: [(arguments: [String], words: [String])] = [
      (["--config", "typo.json"], ["training.bach", "training.batch"]),
      (["--config", "half.json"], ["half.json", "line 1"]),
      (["--config", "none.json"], ["none.json"]),
      (["--set", "training.epoch=3"], ["training.epoch", "training.epochs"]),
      (["--contexts", "3"], ["contexts is 3", "2 levels"]),
      (["--patch", "18"], ["18 pixels", "multiple of 4"]),
      (["--learning-rate", "nan"], ["learningRate is nan"]),
      (["--epochs", "0"], ["epochs is 0"]),
      (["--validation", "0.6", "--test", "0.6"], ["nothing to train on"]),
      (["--device", "abacus"], ["abacus"]),
      (["--patch", "8192", "--batch", "256"], ["GiB", "memory", "--ignore-memory"]),
    ]
    for item in cases { try refused(train + item.arguments, saying: item.words, in: folder.url) }
  }
}
