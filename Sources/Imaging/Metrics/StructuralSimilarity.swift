extension ImageMetrics {
  /// Mean structural similarity as scikit-image's defaults compute it.
  ///
  /// After Wang, Bovik, Sheikh and Simoncelli, IEEE Trans. Image Processing 13(4), 2004.
  /// Uniform windows of 7 × 7 pixels, sample covariance, K1 = 0.01, K2 = 0.03; the mean is over the
  /// windows that lie inside the image, which leaves out a border of 3 pixels. `dataRange` is the
  /// range of values, that of the target when nil. The result is nil for images with a side below 7
  /// pixels and for a range of 0.
  public static func ssim(target: Plane, prediction: Plane, dataRange: Double? = nil) -> Double? {
    check(target, prediction)
    let range = dataRange ?? range(of: target)
    let side = StructuralSimilarity.side
    guard target.height >= side, target.width >= side, range > 0 else { return nil }
    var similarity = StructuralSimilarity(width: target.width, range: range)
    return target.values.withUnsafeBufferPointer { target in
      prediction.values.withUnsafeBufferPointer { similarity.mean(of: target, $0) }
    }
  }
}

/// Sums over the columns of a band of 7 rows, moved down one row at a time.
private struct StructuralSimilarity {
  static let side = 7

  /// Sum and mixed second moments of the two images over the rows of the band.
  private struct Sums {
    var x = 0.0
    var y = 0.0
    var squares = 0.0
    var product = 0.0
  }

  private let width: Int
  private let c1: Double
  private let c2: Double
  private var x: [Double]
  private var y: [Double]
  private var xx: [Double]
  private var yy: [Double]
  private var xy: [Double]

  init(width: Int, range: Double) {
    self.width = width
    c1 = (0.01 * range) * (0.01 * range)
    c2 = (0.03 * range) * (0.03 * range)
    x = [Double](repeating: 0, count: width)
    (y, xx, yy, xy) = (x, x, x, x)
  }

  mutating func mean(
    of target: UnsafeBufferPointer<Float>, _ prediction: UnsafeBufferPointer<Float>
  ) -> Double {
    let side = Self.side
    let height = target.count / width
    // Similarity is computed about the first pixels: subtracting a constant from both images
    // changes neither variances nor covariance, and keeps their digits; means are put back.
    let origin = (Double(target[0]), Double(prediction[0]))
    var sum = 0.0
    for row in 0..<height {
      addRow(row, target, prediction, origin, sign: 1)
      if row >= side { addRow(row - side, target, prediction, origin, sign: -1) }
      if row >= side - 1 { sum += bandSum(origin) }
    }
    return sum / Double((height - side + 1) * (width - side + 1))
  }

  private mutating func addRow(
    _ row: Int, _ target: UnsafeBufferPointer<Float>, _ prediction: UnsafeBufferPointer<Float>,
    _ origin: (Double, Double), sign: Double
  ) {
    let start = row * width
    x.withUnsafeMutableBufferPointer { x in
      y.withUnsafeMutableBufferPointer { y in
        xx.withUnsafeMutableBufferPointer { xx in
          yy.withUnsafeMutableBufferPointer { yy in
            xy.withUnsafeMutableBufferPointer { xy in
              for column in 0..<x.count {
                let a = Double(target[start + column]) - origin.0
                let b = Double(prediction[start + column]) - origin.1
                x[column] += sign * a
                y[column] += sign * b
                xx[column] += sign * a * a
                yy[column] += sign * b * b
                xy[column] += sign * a * b
              }
            }
          }
        }
      }
    }
  }

  /// The sum of the similarities of all windows in the present band.
  private func bandSum(_ origin: (Double, Double)) -> Double {
    let side = Self.side
    let pixels = Double(side * side)
    let sample = pixels / (pixels - 1)
    return x.withUnsafeBufferPointer { x in
      y.withUnsafeBufferPointer { y in
        xx.withUnsafeBufferPointer { xx in
          yy.withUnsafeBufferPointer { yy in
            xy.withUnsafeBufferPointer { xy in
              var sum = 0.0
              for left in 0...x.count - side {
                var sums = Sums()
                for column in left..<left + side {
                  sums.x += x[column]
                  sums.y += y[column]
                  sums.squares += xx[column] + yy[column]
                  sums.product += xy[column]
                }
                let (a, b) = (sums.x / pixels, sums.y / pixels)
                let covariance = sample * (sums.product / pixels - a * b)
                let variances = sample * (sums.squares / pixels - a * a - b * b)
                let (meanX, meanY) = (a + origin.0, b + origin.1)
                sum +=
                  (2 * meanX * meanY + c1) * (2 * covariance + c2)
                  / ((meanX * meanX + meanY * meanY + c1) * (variances + c2))
              }
              return sum
            }
          }
        }
      }
    }
  }
}
