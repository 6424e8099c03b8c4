import Imaging
import Torch

/// Corrects predicted means so that they add up to the input: what is missing is dealt out among
/// the targets in proportion to their share in the mixture.
///
/// With equal variances this is the mean of the predicted normal distributions on the condition of
/// their sum. An extension of ours; the paper's network does not know of the sum.
struct SumConstraint {
  private let shares: [Float]
  private let offset: Double
  private let corrections: [Float]

  /// - Parameters:
  ///   - scale: how the input was normalised; its weights are those of the mixture
  ///   - normalisation: how the targets were
  init(_ scale: InputScale, _ normalisation: Normalisation) {
    // The normalised input is Σ share · normalised target + offset.
    let shares = zip(scale.weights, normalisation.targetStd).map { $0 * $1 * scale.factor }
    let mean = zip(scale.weights, normalisation.targetMean).reduce(0) { $0 + $1.0 * $1.1 }
    let squares = shares.reduce(0) { $0 + $1 * $1 }
    self.shares = shares.map(Float.init)
    self.offset = scale.factor * (mean - scale.offset)
    self.corrections = shares.map { Float($0 / squares) }
  }

  /// - Parameters:
  ///   - means: predicted, `[B, T, H, W]`, normalised
  ///   - input: the patch, `[B, 1, H, W]`, normalised
  /// - Returns: means that add up to the input
  func callAsFunction(_ means: Tensor, input: Tensor) -> Tensor {
    func row(_ values: [Float]) -> Tensor {
      Tensor(values, shape: [1, values.count, 1, 1], device: means.device)
    }
    let sum = (means * row(shares)).sum(over: [1], keepingDimensions: true)  // [B, 1, H, W]
    return means + (input - sum - offset) * row(corrections)
  }
}
