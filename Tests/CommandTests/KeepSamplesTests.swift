import Foundation
import Imaging
import TestSupport
import Testing

@Suite("usplit split --keep-samples")
struct KeepSamplesTests {
  private let workshop: Workshop

  init() throws { workshop = try Workshop.shared.get() }

  private func split(_ options: [String]) throws -> ImageStack {
    let folder = try TemporaryFolder()
    let outcome = try accepted(
      ["split", "--model", workshop.model, workshop.input, "-o", "out", "--samples", "3"]
        + options, in: folder.url)
    return try folder.url.image(try #require(outcome.lines.first))
  }

  @Test("draws are channels behind means and deviations, which stay what they are without them")
  func channels() throws {
    let plain = try split(["--deviations"])
    let kept = try split(["--deviations", "--keep-samples"])
    #expect(plain.channelNames.count == 4)
    #expect(
      kept.channelNames == plain.channelNames + [
        "spots sample 1", "lines sample 1", "spots sample 2", "lines sample 2", "spots sample 3",
        "lines sample 3",
      ])
    for frame in 0..<kept.frames {
      for channel in 0..<4 {
        #expect(
          kept.plane(frame: frame, channel: channel).values
            == plain.plane(frame: frame, channel: channel).values)
      }
    }
  }

  @Test("the mean of the draws is the prediction, and draws differ")
  func means() throws {
    let kept = try split(["--keep-samples"])
    #expect(kept.channels == 8)
    for frame in 0..<kept.frames {
      for target in 0..<2 {
        let draws = (1...3).map { kept.plane(frame: frame, channel: 2 * $0 + target).values }
        let mean = draws[0].indices.map { (draws[0][$0] + draws[1][$0] + draws[2][$0]) / 3 }
        #expect(relativeError(mean, kept.plane(frame: frame, channel: target).values) < 1e-4)
        #expect(draws[0] != draws[1] && draws[1] != draws[2])
      }
    }
  }

  @Test("the seed decides the draws, and the file says that they are kept")
  func provenance() throws {
    let folder = try TemporaryFolder()
    let command = [
      "split", "--model", workshop.model, workshop.input, "--samples", "2", "--keep-samples",
    ]
    for output in ["a", "b"] { try accepted(command + ["-o", output], in: folder.url) }
    try accepted(command + ["-o", "c", "--seed", "7"], in: folder.url)
    let images = try ["a", "b", "c"].map { try folder.url.image("\($0)/input_split.tif") }
    #expect(images[0] == images[1] && images[0].pixels != images[2].pixels)
    let info = try accepted(["info", "a/input_split.tif"], in: folder.url).output
    #expect(info.contains("samples kept"), "\(info)")
  }

  @Test("an interrupted split goes on with its draws, and with nothing else")
  func resume() throws {
    let folder = try TemporaryFolder()
    try folder.url.write(Workshop.stack("spots", frames: 1, size: 256), "large.tif")
    let split = [
      "split", "--model", workshop.model, "large.tif", "--batch", "1", "--samples", "2",
    ]
    let kept = split + ["--keep-samples"]
    let stopped = try Usplit.run(kept + ["-o", "out"], in: folder.url) { process in
      let pixels = folder.url.path("out/.large_split.usplit-partial/pixels.raw")
      var content = stat()
      for _ in 0..<1000 where stat(pixels, &content) != 0 || content.st_blocks == 0 {
        Thread.sleep(forTimeInterval: 0.01)
      }
      kill(process.processIdentifier, SIGTERM)
    }
    #expect(stopped.status == 143, "\(stopped.errors)")
    try refused(
      split + ["-o", "out", "--resume"], saying: ["samples was kept and is not there"],
      in: folder.url)
    try accepted(kept + ["-o", "out", "--resume"], in: folder.url)
    try accepted(kept + ["-o", "whole"], in: folder.url)
    #expect(
      try folder.url.image("out/large_split.tif") == folder.url.image("whole/large_split.tif"))
    try refused(
      split + ["-o", "out", "--resume"], saying: ["of another split", "samples kept"],
      in: folder.url)
  }

  @Test("several processes draw what one draws")
  func processes() throws {
    let folder = try TemporaryFolder()
    let command = [
      "split", "--model", workshop.model, workshop.input, "--samples", "2", "--keep-samples",
      "--deviations", "--batch", "2",
    ]
    for outcome in try ranks(2, command + ["-o", "two"], in: folder.url) {
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
    try accepted(command + ["-o", "one"], in: folder.url)
    #expect(
      try folder.url.image("two/input_split.tif") == folder.url.image("one/input_split.tif"))
  }

  @Test("what cannot be kept is refused")
  func refusals() throws {
    let folder = try TemporaryFolder()
    let split = ["split", workshop.input, "-o", "out", "--keep-samples", "--model"]
    let mistakes: [(options: [String], words: [String])] = [
      ([], ["--samples"]), (["--latents", "sample"], ["2 samples or more"]),
      (["--samples", "2", "--turns", "4"], ["--turns 4"]),
    ]
    for item in mistakes {
      try refused(
        split + [workshop.model] + item.options, saying: item.words, status: 64, in: folder.url)
    }
    try accepted(
      ["train"] + Workshop.tiny + workshop.targets
        + ["--epochs", "1", "--steps-per-epoch", "1", "--backbone", "hae", "-o", "hae"],
      in: folder.url)
    try refused(
      split + ["hae/checkpoints/best.safetensors", "--samples", "2"],
      saying: ["hae", "nothing to draw", "--backbone hvae"], in: folder.url)
  }
}
