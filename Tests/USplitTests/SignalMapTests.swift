import Experiment
import Imaging
import Testing
import USplit

@Suite("Patches that are chosen where there is signal")
struct SignalMapTests {
  private static let side = 200

  /// A frame with noise of 10 ± 1 and squares of a brightness.
  private func plane(
    _ squares: [(row: Int, column: Int)], brightness: Float, factor: Float = 1
  ) -> Plane {
    var random = SeededGenerator(seed: 7)
    var plane = Plane(height: Self.side, width: Self.side)
    for index in plane.values.indices {
      plane.values[index] = 10 + Float(random.uniform(-1...1))
    }
    for square in squares {
      for y in square.row..<square.row + 16 {
        for x in square.column..<square.column + 16 { plane[y, x] += brightness }
      }
    }
    return Plane(
      height: plane.height, width: plane.width, values: plane.values.map { $0 * factor })
  }

  private func data(
    _ planes: [[Plane]], share: Double, memory: Int = .max, patch: Int = 16,
    _ change: (inout DataConfiguration) -> Void = { _ in }
  ) throws -> PreparedData {
    var configuration = DataConfiguration()
    configuration.split.validation = 0
    configuration.split.test = 0
    configuration.clipQuantile = 1
    change(&configuration)
    var augmentation = AugmentationConfiguration()
    augmentation.signalPatches = share
    return try PreparedData(
      TrainingImages(
        targets: planes.map { Tiny.stack($0) }, names: planes.indices.map { "target \($0)" }),
      configuration, augmentation: augmentation, contexts: 0, patch: patch, memoryLimit: memory)
  }

  /// The share of patches in which both targets show more than noise.
  private func share(
    _ data: PreparedData, above limits: [Float], patches: Int = 200
  ) throws -> Double {
    let batch = try PatchSampler(data, patch: 16, batch: patches, seed: 1, turns: false)(0)
    var count = 0
    for place in 0..<patches {
      let isSeen = (0..<2).allSatisfy { channel in
        let first = (place * 2 + channel) * 256
        let bright = batch.targets[first..<first + 256].count {
          Double($0) * data.normalisation.targetStd[channel]
            + data.normalisation.targetMean[channel] > Double(limits[channel])
        }
        return bright >= 8
      }
      if isSeen { count += 1 }
    }
    return Double(count) / Double(patches)
  }

  /// One frame with something in a corner, and one without anything.
  private func rare(brightness: Float = 100, dim: Float = 25) -> [[Plane]] {
    [
      [plane([(20, 20), (20, 36)], brightness: brightness), plane([], brightness: 0)],
      [plane([(24, 30), (140, 140)], brightness: dim), plane([], brightness: 0)],
    ]
  }

  @Test("patches with signal in all targets are found, and as many as asked for")
  func found() throws {
    let none = try share(data(rare(), share: 0), above: [12, 12])
    let half = try share(data(rare(), share: 0.5), above: [12, 12])
    let all = try share(data(rare(), share: 1), above: [12, 12])
    #expect(none < 0.08, "\(none)")
    #expect(half > none + 0.1 && half < all, "\(half)")
    // About one place in sixty has signal, which a hundred tries find in most cases.
    #expect(all > 0.6, "\(all)")
  }

  @Test("a dim target counts as much as a bright one")
  func dim() throws {
    // The factor is a power of two, so that not even a digit differs.
    let dark = rare().enumerated().map { channel, planes in
      planes.map { plane in
        Plane(
          height: plane.height, width: plane.width,
          values: channel == 1 ? plane.values.map { $0 / 64 } : plane.values)
      }
    }
    let change = { (configuration: inout DataConfiguration) in configuration.clipPerChannel = true }
    let batches = try [rare(), dark].map {
      try PatchSampler(data($0, share: 1, change), patch: 16, batch: 50, seed: 2, turns: false)(0)
    }
    let area = 256
    let places = batches.map { batch in
      (0..<50).map { Array(batch.targets[$0 * 2 * area..<($0 * 2 + 1) * area]) }
    }
    #expect(places[0] == places[1])
  }

  @Test("a target that shows something everywhere has signal nearly everywhere")
  func dense() throws {
    var random = SeededGenerator(seed: 3)
    let frames = (0..<2).map { _ in
      (0..<1).map { _ in
        Plane(
          height: 128, width: 128,
          values: (0..<128 * 128).map { _ in Float(random.uniform(50...150)) })
      }
    }
    let found = try [0.0, 1].map {
      try PatchSampler(data(frames, share: $0), patch: 16, batch: 300, seed: 2, turns: false)(0)
    }
    // The means of patches are no higher than they would be anywhere, but for a little.
    let means = found.map { batch in
      batch.targets.reduce(0.0) { $0 + Double($1) } / Double(batch.targets.count)
    }
    #expect(abs(means[1] - means[0]) < 0.05, "\(means)")
  }

  @Test("images without any place that will do are drawn from all the same")
  func impossible() throws {
    let apart = [
      [plane([(10, 10)], brightness: 50)], [plane([(160, 160)], brightness: 50)],
    ]
    let sampler = PatchSampler(
      try data(apart, share: 1), patch: 16, batch: 20, seed: 1, turns: true)
    #expect(try sampler(0).count == 20)
    let small = [[plane([(0, 0)], brightness: 1)], [plane([(0, 0)], brightness: 1)]].map {
      $0.map { $0.cropped(row: 0, column: 0, height: 20, width: 9) }
    }
    let tiny = PatchSampler(
      try data(small, share: 1, patch: 32), patch: 32, batch: 4, seed: 1, turns: false)
    #expect(try tiny(0).count == 4)
  }

  @Test("the same patches are chosen in frames that stay in their files")
  func streamed() throws {
    for rule in [Experiment.SplitRule.leading, .regions] {
      let samplers = try [Int.max, 0].map {
        PatchSampler(
          try data(rare(), share: 0.7, memory: $0) {
            $0.split.rule = rule
            $0.backgroundQuantile = 0
            if rule == .regions { $0.split.validation = 0.3 }
          }, patch: 16, batch: 10, seed: 4, turns: true)
      }
      for index in 0..<5 {
        let batches = try samplers.map { try $0(index) }
        #expect(batches[0].inputs == batches[1].inputs)
        #expect(batches[0].targets == batches[1].targets)
        #expect(try samplers[0](index).inputs == batches[0].inputs)
      }
    }
  }
}
