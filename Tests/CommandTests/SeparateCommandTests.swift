import Foundation
import Imaging
import TestSupport
import Testing

@Suite("usplit separate")
struct SeparateCommandTests {
  private static let short = ["--iterations", "3", "--threads", "1"]
  private let workshop: Workshop

  init() throws { workshop = try Workshop.shared.get() }

  @Test("layers of a crop are written with names, pixel size and origin, and a picture with them")
  func result() throws {
    let folder = try TemporaryFolder()
    let outcome = try accepted(
      [
        "separate", workshop.spots, "-o", "out", "--crop", "3,5,20", "--frame", "2", "--layers",
        "3",
      ]
        + Self.short, in: folder.url)
    #expect(outcome.lines == ["out/spots_separated.tif", "out/spots_separated.png"])
    #expect(outcome.errors.contains("one of many plausible ones"))
    #expect(outcome.errors.contains("usplit train"))
    #expect(outcome.errors.contains("ended after 3 iterations"))
    let stack = try folder.url.image("out/spots_separated.tif")
    #expect(stack.channels == 3 && stack.frames == 1)
    #expect(stack.height == 20 && stack.width == 20)
    #expect(stack.channelNames == ["layer 1", "layer 2", "layer 3"])
    #expect(stack.pixelSize == Workshop.stack("spots").pixelSize)
    let file = folder.url.appendingPathComponent("out/spots_separated.tif")
    let description = String(decoding: try Data(contentsOf: file), as: UTF8.self)
    for words in [
      "usplit_method=Double-DIP", "usplit_preset=fast", "usplit_seed=0", "usplit_crop=3,5,20",
      "usplit_frame=2", "usplit_iterations=3",
    ] { #expect(description.contains(words)) }
    _ = try PNG.read(folder.url.appendingPathComponent("out/spots_separated.png"))
  }

  @Test("the seed decides the layers, and files are replaced only when forced")
  func seed() throws {
    let folder = try TemporaryFolder()
    let separate = ["separate", workshop.spots, "-o", ".", "--crop", "0,0,16"] + Self.short
    func layers(_ options: [String]) throws -> [Float] {
      try accepted(separate + options, in: folder.url)
      return try folder.url.image("spots_separated.tif").pixels
    }
    let first = try layers(["--seed", "1"])
    try refused(separate, saying: ["spots_separated.tif exists", "--force"], in: folder.url)
    #expect(try layers(["--seed", "1", "--force"]) == first)
    #expect(try layers(["--seed", "2", "--force", "--quiet"]) != first)
  }

  @Test("time and Ctrl-C end a separation with its layers written")
  func ends() throws {
    let folder = try TemporaryFolder()
    let separate = [
      "separate", workshop.spots, "--crop", "0,0,16", "--iterations", "1000000", "--threads", "1",
    ]
    try accepted(separate + ["-o", "timed", "--time", "0.2s"], in: folder.url)
    let outcome = try Usplit.run(separate + ["-o", "stopped"], in: folder.url) { process in
      let made = folder.url.appendingPathComponent("stopped").path
      for _ in 0..<1000 where !FileManager.default.fileExists(atPath: made) {
        Thread.sleep(forTimeInterval: 0.02)
      }
      kill(process.processIdentifier, SIGINT)
    }
    #expect(outcome.status == 130, "\(outcome.errors)")
    #expect(outcome.errors.contains("the layers so far are written first"))
    for name in ["timed", "stopped"] {
      #expect(try folder.url.image("\(name)/spots_separated.tif").channels == 2)
    }
  }

  @Test("what cannot be separated is refused")
  func refusals() throws {
    let folder = try TemporaryFolder()
    var flat = Workshop.stack("lines")
    flat.pixels = flat.pixels.map { _ in 7 }
    try folder.url.write(flat, "flat.tif")
    let separate = ["separate", workshop.spots, "-o", "out"]
    let cases: [(arguments: [String], words: [String])] = [
      (["separate", "none.tif", "-o", "out"], ["none.tif"]),
      (["separate", "flat.tif", "-o", "out"], ["all pixels", "7"]),
      (separate + ["--layers", "1"], ["1 layers", "2 to 8"]),
      (separate + ["--frame", "4"], ["4 frames", "no frame 4"]),
      (separate + ["--channel", "1"], ["1 channel"]),
      (separate + ["--crop", "20,0,16"], ["rows 20 to 35", "32 × 32"]),
      (separate + ["--iterations", "0"], ["0 iterations"]),
      (separate + ["--learning-rate", "nan"], ["learning rate"]),
      (separate + ["--device", "abacus"], ["abacus"]),
    ]
    for item in cases { try refused(item.arguments, saying: item.words, in: folder.url) }
  }
}
