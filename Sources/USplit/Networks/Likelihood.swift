import Experiment
import Foundation
import Torch

/// A normal distribution for every pixel of every target channel.
public struct PixelDistribution {
  /// Predicted means, `[B, T, H, W]`, in normalised units.
  public let mean: Tensor
  /// Logarithm of the variances, `[B, T, H, W]`, or `[B, T, 1, 1]` or `[B, 1, 1, 1]` when one
  /// serves a whole channel or image; nil when the network predicts none (variance 1).
  public let logVariance: Tensor?

  package init(mean: Tensor, logVariance: Tensor?) {
    self.mean = mean
    self.logVariance = logVariance
  }

  /// Logarithm of the density at `target`, `[B, T, H, W]`; without the constant when the network
  /// predicts no variance.
  public func logLikelihood(of target: Tensor) -> Tensor {
    let error = (target - mean).squared()
    guard let logVariance else { return error * -0.5 }
    return (error / logVariance.exp() + logVariance + Foundation.log(2 * Double.pi)) * -0.5
  }

  /// The same distribution around other means.
  func with(mean: Tensor) -> PixelDistribution {
    PixelDistribution(mean: mean, logVariance: logVariance)
  }
}

/// The last layer: features to a distribution of each target channel.
struct LikelihoodHead {
  private let convolution: Conv2d
  /// Two convolutions for the variances; nil where those of the means give them, too.
  private let branch: (first: Conv2d, second: Conv2d)?
  private let targets: Int
  private let kind: LogVariance
  private let bounds: ClosedRange<Double>

  /// - Parameter scope: makes `parameter_net`, and `variance_net` for a branch of the variances
  init(_ scope: Scope, _ network: NetworkConfiguration) {
    self.targets = network.targets
    self.kind = network.logVariance
    self.bounds = network.logVarianceMinimum...network.logVarianceMaximum
    let filters = network.filters
    let isJoint = kind != .unit && !network.varianceBranch
    self.convolution = Conv2d(
      scope["parameter_net"], filters, isJoint ? 2 * targets : targets, kernel: 3)
    let place = scope["variance_net"]
    self.branch =
      network.varianceBranch
      ? (
        Conv2d(place[0], filters, filters, kernel: 3), Conv2d(place[2], filters, targets, kernel: 3)
      ) : nil
  }

  /// - Parameters:
  ///   - features: `[B, C, H, W]`
  ///   - detachesVariance: whether the variances learn from the features without shaping them
  ///     (Stirn et al., 2023, "Faithful heteroscedastic regression")
  /// - Returns: means and variances in float32, whatever the features are
  func callAsFunction(_ features: Tensor, detachesVariance: Bool = false) -> PixelDistribution {
    guard kind != .unit else {
      return PixelDistribution(mean: convolution(features).cast(to: .float32), logVariance: nil)
    }
    var mean: Tensor
    var raw: Tensor
    if let branch {
      mean = convolution(features)
      raw = branch.second(branch.first.elu(of: features.detached()))
    } else if detachesVariance {
      mean = convolution(features, channels: 0..<targets)
      raw = convolution(features.detached(), channels: targets..<2 * targets)
    } else {
      (mean, raw) = convolution(features).channelHalves()
    }
    (mean, raw) = (mean.cast(to: .float32), raw.cast(to: .float32))
    switch kind {
    case .channel: raw = raw.mean(over: [2, 3], keepingDimensions: true)
    case .global: raw = raw.mean(over: [1, 2, 3], keepingDimensions: true)
    case .pixel, .unit: break
    }
    return PixelDistribution(mean: mean, logVariance: raw.clamped(to: bounds))
  }
}
