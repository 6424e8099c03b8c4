import Imaging

/// Draws random patches of the training part.
///
/// Patch `j` of batch `i` is the same whoever asks for it, whenever: it has a stream of random
/// numbers of its own. Where several processes share the patches of a batch, each makes its own part
/// only.
public struct PatchSampler: Sendable {
  private let data: PreparedData
  private let patch: Int
  private let batch: Int
  private let own: Range<Int>
  private let seed: UInt64
  private let turns: Bool

  /// - Parameters:
  ///   - data: the images, and how patches of them are chosen and changed
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

  /// Batch number `index`, or the own part of it.
  ///
  /// - Throws: `ImagingError` where images that are not in memory cannot be read.
  public func callAsFunction(_ index: Int) throws(ImagingError) -> Batch {
    var result = data.emptyBatch(own.count, patch: patch)
    for place in own {
      // Counted over all batches, so that patches are the same ones in batches of another size.
      let stream = UInt64(bitPattern: Int64(index &* batch &+ place))
      var random = SeededGenerator(seed: seed, stream: stream)
      try draw(&random, to: place - own.lowerBound, of: &result)
    }
    return result
  }

  private func draw(
    _ random: inout SeededGenerator, to place: Int, of result: inout Batch
  ) throws(ImagingError) {
    let found = choose(&random)
    let turn = turns ? SquareSymmetry(Int.random(in: 0..<8, using: &random)) : .identity
    let scale = data.jitter?.draw(&random) ?? data.scale
    let region = data.split.train[found.region]
    try data.copyPatch(
      PatchOrigin(
        frame: region.frame, row: region.row + found.row, column: region.column + found.column,
        turn: turn),
      scale, to: place, of: &result)
    if turns { result.turn(place, by: turn) }
  }

  // MARK: Places

  /// A place in one of the regions that train, relative to its first pixel.
  private struct Place {
    let region: Int
    let row: Int
    let column: Int
  }

  /// Anywhere; for the share of patches that are to have signal, the first of several places that
  /// has enough, or the one that has most.
  private func choose(_ random: inout SeededGenerator) -> Place {
    guard let signal = data.signal, random.uniform() < data.augmentation.signalPatches else {
      return anywhere(&random)
    }
    func strength(_ place: Place) -> Double {
      signal.strength(region: place.region, row: place.row, column: place.column)
    }
    var best = anywhere(&random)
    var most = strength(best)
    for _ in 1..<SignalMap.tries where most < 1 {
      let other = anywhere(&random)
      let found = strength(other)
      if found > most { (best, most) = (other, found) }
    }
    return best
  }

  private func anywhere(_ random: inout SeededGenerator) -> Place {
    let regions = data.split.train
    let index = Int.random(in: 0..<regions.count, using: &random)
    let row = start(regions[index].height, &random)
    let column = start(regions[index].width, &random)
    return Place(region: index, row: row, column: column)
  }

  /// Anywhere that the patch fits; in the middle where it does not.
  private func start(_ length: Int, _ random: inout SeededGenerator) -> Int {
    guard length >= patch else { return -((patch - length) / 2) }
    return Int.random(in: 0...(length - patch), using: &random)
  }
}
