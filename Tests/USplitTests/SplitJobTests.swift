import Experiment
import Foundation
import Imaging
import Synchronization
import TestSupport
import Testing
import Torch
import USplit

@Suite("Splitting from file to file")
struct SplitJobTests {
  /// Frames of noise, `[times, 2 channels, slices]`.
  private func stack(
    _ height: Int, _ width: Int, times: Int = 1, slices: Int = 1, type: PixelType = .float32
  ) throws -> ImageStack {
    let frames = times * slices
    let values = try Tiny.noise([frames * 2 * height * width], seed: 4).floats()
    var stack = ImageStack(
      frames: frames, channels: 2, height: height, width: width,
      pixels: values.map { (100 + 10 * $0).rounded() }, type: type)
    stack.slices = slices
    stack.timeStep = 2
    stack.pixelSize = PixelSize(width: 0.1, height: 0.1, depth: 0.3, unit: "micrometer")
    return stack
  }

  private func result(_ job: SplitJob, type: PixelType = .float32) -> ImageDescription {
    job.result(
      targets: ["a", "b"], type: type, provenance: [.init("usplit_version", USplit.version)])
  }

  /// What splitting frames in memory gives.
  private func expected(
    _ model: SplitModel, _ stack: ImageStack, _ frames: [Int], channel: Int,
    _ options: SplitOptions
  ) throws -> [[Float]] {
    try frames.flatMap { frame in
      try Splitter(model, options)(
        model.description.inputScale.prepared(stack.plane(frame: frame, channel: channel)),
        frame: frame
      ).map(\.values)
    }
  }

  private func planes(_ image: RawImage) throws -> [[Float]] {
    let description = image.description
    return try (0..<description.frames).flatMap { frame in
      try (0..<2).map { try image.plane(description.plane(frame: frame, channel: $0)).values }
    }
  }

  @Test("the file has what splitting in memory gives, bit for bit")
  func same() throws {
    let folder = try TemporaryFolder()
    let model = try Tiny.model()
    for (number, size) in [(37, 51), (16, 16), (70, 1), (1, 70), (5, 90)].enumerated() {
      let stack = try stack(size.0, size.1, times: 2, slices: 2)
      let options = SplitOptions(inner: 8)
      let job = try SplitJob(
        stack, channel: 1, frames: [0, 1, 2, 3], meaning: .mean, options,
        memory: PixelMemory(bytes: 1 << 20))
      let partial = try PartialSplit(
        for: folder.url.appendingPathComponent("\(number).tif"), result(job),
        conditions: job.conditions, beginning: .anew)
      #expect(try job.run(model, into: partial))
      let found = try planes(partial.image)
      #expect(
        try found == expected(model, stack, [0, 1, 2, 3], channel: 1, options), "\(size)")
      try partial.remove()
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).isEmpty)
  }

  @Test("an interrupted split goes on exactly, means and draws", arguments: [1, 2])
  func resumed(samples: Int) throws {
    let folder = try TemporaryFolder()
    let output = folder.url.appendingPathComponent("a.tif")
    let model = try Tiny.model()
    let stack = try stack(40, 33, times: 2)
    var options = SplitOptions(inner: 8)
    options.batch = 4
    options.samplesPosterior = samples > 1
    options.samples = samples
    options.seed = 7
    let job = try SplitJob(stack, channel: 0, frames: [0, 1], meaning: .mean, options)
    let whole = try expected(model, stack, [0, 1], channel: 0, options)
    var runs = 0
    while true {
      runs += 1
      // Every run is a process of its own that ends after a few batches.
      let partial = try PartialSplit(
        for: output, result(job), conditions: job.conditions, beginning: .resumed)
      #expect(partial.isContinued == (runs > 1))
      var batches = 0
      let isDone = try job.run(
        model, into: partial, shouldStop: { batches >= 3 },
        progress: { event in if case .splitting = event { batches += 1 } })
      guard isDone else {
        #expect(partial.hasProgress)
        continue
      }
      #expect(try planes(partial.image) == whole)
      break
    }
    #expect(runs > 4)
  }

  @Test("one time point of several has no time step, and assumed axes stay assumed")
  func oneTimePoint() throws {
    func time(_ frames: [Int], times: Int) throws -> Double? {
      let image = try stack(8, 8, times: times, slices: 2)
      return result(
        try SplitJob(image, channel: 0, frames: frames, meaning: .mean, SplitOptions(inner: 8))
      ).timeStep
    }
    #expect(try time([2, 3], times: 3) == nil)
    #expect(try time([0, 1], times: 1) == 2)
    #expect(try time([0, 4], times: 3) == 4)
  }

  @Test("an unfinished split is the same for every form of file")
  func forms() {
    let folder = URL(fileURLWithPath: "/a", isDirectory: true)
    let names = ["b_split.tif", "b_split.ome.tif", "b_split.ome.zarr"].map {
      PartialSplit.folder(for: folder.appendingPathComponent($0)).lastPathComponent
    }
    #expect(Set(names) == [".b_split.usplit-partial"])
  }

  @Test("what was left is neither mixed with other settings nor lost by accident")
  func conditions() throws {
    let folder = try TemporaryFolder()
    let output = folder.url.appendingPathComponent("a.tif")
    let model = try Tiny.model()
    let stack = try stack(30, 30)
    func job(_ seed: UInt64, channel: Int = 0) throws -> SplitJob {
      var options = SplitOptions(inner: 8)
      options.batch = 2
      options.seed = seed
      return try SplitJob(stack, channel: channel, frames: [0], meaning: .mean, options)
    }
    func begin(_ job: SplitJob, _ beginning: PartialSplit.Beginning) throws -> PartialSplit {
      try PartialSplit(
        for: output, result(job), conditions: job.conditions, beginning: beginning)
    }
    #expect(!PartialSplit.exists(for: output))
    let first = try job(1)
    do {
      let partial = try begin(first, .anew)
      #expect {
        _ = try begin(first, .resumed)
      } throws: { "\($0)".contains("another process") }
      var batches = 0
      let isDone = try first.run(
        model, into: partial, shouldStop: { batches >= 2 },
        progress: { event in if case .splitting = event { batches += 1 } })
      #expect(!isDone)
    }
    #expect(PartialSplit.exists(for: output))
    #expect {
      _ = try begin(first, .anew)
    } throws: { "\($0)".contains("--resume") && "\($0)".contains("--force") }
    #expect {
      _ = try begin(try job(2, channel: 1), .resumed)
    } throws: {
      "\($0)".contains("the seed was 1 and is 2") && "\($0)".contains("the channel was 0 and is 1")
        && "\($0)".contains("--force")
    }
    #expect(try begin(first, .resumed).hasProgress)
    let anew = try begin(try job(2), .replacing)
    #expect(!anew.hasProgress && !anew.isContinued)
    #expect(try anew.image.plane(PlaneIndex()).values.allSatisfy { $0 == 0 })
  }

  @Test("a journal or pixels that were damaged are refused")
  func damaged() throws {
    let folder = try TemporaryFolder()
    let output = folder.url.appendingPathComponent("a.tif")
    let model = try Tiny.model()
    let job = try SplitJob(
      stack(20, 20), channel: 0, frames: [0], meaning: .mean, SplitOptions(inner: 8))
    func begin() throws -> PartialSplit {
      try PartialSplit(
        for: output, result(job), conditions: job.conditions, beginning: .resumed)
    }
    do { _ = try begin() }
    let partial = PartialSplit.folder(for: output)
    let journal = partial.appendingPathComponent("journal.json")
    let good = try String(contentsOf: journal, encoding: .utf8)
    for (old, new) in [
      ("{", "["), ("\"version\" : 1", "\"version\" : 9"), ("\"frames\" : 0", "\"frames\" : -1"),
    ] {
      try good.replacing(old, with: new).write(to: journal, atomically: true, encoding: .utf8)
      #expect { _ = try begin() } throws: { "\($0)".contains("--force") }
    }
    try good.replacing("\"batches\" : 0", with: "\"batches\" : 99")
      .write(to: journal, atomically: true, encoding: .utf8)
    let lying = try begin()
    #expect { _ = try job.run(model, into: lying) } throws: { "\($0)".contains("99 batches") }
    try lying.remove()
    do { _ = try begin() }
    try Data(count: 3).write(to: partial.appendingPathComponent("pixels.raw"))
    #expect { _ = try begin() } throws: { "\($0)".contains("3 bytes") }
  }

  @Test("axes, sizes, names and what is known of the image survive")
  func described() throws {
    var stack = try stack(8, 8, times: 4, slices: 3)
    stack.channelNames = ["x", "y"]
    let all = try SplitJob(
      stack, channel: 0, frames: Array(0..<12), meaning: .mean, SplitOptions(inner: 8))
    let whole = result(all, type: .uint16)
    #expect(whole.times == 4 && whole.slices == 3 && whole.type == .uint16)
    #expect(whole.axesText == "TCZYX")
    #expect(whole.channels.map(\.name) == ["a", "b"])
    #expect(whole.timeStep == 2 && whole.pixelSize?.depth == 0.3)
    let some = try SplitJob(
      stack, channel: 0, frames: [0, 2, 6, 8], meaning: .mean, SplitOptions(inner: 8))
    let part = result(some)
    #expect(part.times == 2 && part.slices == 2)
    #expect(part.timeStep == 4 && part.pixelSize?.depth == 0.6)
    #expect(part.pixelSize?.width == 0.1)
    let uneven = try SplitJob(
      stack, channel: 0, frames: [0, 3, 9], meaning: .mean, SplitOptions(inner: 8))
    #expect(result(uneven).timeStep == nil)
    #expect {
      _ = try SplitJob(
        stack, channel: 0, frames: [0, 4], meaning: .mean, SplitOptions(inner: 8))
    } throws: { "\($0)".contains("3 slices of each of 4 time points") }
  }

  @Test("pixels that do not fit the type are counted")
  func clamped() throws {
    let folder = try TemporaryFolder()
    let model = try SplitterTests.constantModel()
    let job = try SplitJob(
      stack(20, 20), channel: 0, frames: [0], meaning: .mean, SplitOptions(inner: 8))
    let partial = try PartialSplit(
      for: folder.url.appendingPathComponent("a.tif"), result(job, type: .int8),
      conditions: job.conditions, beginning: .anew)
    #expect(try job.run(model, into: partial))
    let normalisation = model.description.normalisation
    let outside = (0..<2).filter { target in
      !(-128.5..<127.5).contains(
        normalisation.targetMean[target] + Double(target + 1) * normalisation.targetStd[target])
    }
    #expect(partial.clampedPixels == outside.count * 400)
  }
}

@Suite("Memory for pixels")
struct PixelMemoryTests {
  @Test("rows and batches must fit into half of it")
  func buffers() throws {
    let network = Tiny.configuration().network
    let options = SplitOptions(inner: 8)
    let image = ImageDescription(height: 10, width: 1000, type: .uint16)
    let memory = PixelMemory(bytes: 4 << 20)
    let needed = try memory.buffers(for: image, options, network)
    // 16 rows of each scale, twice; 4 batches of 8 patches with 3 inputs and 2 targets each.
    #expect(needed == 2 * 4 * 16 * (1000 + 500 + 250) + 4 * 8 * 5 * 256 * 4)
    #expect(try PixelMemory(bytes: 2 * needed).buffers(for: image, options, network) == needed)
    #expect {
      _ = try PixelMemory(bytes: 2 * needed - 1).buffers(for: image, options, network)
    } throws: { "\($0)".contains("--memory") && "\($0)".contains("--batch") }
    let endless = ImageDescription(height: 10, width: .max / 8, type: .uint16)
    #expect(throws: ImagingError.self) { try memory.buffers(for: endless, options, network) }
    #expect(memory.cacheBytes == 2 << 20)
  }
}
