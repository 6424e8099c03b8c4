/// Something that the metrics of a run say about how its training went, and what to do about it.
///
/// The limits were set by the metrics of 87 trainings of 400 to 8000 steps: of ladders, on synthetic
/// images and on published ones.
public struct RunAdvice: Codable, Equatable, Sendable {
  /// What is said.
  public enum Kind: String, Codable, Sendable {
    /// There are too few validations to judge by.
    case tooShort
    /// No part of the data validates.
    case noValidation
    /// Nothing was learned.
    case underfitted
    /// One of the structures was not learned.
    case channelNotLearned
    /// The images of the training were learned by heart.
    case overfitted
    /// Both validation and training became worse.
    case unstable
    /// Steps were skipped.
    case skippedSteps
    /// Latent variables are not used.
    case collapsedPosterior
    /// It was not done.
    case stillImproving
    /// It was done.
    case converged
  }

  /// What is said.
  public let kind: Kind
  /// What is said, and what to do, in words.
  public let sentence: String

  /// The gain over the input itself, in dB, below which a structure is not learned.
  ///
  /// A network that has learned nothing but to dim the input gains 10 log10(2 / (1 + r)) dB, where r
  /// is the correlation of input and target: 0.7 dB for one of two independent structures of equal
  /// strength. Networks that could not tell the structures apart, for lack of context, gained 0.6 and
  /// 1.0 dB; those that could, from 1.1 dB after a minute of training up to 13.
  static let leastGain = 1.0
  /// The gain in the last quarter, in dB, from which on a training was still improving.
  ///
  /// Of 87 trainings 45 gained at most 0.06 dB there, and 37 gained 0.23 to 2.0; five lay between.
  /// A gain is a reason to train for longer, no promise.
  static let improvement = 0.2
  /// What is lost after the best validation, in dB, from which on something went wrong.
  ///
  /// Compared is the mean of the last quarter, since single validations differ by 0.1 to 0.5 dB for
  /// no reason. Of 32 trainings that were best before, 18 lost less than 0.4 dB, the others 0.5 to 1.7.
  static let decline = 0.5
  /// The divergence per latent element, in nats, below which a level's posterior says no more than
  /// its prior.
  ///
  /// Of 117 levels 52 had at most 0.0009 nats, the others more than 0.0026, most of them 0.01 to 0.1;
  /// one lay between.
  static let leastDivergence = 0.001
  /// Validations that a judgement needs.
  static let fewestValidations = 4

  /// All that a run's metrics say, troubles first.
  public static func all(_ history: RunHistory, _ configuration: Configuration) -> [RunAdvice] {
    guard history.latestStep != nil else { return [] }
    let judge = RunJudge(history, configuration)
    let troubles = judge.learning + judge.decline + judge.skipping
    let end = judge.end(isInTrouble: !troubles.isEmpty)
    return troubles + end + judge.latents
  }
}
