import Experiment
import Foundation
import Imaging
import Synchronization
import TestSupport
import Testing
import USplit

/// Kinds of preparation that images in memory and in files must agree on.
struct PreparationCase: Sendable, CustomStringConvertible {
  let description: String
  var rule = Experiment.SplitRule.leading
  var isAcquired = false
  let change: @Sendable (inout DataConfiguration) -> Void

  static let all = [
    PreparationCase(description: "as the authors") { _ in },
    PreparationCase(description: "zeros beyond the border") {
      $0.padding = .constant
      $0.paddingValue = 7
    },
    PreparationCase(description: "less a background, clipped apart") {
      $0.backgroundQuantile = 0.2
      $0.clipBackgroundToZero = true
      $0.clipPerChannel = true
      $0.clipQuantile = 0.9
    },
    PreparationCase(description: "weights of a sum") {
      $0.inputIsSum = true
      $0.input.weights = [0.3, 0.9]
    },
    PreparationCase(description: "strips of every frame", rule: .regions) { _ in },
    PreparationCase(description: "an acquired input", isAcquired: true) { $0.clipQuantile = 0.8 },
  ]
}

/// An image whose reading can be made to fail.
private final class FailingImage: ImageSource {
  private let stack: ImageStack
  let isBroken = Mutex(false)

  init(_ stack: ImageStack) { self.stack = stack }

  var description: ImageDescription { stack.description }
  var place: String { "flaky.tif" }

  func read(
    _ region: PlaneRegion, of plane: PlaneIndex, level: Int, into bytes: UnsafeMutableRawPointer
  ) throws(ImagingError) {
    if isBroken.withLock({ $0 }) { throw ImagingError(.truncated, "flaky.tif is cut off") }
    stack.read(region, of: plane, level: level, into: bytes)
  }
}

@Suite("Frames that stay in their files")
struct StreamedFramesTests {
  /// Frames with sides that halve unevenly and a background.
  private func stack(_ channel: Int) throws -> ImageStack {
    let cells = try Tiny.cells.get()
    return Tiny.stack(
      (0..<4).map { frame in
        let plane = cells.plane(frame: frame, channel: channel)
          .cropped(row: 0, column: 0, height: 47, width: 35)
        return Plane(height: 47, width: 35, values: plane.values.map { $0 + 50 })
      })
  }

  private func prepare(_ settings: PreparationCase, memory: Int, _ scratch: URL) throws
    -> PreparedData
  {
    var configuration = Tiny.configuration().data
    configuration.split.rule = settings.rule
    if settings.rule == .regions {
      configuration.split.validation = 0.35
      configuration.split.test = 0.0
    }
    settings.change(&configuration)
    let images = try TrainingImages(
      targets: [stack(0), stack(1)], names: ["a", "b"],
      acquired: settings.isAcquired ? stack(1) : nil)
    return try PreparedData(
      images, configuration, contexts: 2, patch: 16, memoryLimit: memory, scratch: scratch)
  }

  @Test("all numbers are those of frames in memory, bit for bit", arguments: PreparationCase.all)
  func same(settings: PreparationCase) throws {
    let folder = try TemporaryFolder()
    let memory = try prepare(settings, memory: .max, folder.url)
    let files = try prepare(settings, memory: 0, folder.url)
    #expect(memory.isInMemory && !files.isInMemory)
    #expect(memory.split == files.split && memory.normalisation == files.normalisation)
    #expect(memory.inputScale == files.inputScale)
    for frame in 0..<4 {
      let (first, second) = (try memory.frame(frame), try files.frame(frame))
      #expect(first.targets == second.targets && first.originals == second.originals)
      #expect(first.input.scales == second.input.scales)
    }
    let samplers = [memory, files].map {
      PatchSampler($0, patch: 16, batch: 5, seed: 3, turns: true)
    }
    for index in 0..<6 {
      let (first, second) = (try samplers[0](index), try samplers[1](index))
      #expect(first.inputs == second.inputs && first.targets == second.targets)
    }
    var batches: [[Batch]] = []
    for data in [memory, files] {
      var found: [Batch] = []
      try ValidationPatches(data, patch: 16, limit: 0).forEachBatch(of: 3) { found.append($0) }
      batches.append(found)
    }
    #expect(!batches[0].isEmpty)
    #expect(batches[0].map(\.inputs) == batches[1].map(\.inputs))
    #expect(batches[0].map(\.targets) == batches[1].map(\.targets))
  }

  @Test("patches that reach beyond the border are the same too", arguments: [16, 64])
  func outside(patch: Int) throws {
    let folder = try TemporaryFolder()
    for settings in PreparationCase.all[..<2] {
      let memory = try prepare(settings, memory: .max, folder.url)
      let files = try prepare(settings, memory: 0, folder.url)
      for (row, column) in [(-9, 30), (40, -15), (-70, -70), (60, 3), (0, 0)] {
        var batches = [Batch](
          repeating: Batch(count: 2, images: 3, channels: 2, patch: patch), count: 2)
        for (place, data) in [memory, files].enumerated() {
          try data.copyPatch(frame: 1, row: row, column: column, to: 1, of: &batches[place])
        }
        #expect(batches[0].inputs == batches[1].inputs)
        #expect(batches[0].targets == batches[1].targets)
      }
    }
  }

  @Test("several threads prepare the same batches")
  func threads() throws {
    let folder = try TemporaryFolder()
    let data = try prepare(PreparationCase.all[0], memory: 0, folder.url)
    let sampler = PatchSampler(data, patch: 16, batch: 4, seed: 8, turns: false)
    let loader = BatchLoader(sampler, threads: 3)
    for index in 0..<10 {
      let batch = try loader.next()
      #expect(try batch.inputs == sampler(index).inputs)
    }
  }

  @Test("zoomed-out copies lie in the scratch folder and go with the data")
  func scratch() throws {
    let folder = try TemporaryFolder()
    do {
      let data = try prepare(PreparationCase.all[0], memory: 0, folder.url)
      _ = try PatchSampler(data, patch: 16, batch: 1, seed: 8, turns: false)(0)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).count == 1)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).isEmpty)
  }

  @Test("a file that breaks meanwhile ends the loading with its name")
  func broken() throws {
    let folder = try TemporaryFolder()
    let flaky = FailingImage(try stack(0))
    let images = try TrainingImages(
      targets: [FrameSeries([flaky]), FrameSeries(try stack(1))], names: ["a", "b"])
    let data = try PreparedData(
      images, Tiny.configuration().data, contexts: 2, patch: 16, memoryLimit: 0,
      scratch: folder.url)
    flaky.isBroken.withLock { $0 = true }
    let loader = BatchLoader(
      PatchSampler(data, patch: 16, batch: 1, seed: 8, turns: false), threads: 2)
    let error = #expect(throws: ImagingError.self) { try loader.next() }
    #expect(error?.description == "flaky.tif is cut off")
  }

  @Test("training from files ends with the weights of training from memory")
  func training() throws {
    let folder = try TemporaryFolder()
    let configuration = Tiny.configuration()
    var losses: [[Double]] = []
    for (name, memory) in [("memory", Int.max), ("files", 0)] {
      let data = try PreparedData(
        Tiny.images(), configuration.data, contexts: 2, patch: 16, memoryLimit: memory,
        scratch: folder.url)
      let run = try RunDirectory(creating: folder.url.appendingPathComponent(name))
      _ = try Trainer(configuration, data: data, run: run).train()
      let events = try MetricEvent.read(contentsOf: run.metrics)
      losses.append(events.compactMap(\.reconstruction))
    }
    #expect(losses[0].count > 3 && losses[0] == losses[1])
  }
}
