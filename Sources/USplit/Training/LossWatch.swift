/// Notices a loss that is far outside of what was usual.
///
/// The usual is the running mean over about a hundred steps, and the running mean distance from it.
/// A loss is beyond it that lies a hundred such distances above; noise between batches stays below
/// ten, also while the loss falls steeply.
package struct LossWatch: Codable, Equatable, Sendable {
  private var mean = 0.0
  private var distance = 0.0
  private var count = 0
  private var stage: SplitLoss.Stage?

  /// Losses that are seen before any is judged.
  private static let fewest = 50
  private static let weight = 0.02
  private static let most = 100.0

  /// Whether a loss is so far above the usual that its step should not be taken; if not, it counts
  /// from now on.
  ///
  /// - Parameter stage: what the loss is made of; another one starts anew
  package mutating func isBeyondUsual(_ loss: Double, stage: SplitLoss.Stage) -> Bool {
    if stage != self.stage { self = LossWatch(stage: stage) }
    let difference = loss - mean
    if count >= Self.fewest, difference > Self.most * max(distance, 1e-3 * (1 + abs(mean))) {
      return true
    }
    count += 1
    let weight = max(Self.weight, 1 / Double(count))
    mean += weight * difference
    if count > 1 { distance += weight * (abs(difference) - distance) }
    return false
  }

  package init() {}

  private init(stage: SplitLoss.Stage) { self.stage = stage }
}
