import Foundation

extension Plane {
  /// The plane under a Gaussian blur; beyond the border the border's pixels go on.
  ///
  /// Small blurs are convolutions with the sampled kernel, wide ones three running means.
  func blurred(sigma: Double) -> Plane {
    if sigma < 4 {
      let reach = Int((4 * sigma).rounded(.up))
      let weights = (-reach...reach).map { exp(-0.5 * Double($0 * $0) / (sigma * sigma)) }
      let sum = weights.reduce(0, +)
      return convolved(weights.map { Float($0 / sum) })
    }
    var result = self
    for reach in runningMeans(sigma: sigma) { result.average(reach: reach) }
    return result
  }

  /// Convolution of rows, then of columns, with an odd number of weights.
  private func convolved(_ weights: [Float]) -> Plane {
    let reach = weights.count / 2
    let (height, width) = (height, width)
    var rows = Plane(height: height, width: width)
    var result = Plane(height: height, width: width)
    var padded = [Float](repeating: 0, count: width + 2 * reach)
    values.withUnsafeBufferPointer { source in
      rows.values.withUnsafeMutableBufferPointer { target in
        padded.withUnsafeMutableBufferPointer { padded in
          for y in 0..<height {
            for x in padded.indices {
              padded[x] = source[y * width + min(max(x - reach, 0), width - 1)]
            }
            for (k, weight) in weights.enumerated() {
              for x in 0..<width { target[y * width + x] += weight * padded[x + k] }
            }
          }
        }
      }
    }
    rows.values.withUnsafeBufferPointer { source in
      result.values.withUnsafeMutableBufferPointer { target in
        for y in 0..<height {
          for (k, weight) in weights.enumerated() {
            let row = min(max(y + k - reach, 0), height - 1) * width
            for x in 0..<width { target[y * width + x] += weight * source[row + x] }
          }
        }
      }
    }
    return result
  }

  /// Replaces every pixel by the mean of a square that reaches as far from it.
  private mutating func average(reach: Int) {
    let (height, width) = (height, width)
    let scale = 1 / Float(2 * reach + 1)
    var rows = [Float](repeating: 0, count: values.count)
    values.withUnsafeMutableBufferPointer { values in
      rows.withUnsafeMutableBufferPointer { rows in
        for y in 0..<height {
          let row = y * width
          var sum: Float = 0
          for x in -reach...reach { sum += values[row + min(max(x, 0), width - 1)] }
          for x in 0..<width {
            rows[row + x] = sum * scale
            sum += values[row + min(x + reach + 1, width - 1)] - values[row + max(x - reach, 0)]
          }
        }
        var sums = [Float](repeating: 0, count: width)
        for y in -reach...reach {
          let row = min(max(y, 0), height - 1) * width
          for x in 0..<width { sums[x] += rows[row + x] }
        }
        for y in 0..<height {
          let entering = min(y + reach + 1, height - 1) * width
          let leaving = max(y - reach, 0) * width
          for x in 0..<width {
            values[y * width + x] = sums[x] * scale
            sums[x] += rows[entering + x] - rows[leaving + x]
          }
        }
      }
    }
  }
}

/// The reaches of three running means whose variances add up to that of a Gaussian.
private func runningMeans(sigma: Double) -> [Int] {
  let ideal = (12 * sigma * sigma / 3 + 1).squareRoot()
  let small = max(0, Int((ideal - 1) / 2))
  let width = Double(2 * small + 1)
  let missing = 12 * sigma * sigma - 3 * (width * width - 1)
  let larger = Int((missing / ((width + 2) * (width + 2) - width * width)).rounded())
  return (0..<3).map { $0 < larger ? small + 1 : small }
}
