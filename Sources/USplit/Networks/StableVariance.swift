import Torch

/// A variance made of any real number without overflow: `exp(s)` up to 0 and `1 + s` above, plus
/// 1e-6 (Vahdat and Kautz, 2020, cited by the paper as [27]; form of the authors' program).
package struct StableVariance {
  /// The variance.
  package let value: Tensor

  /// - Parameters:
  ///   - raw: any real numbers
  ///   - floor: added to keep the variance away from zero
  package init(_ raw: Tensor, floor: Double = 1e-6) {
    self.value = raw.clamped(to: ...0).exp() + raw.leakyReLU(slope: 0) + floor
  }

  /// Square root of the variance.
  package var standardDeviation: Tensor { value.squareRoot() }
  /// Logarithm of the variance.
  package var logarithm: Tensor { value.log() }
}
