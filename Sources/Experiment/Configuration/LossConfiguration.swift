/// What is minimised beside the Kullback-Leibler divergence.
///
/// A network that predicts no variance (`LogVariance.unit`: all that are no ladders) can be trained on
/// any of them. Its likelihood is half the squared error, and `meanThenLikelihood` is the squared
/// error from start to end, since there is no variance that could join.
public enum LossKind: String, Choice {
  /// The negative Gaussian log-likelihood.
  case likelihood
  /// The squared difference of the means.
  case meanSquaredError
  /// The squared difference at first, joined by the likelihood later.
  case meanThenLikelihood
}

/// How the Kullback-Leibler divergence is computed.
public enum DivergenceEstimate: String, Choice {
  /// From the one sample that was drawn, as the authors do.
  case monteCarlo
  /// In closed form.
  case analytic
}

/// What the training minimises.
public struct LossConfiguration: Codable, Equatable, Sendable {
  /// What is minimised beside the divergence.
  public var kind = LossKind.likelihood
  /// The share of the training after which the likelihood joins for `meanThenLikelihood`.
  public var likelihoodFrom = 0.5
  /// The weight of the divergence.
  public var klWeight = 1.0
  /// The epochs over which the weight grows from 0; 0 for full weight from the start.
  public var klAnnealingEpochs = 0
  /// The epoch at which the weight begins to grow; may be negative.
  public var klAnnealingStart = 0
  /// The divergence per latent element below which a level is left alone, in nats.
  public var freeBits = 0.0
  /// How the divergence is computed.
  public var klEstimate = DivergenceEstimate.monteCarlo
  /// The targets' weights in the average of their losses; empty for 1 each.
  public var channelWeights: [Double] = []
  /// Factors of the targets' likelihoods, not normalised; empty for 1 each.
  public var reconstructionWeights: [Double] = []

  /// Makes the authors' loss.
  public init() {}

  /// Checks every setting by itself and against the number of targets.
  ///
  /// - Throws: ``ConfigurationError`` with a sentence that has both numbers.
  public func validate(targets: Int) throws(ConfigurationError) {
    try require(
      likelihoodFrom >= 0 && likelihoodFrom < 1,
      "loss.likelihoodFrom is \(likelihoodFrom), a fraction from 0 to below 1 is needed")
    try require(
      klWeight >= 0 && klWeight.isFinite, "loss.klWeight is \(klWeight), it cannot be negative")
    try require(
      klAnnealingEpochs >= 0,
      "loss.klAnnealingEpochs is \(klAnnealingEpochs), it cannot be negative")
    try require(
      freeBits >= 0 && freeBits.isFinite, "loss.freeBits is \(freeBits), it cannot be negative")
    try Experiment.validate(weights: channelWeights, "loss.channelWeights", targets: targets)
    try Experiment.validate(
      weights: reconstructionWeights, "loss.reconstructionWeights", targets: targets)
  }
}
