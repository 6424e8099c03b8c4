import Foundation

extension ImageMetrics {
  /// Weights of the scales, finest first (Wang, Simoncelli and Bovik 2003, section 3.2).
  static let scaleWeights = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333]

  /// Multi-scale structural similarity.
  ///
  /// After Wang, Simoncelli and Bovik, Asilomar Conference on Signals, Systems and Computers, 2003.
  /// The product over five scales, each half as large as the one before, of the mean contrast and
  /// structure term to the power of the scale's weight; at the coarsest scale the luminance term
  /// takes part. Gaussian windows of 11 × 11 pixels (standard deviation 1.5) that lie inside the
  /// image, K1 = 0.01, K2 = 0.03; scales are means of 2 × 2 pixels, an odd last row or column is
  /// left out. A negative mean counts as 0.
  ///
  /// An image that is too small for five scales has as many as fit (``msSSIMScales(height:width:)``)
  /// and their weights divided by their sum. `dataRange` is the range of values, that of the target
  /// when nil. The result is nil for images with a side below 11 pixels and for a range of 0.
  public static func msSSIM(
    target: Plane, prediction: Plane, dataRange: Double? = nil
  ) -> Double? {
    check(target, prediction)
    let range = dataRange ?? range(of: target)
    let count = msSSIMScales(height: target.height, width: target.width)
    guard count > 0, range > 0 else { return nil }
    let weights = scaleWeights.prefix(count)
    let total = weights.reduce(0, +)
    var pair = ImagePair(target, prediction)
    var result = 1.0
    for (scale, weight) in weights.enumerated() {
      if scale > 0 { pair = pair.halved() }
      let means = pair.similarity(range: range)
      let mean = scale == count - 1 ? means.whole : means.contrastAndStructure
      result *= pow(max(mean, 0), weight / total)
    }
    return result
  }

  /// Scales that an image is large enough for, 5 at most: the coarsest holds a window of 11 × 11.
  public static func msSSIMScales(height: Int, width: Int) -> Int {
    let side = min(height, width)
    return (0..<scaleWeights.count).prefix { side >> $0 >= ImagePair.window.count }.count
  }
}

/// Two images of the same size in double precision.
private struct ImagePair {
  /// A Gaussian of standard deviation 1.5 over 11 pixels, with the sum 1.
  static let window: [Double] = {
    let values = (-5...5).map { exp(-Double($0 * $0) / (2 * 1.5 * 1.5)) }
    let sum = values.reduce(0, +)
    return values.map { $0 / sum }
  }()

  let height: Int
  let width: Int
  let x: [Double]
  let y: [Double]

  init(_ target: Plane, _ prediction: Plane) {
    self.init(
      height: target.height, width: target.width, x: target.values.map(Double.init),
      y: prediction.values.map(Double.init))
  }

  private init(height: Int, width: Int, x: [Double], y: [Double]) {
    self.height = height
    self.width = width
    self.x = x
    self.y = y
  }

  /// Means of 2 × 2 pixels.
  func halved() -> ImagePair {
    let (rows, columns) = (height / 2, width / 2)
    func half(_ values: [Double]) -> [Double] {
      var result: [Double] = []
      result.reserveCapacity(rows * columns)
      values.withUnsafeBufferPointer { values in
        for row in 0..<rows {
          let first = 2 * row * width
          for column in 0..<columns {
            let place = first + 2 * column
            let sum = values[place] + values[place + 1]
            result.append((sum + values[place + width] + values[place + width + 1]) / 4)
          }
        }
      }
      return result
    }
    return ImagePair(height: rows, width: columns, x: half(x), y: half(y))
  }

  /// Means over all windows of the similarity and of its contrast and structure term.
  func similarity(range: Double) -> (whole: Double, contrastAndStructure: Double) {
    let (c1, c2) = ((0.01 * range) * (0.01 * range), (0.03 * range) * (0.03 * range))
    let count = Self.window.count
    let columns = width - count + 1
    // Rows of x, y, x², y² and xy after the window along the row, the last 11 of them.
    var ring = [Double](repeating: 0, count: 5 * count * columns)
    var line = [Double](repeating: 0, count: 5 * width)
    var smooth = [Double](repeating: 0, count: 5 * columns)
    var (whole, contrastAndStructure) = (0.0, 0.0)
    for row in 0..<height {
      fill(&line, row: row)
      smoothAlong(line, into: &ring, slot: row % count, columns: columns)
      guard row >= count - 1 else { continue }
      smoothAcross(ring, from: row + 1, into: &smooth, columns: columns)
      smooth.withUnsafeBufferPointer { smooth in
        for column in 0..<columns {
          let (a, b) = (smooth[column], smooth[columns + column])
          let variances =
            smooth[2 * columns + column] + smooth[3 * columns + column] - a * a - b * b
          let covariance = smooth[4 * columns + column] - a * b
          let structure = (2 * covariance + c2) / (variances + c2)
          contrastAndStructure += structure
          whole += structure * (2 * a * b + c1) / (a * a + b * b + c1)
        }
      }
    }
    let windows = Double(columns * (height - count + 1))
    return (whole / windows, contrastAndStructure / windows)
  }

  /// Writes a row's x, y, x², y² and xy.
  private func fill(_ line: inout [Double], row: Int) {
    line.withUnsafeMutableBufferPointer { line in
      x.withUnsafeBufferPointer { x in
        y.withUnsafeBufferPointer { y in
          for column in 0..<width {
            let (a, b) = (x[row * width + column], y[row * width + column])
            line[column] = a
            line[width + column] = b
            line[2 * width + column] = a * a
            line[3 * width + column] = b * b
            line[4 * width + column] = a * b
          }
        }
      }
    }
  }

  /// The window along a row, written to a slot of the ring.
  private func smoothAlong(
    _ line: [Double], into ring: inout [Double], slot: Int, columns: Int
  ) {
    line.withUnsafeBufferPointer { line in
      ring.withUnsafeMutableBufferPointer { ring in
        for quantity in 0..<5 {
          let source = quantity * width
          let target = (quantity * Self.window.count + slot) * columns
          for column in 0..<columns { ring[target + column] = 0 }
          for (tap, weight) in Self.window.enumerated() {
            for column in 0..<columns {
              ring[target + column] += weight * line[source + tap + column]
            }
          }
        }
      }
    }
  }

  /// The window across the ring's rows, the oldest of which lies in slot `first` modulo 11.
  private func smoothAcross(
    _ ring: [Double], from first: Int, into smooth: inout [Double], columns: Int
  ) {
    let count = Self.window.count
    ring.withUnsafeBufferPointer { ring in
      smooth.withUnsafeMutableBufferPointer { smooth in
        for quantity in 0..<5 {
          let target = quantity * columns
          for column in 0..<columns { smooth[target + column] = 0 }
          for (tap, weight) in Self.window.enumerated() {
            let source = (quantity * count + (first + tap) % count) * columns
            for column in 0..<columns {
              smooth[target + column] += weight * ring[source + column]
            }
          }
        }
      }
    }
  }
}
