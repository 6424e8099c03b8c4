import Experiment
import Torch

/// The value that training minimises and what it is made of.
public struct LossTerms {
  /// Reconstruction plus weighted divergence.
  public let total: Tensor
  /// How badly the targets are met, by auxiliary predictions too where there are some.
  public let reconstruction: Tensor
  /// The reconstruction term of each target channel for the prediction itself, `[T]`.
  public let perChannel: Tensor
  /// The mean divergence over levels, unweighted; nil in an autoencoder.
  public let divergence: Tensor?
  /// The divergence of each level per latent element, bottom first.
  public let perLevel: [Tensor]
}

/// The modified evidence lower bound (the paper, section 3, equation 3), as the authors' program
/// computes it: the mean over pixels of the negative log-likelihood of both channels, plus the mean
/// over levels of the divergence per latent element.
///
/// That is not the paper's bound term by term (docs/reference-notes.md). Auxiliary predictions count
/// as much as the prediction itself, all of them together.
public struct SplitLoss: Sendable {
  /// What stands in for the reconstruction term at a point of the training.
  public enum Stage: String, Codable, Sendable {
    /// Negative log-likelihood.
    case likelihood
    /// Squared difference of the means.
    case meanSquaredError
    /// Squared difference for the means; likelihood for the variances alone, which learn without
    /// shaping means or features (Stirn et al., 2023, "Faithful heteroscedastic regression with
    /// neural networks"). Squared difference alone where no variances are predicted.
    case both
  }

  /// The settings.
  public let configuration: LossConfiguration

  /// The loss of a configuration.
  public init(_ configuration: LossConfiguration) { self.configuration = configuration }

  /// The stage at a point of the training, from 0 (start) to 1 (end).
  public func stage(at progress: Double) -> Stage {
    switch configuration.kind {
    case .likelihood: .likelihood
    case .meanSquaredError: .meanSquaredError
    case .meanThenLikelihood:
      progress < configuration.likelihoodFrom ? .meanSquaredError : .both
    }
  }

  /// The weight of the divergence in an epoch.
  public func divergenceWeight(epoch: Int) -> Double {
    guard configuration.klAnnealingEpochs > 0 else { return configuration.klWeight }
    let progress =
      Double(epoch - configuration.klAnnealingStart) / Double(configuration.klAnnealingEpochs)
    return min(max(progress, 0), 1) * configuration.klWeight
  }

  /// The loss of a batch.
  ///
  /// - Parameters:
  ///   - prediction: distributions of `[B, T, H, W]`
  ///   - latents: what the levels' latent blocks gave; with divergences where they count
  ///   - auxiliary: further predictions of the same targets, `[B, T, H, W]`
  ///   - target: `[B, T, H, W]`, normalised
  ///   - stage: what the reconstruction term is
  ///   - divergenceWeight: factor of the divergence
  public func callAsFunction(
    _ prediction: PixelDistribution, latents: [LatentOutput],
    auxiliary: [PixelDistribution] = [], target: Tensor, stage: Stage, divergenceWeight: Double
  ) -> LossTerms {
    let perChannel = cost(prediction, target, stage)
    var reconstruction = averaged(perChannel)
    let further = auxiliary.map { averaged(cost($0, target, stage)) }
    if let first = further.first {
      let mean = further.dropFirst().reduce(first, +) / Double(further.count)
      reconstruction = (reconstruction + mean) * 0.5
    }

    let perLevel = latents.compactMap { levelDivergence($0) }
    guard let first = perLevel.first else {
      return LossTerms(
        total: reconstruction, reconstruction: reconstruction, perChannel: perChannel,
        divergence: nil, perLevel: [])
    }
    let divergence = perLevel.dropFirst().reduce(first, +) / Double(perLevel.count)
    return LossTerms(
      total: reconstruction + divergence * divergenceWeight, reconstruction: reconstruction,
      perChannel: perChannel, divergence: divergence, perLevel: perLevel)
  }

  /// The reconstruction term of each target channel, weighted, `[T]`.
  private func cost(_ prediction: PixelDistribution, _ target: Tensor, _ stage: Stage) -> Tensor {
    var cost: Tensor  // [B, T, H, W]
    switch stage {
    case .likelihood: cost = -prediction.logLikelihood(of: target)
    case .meanSquaredError, .both: cost = (prediction.mean - target).squared()
    }
    if stage == .both, prediction.logVariance != nil {
      cost = cost - prediction.with(mean: prediction.mean.detached()).logLikelihood(of: target)
    }
    return weighted(cost.mean(over: [2, 3])).mean(over: [0])
  }

  /// Each channel's cost times its weight, `[B, T]`.
  private func weighted(_ cost: Tensor) -> Tensor {
    let weights = configuration.reconstructionWeights
    guard !weights.isEmpty else { return cost }
    return cost * row(weights, like: cost)
  }

  /// The weighted mean over channels of `[T]`.
  private func averaged(_ perChannel: Tensor) -> Tensor {
    let weights = configuration.channelWeights
    guard !weights.isEmpty else { return perChannel.mean() }
    let total = weights.reduce(0, +)
    return (perChannel * row(weights.map { $0 / total }, like: perChannel)).sum()
  }

  private func row(_ values: [Double], like tensor: Tensor) -> Tensor {
    Tensor(values.map(Float.init), shape: [values.count], device: tensor.device)
  }

  /// The mean over the batch of a level's divergence per latent element, but not less per sample
  /// than the free bits (Kingma et al., 2016).
  private func levelDivergence(_ latent: LatentOutput) -> Tensor? {
    guard let sum = latent.divergence else { return nil }
    let elements = Double(latent.z.elementCount / latent.z.size(0))
    let perElement = sum / elements  // [B]
    guard configuration.freeBits >= 1e-6 else { return perElement.mean() }
    return perElement.clamped(to: configuration.freeBits...).mean()
  }
}
