import Experiment
import Torch

/// Everything that varies from one pass through a network to the next.
public struct Pass {
  /// Training or evaluation.
  public var mode: Mode
  /// Where latent variables come from.
  public var latents: Latents
  /// How the divergence of posterior and prior is estimated; nil leaves it out, as in prediction,
  /// where other image sizes than the trained one are possible then.
  public var divergence: DivergenceEstimate?
  /// The levels, counted from the input, that are computed again for the backward pass instead of
  /// being kept.
  public var recomputedLevels: Int

  /// A pass of the given kind.
  public init(
    mode: Mode, latents: Latents, divergence: DivergenceEstimate? = nil, recomputedLevels: Int = 0
  ) {
    self.mode = mode
    self.latents = latents
    self.divergence = divergence
    self.recomputedLevels = recomputedLevels
  }

  /// Runs a part of a level, and once more for the backward pass where that is asked for.
  ///
  /// - Parameters:
  ///   - level: the level, 0 at the input
  ///   - inputs: all features that the part uses
  ///   - part: gives features of those
  func recomputing(
    level: Int, _ inputs: [Tensor], _ part: @escaping ([Tensor]) -> [Tensor]
  ) -> [Tensor] {
    guard level < recomputedLevels else { return part(inputs) }
    return computedTwice(inputs, generators: generators, part)
  }

  /// Runs a part of a level that gives one map of features.
  func recomputing(
    level: Int, _ inputs: Tensor..., part: @escaping ([Tensor]) -> Tensor
  ) -> Tensor {
    recomputing(level: level, inputs) { [part($0)] }[0]
  }

  /// All that the pass draws from, each once.
  private var generators: [Generator] {
    var found: [Generator] = []
    if case .training(let generator, _) = mode { found.append(generator) }
    if case .sample(let generator) = latents, found.first !== generator { found.append(generator) }
    return found
  }
}
