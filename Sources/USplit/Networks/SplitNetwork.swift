import Experiment
import Torch

/// A network that splits patches into their structures.
public protocol SplitNetwork {
  /// What it was made of.
  var configuration: NetworkConfiguration { get }

  /// Splits a batch of patches.
  ///
  /// - Parameters:
  ///   - input: `[B, 1 + K, H, W]`, normalised: the patch, and K context images of the same size
  ///     in pixels that show two, four, … times the width
  ///   - pass: training or evaluation, and where latent variables come from
  ///   - detachesVariance: whether predicted variances learn without shaping the features; see
  ///     `LossKind.meanThenLikelihood`
  func callAsFunction(_ input: Tensor, _ pass: Pass, detachesVariance: Bool) -> NetworkOutput

  /// Splits the same batch as often as the result is called, with new latent variables each time;
  /// what does not depend on them is computed once.
  func samples(of input: Tensor, _ pass: Pass) -> () -> NetworkOutput
}

/// What a pass through a network gives.
public struct NetworkOutput {
  /// The predicted target channels, `[B, T, H, W]`.
  public let prediction: PixelDistribution
  /// What the latent blocks gave, bottom first; none in networks without latent variables.
  public let latents: [LatentOutput]
  /// Further predictions of the same targets, made of coarser features, finest first; they only
  /// help the training.
  public let auxiliary: [PixelDistribution]
}

extension SplitNetwork {
  /// Splits a batch of patches, `[B, 1 + K, H, W]`, without detaching variances.
  public func callAsFunction(_ input: Tensor, _ pass: Pass) -> NetworkOutput {
    self(input, pass, detachesVariance: false)
  }

  /// Splits the whole batch each time.
  public func samples(of input: Tensor, _ pass: Pass) -> () -> NetworkOutput {
    { self(input, pass) }
  }

  /// Traps unless the input has the patch and as many context images as the network takes.
  func requireImages(of input: Tensor) {
    let contexts = configuration.contexts
    precondition(
      input.size(1) == 1 + contexts,
      "\(1 + contexts) images expected (the patch and \(contexts) context images), got "
        + "\(input.size(1))")
  }
}

extension NetworkConfiguration {
  /// The network that these settings describe, with fresh weights.
  ///
  /// - Parameter scope: makes all weights, under the names of the authors' program
  /// - Throws: `ConfigurationError` for an impossible network.
  public func makeNetwork(_ scope: Scope) throws(ConfigurationError) -> any SplitNetwork {
    switch backbone {
    case .hvae, .hae: try LadderNetwork(self, scope)
    case .unet, .contextAwareUNet: try UNet(self, scope)
    case .braveNet: try BraveNet(self, scope)
    }
  }
}
