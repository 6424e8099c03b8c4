/// The factor by which the loss of a float16 training is multiplied, so that small gradients do not
/// vanish (Micikevicius et al., 2018, "Mixed precision training").
///
/// It doubles after 2000 steps with finite gradients, and halves after one without.
public struct LossScale: Equatable, Sendable {
  /// All that a training resumes from.
  public struct State: Codable, Equatable, Sendable {
    /// The factor.
    public var factor: Double
    /// Steps with finite gradients since the factor last changed.
    public var goodSteps: Int

    /// A state.
    public init(factor: Double, goodSteps: Int) {
      self.factor = factor
      self.goodSteps = goodSteps
    }
  }

  /// The steps that double the factor.
  public static let growthInterval = 2000
  /// The factor below which it does not fall.
  public static let minimum = 1.0
  /// The factor above which it does not grow.
  public static let maximum = 16_777_216.0
  /// The present factor and count.
  public private(set) var state: State

  /// A scale at its start, or from where a training stopped.
  public init(_ state: State = State(factor: 65536, goodSteps: 0)) { self.state = state }

  /// The factor.
  public var factor: Double { state.factor }

  /// Takes note of a step's gradients.
  ///
  /// - Returns: whether the step is an ordinary one: its gradients are finite, or the factor cannot
  ///   be lowered so that they become so
  @discardableResult
  public mutating func update(gradientsAreFinite: Bool) -> Bool {
    if gradientsAreFinite {
      state.goodSteps += 1
      if state.goodSteps >= Self.growthInterval {
        state = State(factor: min(2 * state.factor, Self.maximum), goodSteps: 0)
      }
      return true
    }
    let isLowest = state.factor <= Self.minimum
    state = State(factor: max(state.factor / 2, Self.minimum), goodSteps: 0)
    return isLowest
  }
}
