import Experiment
import Torch

/// Where the latent variables of a pass come from.
public enum Latents {
  /// Drawn from the posterior.
  case sample(Generator)
  /// The posterior's mean.
  case mean
  /// The posterior's mean plus its deviation times the given numbers, one tensor `[B, Z, h, w]` for
  /// each level, bottom first.
  case given(noise: [Tensor])
}

/// What one level's latent block did.
public struct LatentOutput {
  /// The latent variable, `[B, Z, h, w]`.
  public let z: Tensor
  /// The posterior's mean, `[B, Z, h, w]`.
  public let posteriorMean: Tensor
  /// Logarithm of the posterior's variance; nil in an autoencoder.
  public let posteriorLogVariance: Tensor?
  /// The prior's mean; nil unless the divergence was asked for.
  public let priorMean: Tensor?
  /// Logarithm of the prior's variance; nil unless the divergence was asked for.
  public let priorLogVariance: Tensor?
  /// Divergence of the posterior from the prior, summed over the level, `[B]`; nil in an
  /// autoencoder or when it was not asked for.
  public let divergence: Tensor?

  package init(
    z: Tensor, posteriorMean: Tensor, posteriorLogVariance: Tensor?, priorMean: Tensor?,
    priorLogVariance: Tensor?, divergence: Tensor?
  ) {
    self.z = z
    self.posteriorMean = posteriorMean
    self.posteriorLogVariance = posteriorLogVariance
    self.priorMean = priorMean
    self.priorLogVariance = priorLogVariance
    self.divergence = divergence
  }

  /// Those that are there, in the order of the properties.
  var tensors: [Tensor] {
    [z, posteriorMean]
      + [posteriorLogVariance, priorMean, priorLogVariance, divergence].compactMap { $0 }
  }

  /// - Parameter tensors: of another output: two of an autoencoder, three without and six with a
  ///   divergence
  init(tensors: ArraySlice<Tensor>) {
    let found = Array(tensors)
    precondition([2, 3, 6].contains(found.count), "\(found.count) tensors of a latent variable")
    func tensor(_ place: Int) -> Tensor? { place < found.count ? found[place] : nil }
    self.init(
      z: found[0], posteriorMean: found[1], posteriorLogVariance: tensor(2), priorMean: tensor(3),
      priorLogVariance: tensor(4), divergence: tensor(5))
  }
}

/// The latent variable of a level: a normal distribution in the HVAE, a point in the HAE.
///
/// Both have the same weights. The HAE uses the half that gives the mean, as the authors' program
/// does; the paper says identity.
package struct LatentBlock {
  private let posterior: Conv2d
  private let prior: Conv2d?
  private let out: Conv2d
  private let isStochastic: Bool
  private let rawMaximum: Double

  /// - Parameters:
  ///   - scope: makes `conv_in_p` (not at the top), `conv_in_q` and `conv_out`
  ///   - latent: channels Z of the latent variable
  ///   - inputs: channels of what comes in
  ///   - outputs: channels of what goes out
  ///   - isTop: whether the prior is a parameter and not computed
  ///   - isStochastic: normal distribution or point
  ///   - rawMaximum: upper bound of the raw log-variances
  package init(
    _ scope: Scope, latent: Int, from inputs: Int, to outputs: Int, isTop: Bool,
    isStochastic: Bool, rawMaximum: Double
  ) {
    self.prior = isTop ? nil : Conv2d(scope["conv_in_p"], inputs, 2 * latent, kernel: 3)
    self.posterior = Conv2d(scope["conv_in_q"], inputs, 2 * latent, kernel: 3)
    self.out = Conv2d(scope["conv_out"], latent, outputs, kernel: 3)
    self.isStochastic = isStochastic
    self.rawMaximum = rawMaximum
  }

  /// - Parameters:
  ///   - q: features of the posterior, `[B, C, h, w]`
  ///   - p: features of the prior, `[B, C, h', w']`, or at the top the prior itself, `[1, 2 Z, h', w']`
  ///   - index: the level, for noise that is given
  /// - Returns: features `[B, C, h, w]`, and the latent variable with its distributions
  package func callAsFunction(
    _ q: Tensor, prior p: Tensor, index: Int, pass: Pass
  ) -> (features: Tensor, latent: LatentOutput) {
    let latentChannels = out.inputChannels
    guard isStochastic else {
      let z = half(posterior, q, 0..<latentChannels)
      return (
        out(z),
        LatentOutput(
          z: z, posteriorMean: z, posteriorLogVariance: nil, priorMean: nil,
          priorLogVariance: nil, divergence: nil)
      )
    }
    let mean = half(posterior, q, 0..<latentChannels)  // [B, Z, h, w]
    let raw = half(posterior, q, latentChannels..<2 * latentChannels)
    let variance = StableVariance(raw.clamped(to: ...rawMaximum))
    let noise: Tensor? =
      switch pass.latents {
      case .sample(let generator): .normal(mean.shape, generator: generator, device: mean.device)
      case .mean: nil
      case .given(let noise): noise[index]
      }
    let z = noise.map { mean + variance.standardDeviation * $0 } ?? mean
    guard let estimate = pass.divergence else {
      return (
        out(z),
        LatentOutput(
          z: z, posteriorMean: mean, posteriorLogVariance: variance.logarithm, priorMean: nil,
          priorLogVariance: nil, divergence: nil)
      )
    }

    let p = p.spatialSize.exceeds(q.spatialSize) ? p.centerCropped(to: q.spatialSize) : p
    let priorMean = half(prior, p, 0..<latentChannels)
    let priorRaw = half(prior, p, latentChannels..<2 * latentChannels)
    let priorVariance = StableVariance(priorRaw.clamped(to: ...rawMaximum))
    let logRatio = priorVariance.logarithm - variance.logarithm
    let spread: Tensor
    switch estimate {
    case .analytic:
      // KL(q ‖ p) of two normal distributions.
      spread =
        logRatio + (variance.value + (mean - priorMean).squared()) / priorVariance.value - 1
    case .monteCarlo:
      // log q(z) − log p(z) at the one z that was drawn.
      let distance = (z - priorMean).squared() / priorVariance.value
      spread = logRatio + (noise.map { distance - $0.squared() } ?? distance)
    }
    return (
      out(z),
      LatentOutput(
        z: z, posteriorMean: mean, posteriorLogVariance: variance.logarithm, priorMean: priorMean,
        priorLogVariance: priorVariance.logarithm,
        divergence: spread.sum(over: [1, 2, 3]) * 0.5)
    )
  }

  /// Some channels of a convolution's result, or of `x` itself where there is none, in float32:
  /// exponentials and divergences need its range and digits.
  ///
  /// Each half is computed by itself: halves of one result would not be contiguous in memory.
  private func half(_ convolution: Conv2d?, _ x: Tensor, _ channels: Range<Int>) -> Tensor {
    (convolution.map { $0(x, channels: channels) } ?? x.sliced(1, channels)).cast(to: .float32)
  }
}
