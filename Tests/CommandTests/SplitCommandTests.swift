import Foundation
import Imaging
import TestSupport
import Testing

@Suite("usplit split")
struct SplitCommandTests {
  private let workshop: Workshop

  init() throws { workshop = try Workshop.shared.get() }

  private func split(_ options: [String], image: String? = nil) throws -> (ImageStack, String) {
    let folder = try TemporaryFolder()
    let image = image ?? workshop.input
    let outcome = try accepted(
      ["split", "--model", workshop.model, image, "-o", "out"] + options, in: folder.url)
    return (try folder.url.image(try #require(outcome.lines.first)), outcome.errors)
  }

  @Test("the result has a channel for each structure and keeps size, frames and pixel size")
  func result() throws {
    let (stack, errors) = try split([])
    #expect(stack.channels == 2)
    #expect(stack.frames == 4)
    #expect(stack.height == 32 && stack.width == 32)
    #expect(stack.channelNames == ["spots", "lines"])
    #expect(stack.pixelSize == Workshop.stack("spots").pixelSize)
    #expect(stack.type == .float32)
    #expect(errors.contains("taken as the mean of these"))
    #expect(!errors.contains("warning"))
  }

  @Test("the file says who made it from what")
  func notes() throws {
    let folder = try TemporaryFolder()
    let outcome = try accepted(
      ["split", "--model", workshop.model, workshop.input, "-o", ".", "--quiet"], in: folder.url)
    #expect(outcome.errors.isEmpty)
    let file = folder.url.appendingPathComponent("input_split.tif")
    let description = String(decoding: try Data(contentsOf: file), as: UTF8.self)
    for words in ["usplit_version=", "usplit_model=\(workshop.model)", "usplit_input=mean"] {
      #expect(description.contains(words))
    }
  }

  @Test("options that change the prediction do, the batch and the threads do not")
  func prediction() throws {
    let (plain, _) = try split([])
    for options in [
      ["--padding", "0"], ["--tiles", "outer"], ["--latents", "sample"], ["--samples", "2"],
      ["--turns", "2"], ["--turns", "8"],
      ["--input-is", "sum"],
    ] { #expect(try split(options).0.pixels != plain.pixels, "\(options)") }
    let same = try split([
      "--latents", "mean", "--tiles", "inner", "--padding", "4", "--batch", "3", "--threads", "2",
      "--device", "cpu",
      "--seed", "5", "--ignore-memory", "--input-is", "mean",
    ]).0
    #expect(relativeError(same.pixels, plain.pixels) < 1e-4)
    let drawn = try split(["--samples", "2", "--seed", "5"]).0.pixels
    #expect(try split(["--samples", "2", "--seed", "5"]).0.pixels == drawn)
    #expect(try split(["--samples", "2", "--seed", "6"]).0.pixels != drawn)
  }

  @Test("deviations are channels of their own behind those of the structures")
  func deviations() throws {
    let (plain, _) = try split([])
    let (stack, errors) = try split(["--deviations"])
    #expect(stack.channelNames == ["spots", "lines", "spots deviation", "lines deviation"])
    for frame in 0..<stack.frames {
      for channel in 0..<2 {
        #expect(
          stack.plane(frame: frame, channel: channel).values
            == plain.plane(frame: frame, channel: channel).values)
        #expect(stack.plane(frame: frame, channel: 2 + channel).values.allSatisfy { $0 > 0 })
      }
    }
    #expect(!errors.contains("not calibrated"))
    let (drawn, _) = try split(["--deviations", "--samples", "3"])
    #expect(drawn.plane(frame: 0, channel: 2) != stack.plane(frame: 0, channel: 2))
  }

  @Test("an unfinished split goes on with deviations only if it was begun with them")
  func otherDeviations() throws {
    let folder = try TemporaryFolder()
    let command = ["split", "--model", workshop.model, workshop.input, "-o", "out"]
    try accepted(command, in: folder.url)
    try refused(
      command + ["--deviations", "--resume"], saying: ["of another split", "deviations"],
      in: folder.url)
  }

  @Test("a model that learned no variances has no deviations but those of draws")
  func noDeviations() throws {
    let folder = try TemporaryFolder()
    let train =
      ["train"] + Workshop.tiny + workshop.targets
      + ["--epochs", "1", "--steps-per-epoch", "1", "--set", "loss.kind=meanSquaredError"]
    let split = [workshop.input, "-o", "out", "--deviations", "--model"]
    try accepted(train + ["--backbone", "hvae", "-o", "hvae"], in: folder.url)
    let model = "hvae/checkpoints/best.safetensors"
    try refused(["split"] + split + [model], saying: ["--samples 10"], in: folder.url)
    try accepted(["split"] + split + [model, "--samples", "3"], in: folder.url)
    try accepted(train + ["--backbone", "hae", "-o", "hae"], in: folder.url)
    let other = "hae/checkpoints/best.safetensors"
    for samples in ["1", "3"] {
      try refused(
        ["split"] + split + [other, "--samples", samples, "--force"],
        saying: ["predicts no deviations", "--backbone hvae"], in: folder.url)
    }
  }

  @Test("a sum given as a sum is split like the mean")
  func sum() throws {
    let folder = try TemporaryFolder()
    var image = try ImageStack(contentsOf: URL(fileURLWithPath: workshop.input))
    image.pixels = image.pixels.map { 2 * $0 }
    try folder.url.write(image, "sum.tif")
    let (found, errors) = try split(["--input-is", "sum"], image: folder.url.path("sum.tif"))
    #expect(relativeError(found.pixels, try split([]).0.pixels) < 1e-4)
    #expect(errors.contains("taken as the sum of these"))
  }

  @Test("chosen frames are those of the whole")
  func frames() throws {
    let (all, _) = try split([])
    let (some, _) = try split(["--frames", "1,3"])
    #expect(some.frames == 2)
    for (place, frame) in [1, 3].enumerated() {
      for channel in 0..<2 {
        #expect(
          relativeError(
            some.plane(frame: place, channel: channel).values,
            all.plane(frame: frame, channel: channel).values) < 1e-4)
      }
    }
  }

  @Test("the image's type is kept when asked, and pixels that do not fit are counted")
  func types() throws {
    let folder = try TemporaryFolder()
    var small = Workshop.stack("spots", frames: 1)
    small.pixels = small.pixels.map { ($0 / 20).rounded() }
    small.type = .uint8
    try folder.url.write(small, "small.tif")
    let (stack, errors) = try split(["--type", "input"], image: folder.url.path("small.tif"))
    #expect(stack.type == .uint8)
    #expect(stack.pixels.allSatisfy { (0...255).contains($0) && $0 == $0.rounded() })
    #expect(errors.contains("did not fit into uint8"))
  }

  @Test("a channel is chosen by number or name, and must be where there are several")
  func channels() throws {
    let folder = try TemporaryFolder()
    let (a, b) = (Workshop.stack("spots", frames: 1), Workshop.stack("lines", frames: 1))
    try folder.url.write(
      ImageStack(
        frames: 1, channels: 2, height: 32, width: 32, pixels: a.pixels + b.pixels, type: .uint16,
        channelNames: ["red", "green"]), "two.tif")
    let image = folder.url.path("two.tif")
    let (first, _) = try split(["--channel", "0"], image: image)
    let (second, _) = try split(["--channel", "green"], image: image)
    #expect(try split(["--channel", "red"], image: image).0 == first)
    #expect(first.pixels != second.pixels)
    let arguments = ["split", "--model", workshop.model, image, "-o", "out"]
    try refused(arguments, saying: ["2 channels", "red", "green", "--channel"], in: folder.url)
    try refused(
      arguments + ["--channel", "blue"], saying: ["2 channels", "blue"], in: folder.url)
  }

  @Test("pixels of another size are warned of")
  func pixelSize() throws {
    let folder = try TemporaryFolder()
    var image = Workshop.stack("spots", frames: 1)
    image.pixelSize = PixelSize(width: 0.2, height: 0.2, unit: "micrometer")
    try folder.url.write(image, "big.tif")
    let (stack, errors) = try split(["--quiet"], image: folder.url.path("big.tif"))
    #expect(stack.pixelSize == image.pixelSize)
    #expect(errors.contains("warning") && errors.contains("0.2 × 0.2 micrometer"))
  }

  @Test("several images are split, each under its own name; nothing is replaced unless forced")
  func names() throws {
    let folder = try TemporaryFolder()
    try folder.url.write(Workshop.stack("spots", frames: 1), "a.b.tif")
    let split = ["split", "--model", workshop.model, "-o", "out"]
    let outcome = try accepted(
      split + ["a.b.tif", workshop.input, "--frames", "0"], in: folder.url)
    #expect(outcome.lines == ["out/a.b_split.tif", "out/input_split.tif"])
    try refused(split + ["a.b.tif"], saying: ["a.b_split.tif exists", "--force"], in: folder.url)
    try accepted(split + ["a.b.tif", "--force"], in: folder.url)

    let other = folder.url.appendingPathComponent("other")
    try FileManager.default.createDirectory(at: other, withIntermediateDirectories: true)
    try other.write(Workshop.stack("spots", frames: 1), "a.b.tif")
    try refused(
      split + ["a.b.tif", "other/a.b.tif", "--force"],
      saying: ["other/a.b.tif", "both be written"], in: folder.url)
    try refused(split + ["a.b.tif", "-o", "a.b.tif/x"], saying: ["a.b.tif/x"], in: folder.url)
  }

  @Test("impossible options are refused")
  func refusals() throws {
    let folder = try TemporaryFolder()
    let split = ["split", "--model", workshop.model, workshop.input, "-o", "out"]
    let cases: [(options: [String], words: [String])] = [
      (["--padding", "8"], ["--padding is 8", "16"]),
      (["--frames", "9"], ["4 frames", "no frame 9"]),
      (["--input-is", "acquired"], ["--input-is"]),
      (["--device", "abacus"], ["abacus"]),
      (["--threads=-1"], ["--threads"]),
      (["--channel", "1"], ["1 channel"]),
      (["--series", "1"], ["1 image", "no image 1"]),
      (["--memory", "20KB"], ["--memory", "20 KiB"]),
    ]
    for item in cases { try refused(split + item.options, saying: item.words, in: folder.url) }
  }

  @Test("an interrupted split goes on where it ended, with the same result")
  func resume() throws {
    let folder = try TemporaryFolder()
    try folder.url.write(Workshop.stack("spots", frames: 1, size: 320), "large.tif")
    let split = [
      "split", "--model", workshop.model, "large.tif", "--batch", "1", "--threads", "1",
    ]
    let stopped = try Usplit.run(split + ["-o", "out"], in: folder.url) { process in
      let pixels = folder.url.path("out/.large_split.usplit-partial/pixels.raw")
      var content = stat()
      // The first pixels take room on the disk.
      for _ in 0..<1000 where stat(pixels, &content) != 0 || content.st_blocks == 0 {
        Thread.sleep(forTimeInterval: 0.01)
      }
      kill(process.processIdentifier, SIGINT)
    }
    #expect(stopped.status == 130, "\(stopped.errors)")
    #expect(stopped.output.isEmpty && stopped.errors.contains("--resume"))
    let out = folder.url.appendingPathComponent("out")
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: out.path)
        == [".large_split.usplit-partial"])

    try refused(split + ["-o", "out"], saying: ["unfinished", "--resume"], in: folder.url)
    try refused(
      split + ["-o", "out", "--resume", "--latents", "sample"],
      saying: ["latents was mean and is sample", "--force"], in: folder.url)
    // The form is not among what was computed.
    let resume = split + ["-o", "out", "--resume", "--format", "ome-tiff"]
    let again = try accepted(resume, in: folder.url)
    #expect(again.errors.contains("going on"))
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: out.path) == ["large_split.ome.tif"])
    try accepted(split + ["-o", "whole", "--format", "ome-tiff"], in: folder.url)
    #expect(
      try folder.url.image("out/large_split.ome.tif")
        == folder.url.image("whole/large_split.ome.tif"))

    let left = try accepted(resume, in: folder.url)
    #expect(left.lines == ["out/large_split.ome.tif"] && left.errors.contains("left as it is"))
  }

  @Test("a result of another split is not left as it is")
  func otherResult() throws {
    let folder = try TemporaryFolder()
    let split = ["split", "--model", workshop.model, workshop.input, "-o", "."]
    try accepted(split, in: folder.url)
    try accepted(split + ["--resume", "--batch", "2"], in: folder.url)
    let cases: [(options: [String], words: [String])] = [
      (["--input-is", "sum"], ["usplit_input is mean", "sum"]),
      (["--padding", "0"], ["usplit_settings", "--force"]),
      (["--frames", "0-2"], ["usplit_settings", "frames 0-2"]),
      (["--latents", "sample", "--seed", "3"], ["usplit_settings", "seed 3"]),
    ]
    for item in cases {
      try refused(split + ["--resume"] + item.options, saying: item.words, in: folder.url)
    }
    try FileManager.default.removeItem(at: folder.url.appendingPathComponent("input_split.tif"))
    try folder.url.write(Workshop.stack("spots"), "input_split.tif")
    try refused(
      split + ["--resume"], saying: ["input_split.tif", "usplit_model", "not known"],
      in: folder.url)
  }

  @Test("what is left of an interrupted split is removed when forced")
  func forced() throws {
    let folder = try TemporaryFolder()
    let partial = folder.url.appendingPathComponent("out/.input_split.usplit-partial")
    try FileManager.default.createDirectory(at: partial, withIntermediateDirectories: true)
    for name in ["lock", "pixels.raw", "journal.json"] {
      try Data("{}".utf8).write(to: partial.appendingPathComponent(name))
    }
    let split = ["split", "--model", workshop.model, workshop.input, "-o", "out"]
    try refused(split, saying: ["unfinished", "--resume", "--force"], in: folder.url)
    try refused(split + ["--resume"], saying: ["journal.json", "--force"], in: folder.url)
    try accepted(split + ["--force"], in: folder.url)
    #expect(!FileManager.default.fileExists(atPath: partial.path))
  }

  @Test("folders and patterns stand for the images in them")
  func expansion() throws {
    let folder = try TemporaryFolder()
    let day = folder.url.appendingPathComponent("day")
    try FileManager.default.createDirectory(at: day, withIntermediateDirectories: true)
    for name in ["b.2.tif", "a.tif", "c.TIF"] {
      try day.write(Workshop.stack("spots", frames: 1), name)
    }
    try Data("notes".utf8).write(to: day.appendingPathComponent("notes.txt"))
    let split = ["split", "--model", workshop.model]
    let all = ["out/a_split.tif", "out/b.2_split.tif", "out/c_split.tif"]
    #expect(try accepted(split + ["day", "-o", "out"], in: folder.url).lines == all)
    let some = try accepted(split + ["day/[ab]*.tif", "-o", "two"], in: folder.url)
    #expect(some.lines == ["two/a_split.tif", "two/b.2_split.tif"])
    try refused(
      split + ["day/x*.tif", "-o", "x"], saying: ["no file matches day/x*.tif"], in: folder.url)
    let empty = folder.url.appendingPathComponent("empty")
    try FileManager.default.createDirectory(at: empty, withIntermediateDirectories: true)
    try refused(split + ["empty", "-o", "x"], saying: ["empty holds no images"], in: folder.url)
  }

  @Test("less memory changes nothing, and too little is refused")
  func memory() throws {
    let (plain, _) = try split([])
    #expect(try split(["--memory", "2MB"]).0 == plain)
    #expect(try split(["--memory", "1.5 GiB"]).0 == plain)
  }

  @Test("a picture to look at is written when asked")
  func previews() throws {
    let folder = try TemporaryFolder()
    let outcome = try accepted(
      ["split", "--model", workshop.model, workshop.input, "-o", "out", "--previews"],
      in: folder.url)
    #expect(outcome.lines == ["out/input_split.tif", "out/input_split.png"])
    let picture = try PNG.read(folder.url.appendingPathComponent("out/input_split.png"))
    #expect(picture.width > picture.height)
    try refused(
      ["split", "--model", workshop.model, workshop.input, "-o", "out", "--previews"],
      saying: ["exists", "--force"], in: folder.url)
  }
}
