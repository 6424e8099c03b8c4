/// How a network runs: an argument of every pass, never stored.
public enum Mode {
  /// Batch statistics, and dropout drawn from the generator. The statistics are those of the batches
  /// of all processes of a group together where one is given.
  case training(Generator, statistics: ProcessGroup? = nil)
  /// Running statistics, no dropout.
  case evaluation

  /// Whether this is a training pass.
  public var isTraining: Bool {
    if case .training = self { true } else { false }
  }
}
