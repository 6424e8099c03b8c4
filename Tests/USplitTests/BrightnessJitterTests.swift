import Experiment
import Foundation
import Imaging
import TestSupport
import Testing
import USplit

/// Kinds of data whose patches are changed.
struct JitterCase: Sendable, CustomStringConvertible {
  let description: String
  let change: @Sendable (inout DataConfiguration) -> Void

  static let all = [
    JitterCase(description: "as the authors") { _ in },
    JitterCase(description: "other weights, which are no mean") { $0.input.weights = [0.9, 0.4] },
    JitterCase(description: "normalised as a sum") {
      $0.inputIsSum = true
      $0.input.weights = [1, 1]
    },
    JitterCase(description: "constants beyond the border, no means") {
      $0.padding = .constant
      $0.paddingValue = 5
      $0.zeroMean = true
    },
    JitterCase(description: "clipped apart") {
      $0.clipPerChannel = true
      $0.clipQuantile = 0.9
    },
  ]
}

/// Settings that change brightness.
func augmentation(
  intensity: Double = 0, offset: Double = 0, mixing: Double = 1
) -> AugmentationConfiguration {
  var augmentation = AugmentationConfiguration()
  augmentation.intensityJitter = intensity
  augmentation.offsetJitter = offset
  augmentation.mixingJitter = mixing
  return augmentation
}

@Suite("Patches that are made brighter, darker and mixed anew")
struct BrightnessJitterTests {
  private static let side = 16

  /// Two frames, both the same, that are patches: random grey levels above a dark one, different in
  /// each of the targets.
  private func data(
    _ augmentation: AugmentationConfiguration, isAcquired: Bool = false, memory: Int = .max,
    _ change: (inout DataConfiguration) -> Void = { _ in }
  ) throws -> PreparedData {
    var random = SeededGenerator(seed: 5)
    func stack(dark: Float, bright: Double) -> ImageStack {
      let values = (0..<Self.side * Self.side).map { _ in
        dark + Float(max(0, random.uniform() * bright - 0.2 * bright))
      }
      let plane = Plane(height: Self.side, width: Self.side, values: values)
      return Tiny.stack([plane, plane])
    }
    var configuration = DataConfiguration()
    configuration.split.validation = 0
    configuration.split.test = 0
    configuration.clipQuantile = 1
    change(&configuration)
    let targets = [stack(dark: 100, bright: 50), stack(dark: 20, bright: 300)]
    return try PreparedData(
      TrainingImages(
        targets: targets, names: ["a", "b"],
        acquired: isAcquired ? stack(dark: 70, bright: 90) : nil),
      configuration, augmentation: augmentation, contexts: 2, patch: Self.side,
      memoryLimit: memory)
  }

  /// The factor and the offset, in units of the files, that changed a target of a patch.
  private func change(
    _ batch: Batch, _ place: Int, _ channel: Int, _ data: PreparedData
  ) throws -> (gain: Double, offset: Double) {
    let area = Self.side * Self.side
    let plane = try data.frame(0).targets[channel].values.map(Double.init)
    let first = (place * 2 + channel) * area
    let found = batch.targets[first..<first + area].map {
      Double($0) * data.normalisation.targetStd[channel] + data.normalisation.targetMean[channel]
    }
    let least = try #require(plane.indices.min { plane[$0] < plane[$1] })
    let most = try #require(plane.indices.max { plane[$0] < plane[$1] })
    let gain = (found[most] - found[least]) / (plane[most] - plane[least])
    let offset = found[least] - gain * plane[least]
    for index in plane.indices {
      #expect(abs(found[index] - gain * plane[index] - offset) < 2e-3)
    }
    return (gain, offset)
  }

  @Test("without it, nothing changes")
  func off() throws {
    let plain = try data(AugmentationConfiguration())
    let batch = try PatchSampler(plain, patch: 16, batch: 3, seed: 1, turns: false)(0)
    for place in 0..<3 {
      for channel in 0..<2 {
        let (gain, offset) = try change(batch, place, channel, plain)
        #expect(abs(gain - 1) < 1e-5 && abs(offset) < 1e-3)
      }
    }
    let clip = zip(plain.inputScale.weights, plain.normalisation.clip).reduce(0) {
      $0 + $1.0 * $1.1
    }
    #expect(plain.inputScale.clip == clip)
  }

  @Test("one factor for all targets, brighter as often as darker, and the dark level stays")
  func intensity() throws {
    let data = try data(augmentation(intensity: 1))
    let batch = try PatchSampler(data, patch: 16, batch: 200, seed: 1, turns: false)(0)
    var brighter = 0
    var most = 0.0
    for place in 0..<200 {
      let first = try change(batch, place, 0, data)
      let second = try change(batch, place, 1, data)
      #expect(abs(first.gain - second.gain) < 1e-3)
      #expect((0.4999...2.001).contains(first.gain))
      #expect(abs(first.gain * 100 + first.offset - 100) < 0.01)
      #expect(abs(second.gain * 20 + second.offset - 20) < 0.01)
      if first.gain > 1 { brighter += 1 }
      most = max(most, first.gain)
    }
    #expect((70...130).contains(brighter) && most > 1.8)
  }

  @Test("one shift for all targets, in their standard deviations")
  func offset() throws {
    let data = try data(augmentation(offset: 0.5))
    let batch = try PatchSampler(data, patch: 16, batch: 60, seed: 1, turns: false)(0)
    var shifts: [Double] = []
    for place in 0..<60 {
      let (first, second) = (
        try change(batch, place, 0, data), try change(batch, place, 1, data)
      )
      let shift = first.offset / data.normalisation.targetStd[0]
      #expect(abs(first.gain - 1) < 1e-4 && abs(second.gain - 1) < 1e-4)
      #expect(abs(second.offset / data.normalisation.targetStd[1] - shift) < 1e-3)
      shifts.append(shift)
    }
    #expect(shifts.allSatisfy { abs($0) <= 0.501 })
    #expect(shifts.contains { $0 > 0.3 } && shifts.contains { $0 < -0.3 })
  }

  @Test("the targets' ratio is spread evenly on a logarithmic scale, their total weight stays")
  func mixing() throws {
    let data = try data(augmentation(mixing: 4)) { $0.input.weights = [0.8, 0.4] }
    let batch = try PatchSampler(data, patch: 16, batch: 400, seed: 3, turns: false)(0)
    var counts = [Int](repeating: 0, count: 4)
    for place in 0..<400 {
      let first = try change(batch, place, 0, data)
      let second = try change(batch, place, 1, data)
      #expect(abs(0.8 * first.gain + 0.4 * second.gain - 1.2) < 1e-3)
      let ratio = log(first.gain / second.gain) / log(4)
      #expect(abs(ratio) <= 1.001)
      counts[min(max(Int((ratio + 1) * 2), 0), 3)] += 1
    }
    #expect(counts.allSatisfy { (70...130).contains($0) }, "\(counts)")
  }

  @Test("more targets than two are mixed within the ratio too")
  func threeTargets() throws {
    let stacks = (0..<3).map { channel in
      Tiny.stack(
        (0..<2).map { _ in
          Plane(
            height: 16, width: 16, values: (0..<256).map { Float(($0 * (channel + 3)) % 17) })
        })
    }
    var configuration = DataConfiguration()
    configuration.split.validation = 0
    configuration.split.test = 0
    let data = try PreparedData(
      TrainingImages(targets: stacks, names: ["a", "b", "c"]), configuration,
      augmentation: augmentation(intensity: 0.3, mixing: 3), contexts: 1, patch: 16)
    let batch = try PatchSampler(data, patch: 16, batch: 30, seed: 3, turns: true)(0)
    #expect(mixingError(batch, data) < 1e-5)
  }

  @Test(
    "the input and its contexts are what the changed targets make", arguments: JitterCase.all)
  func mixtures(settings: JitterCase) throws {
    for augmentation in [
      augmentation(intensity: 0.8, offset: 0.4),
      augmentation(intensity: 0.8, offset: 0.4, mixing: 5),
    ] {
      let data = try data(augmentation, settings.change)
      let weights = data.inputScale.weights
      let total = weights.reduce(0, +)
      let batch = try PatchSampler(data, patch: 16, batch: 20, seed: 2, turns: false)(1)
      #expect(mixingError(batch, data) < 2e-5)
      // What lies beyond the border is a constant of the mixture, not of each target.
      let padding: Imaging.Padding =
        if case .constant(let value) = data.padding { .constant(value / Float(total)) } else {
          data.padding
        }
      let windows = try data.frame(0).targets.map {
        ContextPyramid($0, contexts: 2).windows(row: 0, column: 0, patch: 16, padding: padding)
      }
      for place in 0..<20 {
        let changes = try (0..<2).map { try change(batch, place, $0, data) }
        var expected: [Double] = []
        for index in 0..<3 * 256 {
          let value = (0..<2).reduce(0.0) {
            $0 + weights[$1] * (changes[$1].gain * Double(windows[$1][index]) + changes[$1].offset)
          }
          expected.append((value - data.inputScale.offset) * data.inputScale.factor)
        }
        let found = batch.inputs[place * 3 * 256..<(place + 1) * 3 * 256].map(Double.init)
        #expect(relativeError(found, expected) < 1e-3)
      }
    }
  }

  @Test("an acquired input has the factor of the targets about its own dark level")
  func acquired() throws {
    let data = try data(augmentation(intensity: 0.5, offset: 0.3), isAcquired: true)
    let batch = try PatchSampler(data, patch: 16, batch: 10, seed: 2, turns: false)(0)
    let windows = try data.frame(0).input.windows(
      row: 0, column: 0, patch: 16, padding: .reflect
    ).map(Double.init)
    for place in 0..<10 {
      let target = try change(batch, place, 0, data)
      let shift =
        (target.offset - 100 * (1 - target.gain)) / data.normalisation.targetStd[0]
        * data.normalisation.inputStd
      let expected = windows.map {
        (70 + target.gain * ($0 - 70) + shift - data.inputScale.offset) * data.inputScale.factor
      }
      let found = batch.inputs[place * 768..<(place + 1) * 768].map(Double.init)
      #expect(relativeError(found, expected) < 1e-3)
    }
  }

  @Test("an acquired input cannot be mixed anew")
  func acquiredMixing() throws {
    let error = #expect(throws: ImagingError.self) {
      try data(augmentation(mixing: 2), isAcquired: true)
    }
    #expect(error?.description.contains("set mixingJitter, now 2.0, to 1") == true)
  }

  @Test("where a background is subtracted, 0 is dark")
  func background() throws {
    let data = try data(augmentation(intensity: 1)) { $0.backgroundQuantile = 0.5 }
    let batch = try PatchSampler(data, patch: 16, batch: 5, seed: 1, turns: false)(0)
    for place in 0..<5 {
      #expect(abs(try change(batch, place, 0, data).offset) < 1e-3)
      #expect(abs(try change(batch, place, 1, data).offset) < 1e-3)
    }
  }

  @Test("no changed input exceeds the limit of the inputs that are split", arguments: [1.0, 6])
  func limit(mixing: Double) throws {
    for isAcquired in [false, true] where !isAcquired || mixing == 1 {
      let data = try data(
        augmentation(intensity: 0.6, offset: 0.3, mixing: mixing), isAcquired: isAcquired)
      let plain = try self.data(AugmentationConfiguration(), isAcquired: isAcquired)
      #expect(data.inputScale.clip > plain.inputScale.clip)
      #expect(data.inputScale.factor == plain.inputScale.factor)
      let limit = (data.inputScale.clip - data.inputScale.offset) * data.inputScale.factor
      let batch = try PatchSampler(data, patch: 16, batch: 300, seed: 1, turns: false)(0)
      let most = Double(try #require(batch.inputs.max()))
      #expect(most <= limit + 1e-4 && most > 0.5 * limit)
    }
  }

  @Test("frames in files give the same patches, bit for bit")
  func streamed() throws {
    for settings in JitterCase.all {
      let changes = augmentation(intensity: 0.8, offset: 0.4, mixing: 5)
      let memory = try data(changes, settings.change)
      let files = try data(changes, memory: 0, settings.change)
      #expect(memory.isInMemory && !files.isInMemory && memory.inputScale == files.inputScale)
      for index in 0..<3 {
        let batches = try [memory, files].map {
          try PatchSampler($0, patch: 16, batch: 5, seed: 3, turns: true)(index)
        }
        #expect(batches[0].inputs == batches[1].inputs)
        #expect(batches[0].targets == batches[1].targets)
      }
    }
  }
}
