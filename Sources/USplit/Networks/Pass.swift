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

  /// A pass of the given kind.
  public init(mode: Mode, latents: Latents, divergence: DivergenceEstimate? = nil) {
    self.mode = mode
    self.latents = latents
    self.divergence = divergence
  }
}
