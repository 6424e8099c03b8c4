/// How a network runs: an argument of every pass, never stored.
public enum Mode {
  /// Batch statistics, and dropout drawn from the generator.
  case training(Generator)
  /// Running statistics, no dropout.
  case evaluation

  /// Whether this is a training pass.
  public var isTraining: Bool {
    if case .training = self { true } else { false }
  }
}
