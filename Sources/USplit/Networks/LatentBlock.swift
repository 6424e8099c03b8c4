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

/// A normal distribution for every element of a level's latent variable.
public struct LatentDistribution {
  /// Means and raw log-variances, `[B, 2 Z, h, w]`; `StableVariance` says what the latter mean.
  let raw: Tensor
  /// Upper bound of the raw log-variances.
  let maximum: Double

  /// The means, `[B, Z, h, w]`.
  public var mean: Tensor { raw.sliced(1, 0..<raw.size(1) / 2) }
  /// The variances, `[B, Z, h, w]`.
  var variance: StableVariance {
    StableVariance(raw.sliced(1, raw.size(1) / 2..<raw.size(1)).clamped(to: ...maximum))
  }
  /// Logarithm of the variances, `[B, Z, h, w]`.
  public var logVariance: Tensor { variance.logarithm }
}

/// What one level's latent block did.
public struct LatentOutput {
  /// The latent variable, `[B, Z, h, w]`.
  public let z: Tensor
  /// What it was drawn from; nil in an autoencoder, and where its mean alone was asked for.
  public let posterior: LatentDistribution?
  /// What is expected from the level above; nil unless the divergence was asked for.
  public let prior: LatentDistribution?
  /// Divergence of the posterior from the prior, summed over the level, `[B]`; nil in an
  /// autoencoder or when it was not asked for.
  public let divergence: Tensor?

  package init(
    z: Tensor, posterior: LatentDistribution? = nil, prior: LatentDistribution? = nil,
    divergence: Tensor? = nil
  ) {
    self.z = z
    self.posterior = posterior
    self.prior = prior
    self.divergence = divergence
  }

  /// The posterior's mean, `[B, Z, h, w]`.
  public var posteriorMean: Tensor { posterior?.mean ?? z }

  /// Those that are there, in the order of the properties.
  var tensors: [Tensor] {
    [z] + [posterior?.raw, prior?.raw, divergence].compactMap { $0 }
  }

  /// - Parameters:
  ///   - tensors: of another output: one of a mean, two of a sample, four with a divergence
  ///   - maximum: upper bound of the raw log-variances
  init(tensors: ArraySlice<Tensor>, maximum: Double) {
    let found = Array(tensors)
    precondition([1, 2, 4].contains(found.count), "\(found.count) tensors of a latent variable")
    func distribution(_ place: Int) -> LatentDistribution? {
      place < found.count ? LatentDistribution(raw: found[place], maximum: maximum) : nil
    }
    self.init(
      z: found[0], posterior: distribution(1), prior: distribution(2),
      divergence: found.count > 3 ? found[3] : nil)
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
  /// Whether it draws from its posterior.
  let isStochastic: Bool
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
  ///   - known: the posterior of these features, where it is known already
  /// - Returns: features `[B, C, h, w]`, and the latent variable with its distributions
  package func callAsFunction(
    _ q: Tensor, prior p: Tensor, index: Int, pass: Pass, posterior known: LatentDistribution? = nil
  ) -> (features: Tensor, latent: LatentOutput) {
    var needsMeanOnly: Bool {
      if case .mean = pass.latents { pass.divergence == nil } else { false }
    }
    guard isStochastic, !needsMeanOnly else {
      // The half of the convolution that gives it.
      let z = posterior(q, channels: 0..<out.inputChannels).cast(to: .float32)
      return (out(z), LatentOutput(z: z))
    }
    let found = known ?? distribution(of: q)
    let noise = noise(index, pass, like: found.raw)
    guard let estimate = pass.divergence else {
      let z = found.raw.latent(noise: noise, maximum: rawMaximum)?.z ?? found.sample(noise)
      return (out(z), LatentOutput(z: z, posterior: found))
    }
    let p = p.spatialSize.exceeds(q.spatialSize) ? p.centerCropped(to: q.spatialSize) : p
    let expected = LatentDistribution(
      raw: (prior.map { $0(p) } ?? p).cast(to: .float32), maximum: rawMaximum)
    let (z, divergence) =
      found.raw.latent(
        prior: expected.raw, noise: noise, maximum: rawMaximum, analytic: estimate == .analytic)
      ?? found.sampleAndDivergence(from: expected, noise, estimate)
    return (
      out(z),
      LatentOutput(z: z, posterior: found, prior: expected, divergence: divergence)
    )
  }

  /// The posterior of features `[B, C, h, w]`, in float32: exponentials and divergences need its range
  /// and digits.
  func distribution(of q: Tensor) -> LatentDistribution {
    LatentDistribution(raw: posterior(q).cast(to: .float32), maximum: rawMaximum)
  }

  /// Standard normal numbers for a level, `[B, Z, h, w]`; nil for the mean.
  private func noise(_ index: Int, _ pass: Pass, like raw: Tensor) -> Tensor? {
    switch pass.latents {
    case .sample(let generator):
      var shape = raw.shape
      shape[1] /= 2
      return .noise(shape, generator: generator, device: raw.device)
    case .mean: return nil
    case .given(let noise): return noise[index]
    }
  }
}

extension LatentDistribution {
  /// The mean plus the deviation times the noise.
  fileprivate func sample(_ noise: Tensor?) -> Tensor {
    noise.map { mean + variance.standardDeviation * $0 } ?? mean
  }

  /// A sample, and the divergence from the prior, summed over the level, `[B]`.
  fileprivate func sampleAndDivergence(
    from prior: LatentDistribution, _ noise: Tensor?, _ estimate: DivergenceEstimate
  ) -> (z: Tensor, divergence: Tensor?) {
    let (mean, variance) = (mean, variance)
    let (priorMean, priorVariance) = (prior.mean, prior.variance)
    let z = sample(noise)
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
    return (z, spread.sum(over: [1, 2, 3]) * 0.5)
  }
}
