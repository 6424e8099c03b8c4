import Foundation

/// One axis of the anti-aliased halving: a Gaussian followed by linear interpolation.
///
/// Both steps are linear, so output sample `j` is a weighted sum of `taps` input samples around the
/// centre `(j + 0.5) * input / output - 0.5` of its area.
struct AxisHalving {
  /// Samples before.
  let input: Int
  /// Samples after: `input / 2`, or 1 where there was only one.
  let output: Int
  /// Input samples that make one output sample.
  let taps: Int
  /// Input index of every tap, `[output, taps]`, already folded at the borders.
  let indices: [Int]
  /// Weight of every tap, `[output, taps]`; they sum to one for each output sample.
  let weights: [Float]

  /// The map that halves an axis of `input` samples; an axis of one sample is kept.
  init(_ input: Int) {
    self.input = input
    output = max(1, input / 2)
    guard input > 1 else {
      (taps, indices, weights) = (1, [0], [1])
      return
    }
    let factor = Double(input) / Double(output)
    let gaussian = Self.gaussian(sigma: (factor - 1) / 2)
    let radius = gaussian.count / 2
    taps = 2 * radius + 2
    var indices: [Int] = []
    var weights: [Float] = []
    indices.reserveCapacity(output * taps)
    weights.reserveCapacity(output * taps)
    for j in 0..<output {
      let center = (Double(j) + 0.5) * factor - 0.5
      let left = Int(center.rounded(.down))
      let fraction = center - Double(left)
      for tap in 0..<taps {
        let fromLeft = tap < gaussian.count ? gaussian[tap] * (1 - fraction) : 0
        let fromRight = tap > 0 ? gaussian[tap - 1] * fraction : 0
        indices.append(Padding.reflected(left - radius + tap, count: input))
        weights.append(Float(fromLeft + fromRight))
      }
    }
    self.indices = indices
    self.weights = weights
  }

  /// A normalised Gaussian, cut off at four standard deviations.
  private static func gaussian(sigma: Double) -> [Double] {
    let radius = Int(4 * sigma + 0.5)
    let values = (-radius...radius).map { exp(-0.5 * Double($0 * $0) / (sigma * sigma)) }
    let sum = values.reduce(0, +)
    return values.map { $0 / sum }
  }
}
