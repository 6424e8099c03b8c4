import Experiment
import Torch

/// How the batch of a step is taken.
package struct StepDivision: Codable, Equatable, Sendable {
  /// The patches that are computed at once; 0 for the whole batch.
  package var patches: Int
  /// The levels, counted from the input, that are computed again for the backward pass.
  package var recomputedLevels: Int

  /// The whole batch at once, everything kept, unless said otherwise.
  package init(patches: Int = 0, recomputedLevels: Int = 0) {
    self.patches = patches
    self.recomputedLevels = recomputedLevels
  }

  /// What the settings say.
  package init(_ configuration: TrainingConfiguration) {
    self.init(
      patches: configuration.microBatch, recomputedLevels: configuration.recompute)
  }

  /// The most patches of a batch that are computed at once.
  package func patchesAtOnce(of count: Int) -> Int {
    patches > 0 ? min(patches, count) : count
  }

  /// The parts of a batch, as equal as they can be.
  package func parts(of count: Int) -> [Range<Int>] {
    let most = patchesAtOnce(of: count)
    let number = (count + most - 1) / most
    return (0..<number).map { $0 * count / number..<($0 + 1) * count / number }
  }
}

extension Precision {
  /// The type of the features.
  package var type: DType {
    switch self {
    case .float32: .float32
    case .bfloat16: .bfloat16
    case .float16: .float16
    }
  }
}

extension Batch {
  /// Some of the patches, in order.
  func part(_ places: Range<Int>) -> Batch {
    guard places != 0..<count else { return self }
    var part = Batch(count: places.count, images: images, channels: channels, patch: patch)
    let area = patch * patch
    func values(_ all: [Float], _ perPatch: Int) -> [Float] {
      Array(all[places.lowerBound * perPatch * area..<places.upperBound * perPatch * area])
    }
    part.inputs = values(inputs, images)
    part.targets = values(targets, channels)
    return part
  }
}
