/// Lowers the learning rate when a score has stopped rising, as in PyTorch (mode `max`, relative
/// threshold).
public struct ReduceLROnPlateau: Codable, Equatable, Sendable {
  /// What the rate is multiplied with.
  public let factor: Double
  /// Scores without improvement that are waited for.
  public let patience: Int
  /// An improvement is more than this share of the best score.
  public let threshold: Double
  /// The rate is not lowered below this.
  public let minimumRate: Double
  private var best: Double?
  private var waited = 0

  /// A schedule that has seen no score yet.
  public init(
    factor: Double = 0.5, patience: Int = 15, threshold: Double = 1e-4, minimumRate: Double = 1e-12
  ) {
    self.factor = factor
    self.patience = patience
    self.threshold = threshold
    self.minimumRate = minimumRate
  }

  /// The learning rate after a new score.
  public mutating func rate(after score: Double, current: Double) -> Double {
    // PyTorch compares with best * (1 + threshold), also below zero.
    if best.map({ score > $0 * (1 + threshold) }) ?? true {
      best = score
      waited = 0
    } else {
      waited += 1
    }
    guard waited > patience else { return current }
    waited = 0
    let lowered = max(current * factor, minimumRate)
    // PyTorch leaves changes too small to matter.
    return current - lowered > 1e-8 ? lowered : current
  }
}
