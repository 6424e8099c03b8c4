import Imaging

/// Draws random patches of the training part.
///
/// Batch `i` is the same whoever asks for it, whenever. Where several processes share its patches,
/// each makes its own part only.
public struct PatchSampler: Sendable {
  private let data: PreparedData
  private let patch: Int
  private let batch: Int
  private let own: Range<Int>
  private let seed: UInt64
  private let turns: Bool

  /// - Parameters:
  ///   - batch: number of patches in a batch
  ///   - own: those of them that are made; nil for all
  ///   - turns: whether patches are flipped and turned by quarters at random
  public init(
    _ data: PreparedData, patch: Int, batch: Int, own: Range<Int>? = nil, seed: UInt64, turns: Bool
  ) {
    let own = own ?? 0..<batch
    precondition(
      own.lowerBound >= 0 && own.upperBound <= batch, "patches \(own) of a batch of \(batch)")
    self.own = own
    self.data = data
    self.patch = patch
    self.batch = batch
    self.seed = seed
    self.turns = turns
  }

  /// Batch number `index`.
  ///
  /// - Throws: `ImagingError` where images that are not in memory cannot be read.
  public func callAsFunction(_ index: Int) throws(ImagingError) -> Batch {
    var random = SeededGenerator(seed: seed, stream: UInt64(index))
    var result = data.emptyBatch(own.count, patch: patch)
    let regions = data.split.train
    for place in 0..<batch {
      let region = regions[Int.random(in: 0..<regions.count, using: &random)]
      let row = start(region.row, region.height, &random)
      let column = start(region.column, region.width, &random)
      let symmetry = turns ? Int.random(in: 0..<8, using: &random) : 0
      guard own.contains(place) else { continue }
      let index = place - own.lowerBound
      try data.copyPatch(frame: region.frame, row: row, column: column, to: index, of: &result)
      result.turn(index, by: symmetry)
    }
    return result
  }

  /// Anywhere that the patch fits; in the middle where it does not.
  private func start(_ first: Int, _ length: Int, _ random: inout SeededGenerator) -> Int {
    guard length >= patch else { return first - (patch - length) / 2 }
    return first + Int.random(in: 0...(length - patch), using: &random)
  }
}

extension Batch {
  /// Applies one of the eight symmetries of the square to all images of one patch.
  mutating func turn(_ place: Int, by symmetry: Int) {
    guard symmetry != 0 else { return }
    let area = patch * patch
    for image in 0..<images {
      Self.turn(&inputs, from: (place * images + image) * area, side: patch, by: symmetry)
    }
    for channel in 0..<channels {
      Self.turn(&targets, from: (place * channels + channel) * area, side: patch, by: symmetry)
    }
  }

  private static func turn(
    _ values: inout [Float], from start: Int, side: Int, by symmetry: Int
  ) {
    let original = Array(values[start..<start + side * side])
    let last = side - 1
    for y in 0..<side {
      for x in 0..<side {
        let row = symmetry & 1 == 0 ? y : last - y
        let column = symmetry & 2 == 0 ? x : last - x
        let source = symmetry & 4 == 0 ? row * side + column : column * side + row
        values[start + y * side + x] = original[source]
      }
    }
  }
}
