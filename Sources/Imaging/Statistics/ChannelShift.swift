/// By how much two channels of the same fields are apart.
///
/// Structures differ, but where one ends another often begins: the edges of both are compared, the
/// magnitudes of the gradients.
public struct ChannelShift: Sendable, Equatable {
  /// Rows by which the second channel has to move to fit the first best.
  public let rows: Int
  /// Columns by which it has to move.
  public let columns: Int
  /// Correlation of the edges once it has moved, -1 to 1.
  public let correlation: Double
  /// Correlation of the edges as they are.
  public let unmoved: Double

  /// Whether the edges fit clearly better once the second channel has moved by more than a pixel.
  public var isClear: Bool {
    rows * rows + columns * columns > 2 && correlation > 0.1 && correlation > 1.1 * unmoved + 0.02
  }

  /// Pixels below which a correlation may be chance.
  private static let fewPixels = 20_000

  /// Tries all shifts up to some pixels.
  ///
  /// - Parameters:
  ///   - pairs: planes of both channels, of the same sizes
  ///   - reach: the largest shift, in pixels
  /// - Returns: nil where all planes together are too small to tell, or show nothing
  public init?(_ pairs: [(first: Plane, second: Plane)], reach: Int = 8) {
    let edges = pairs.compactMap { pair -> (Plane, Plane)? in
      guard pair.first.height > 4 * reach, pair.first.width > 4 * reach else { return nil }
      return (pair.first.edges, pair.second.edges)
    }
    let pixels = edges.reduce(0) {
      $0 + ($1.0.height - 2 * reach) * ($1.0.width - 2 * reach)
    }
    guard pixels >= Self.fewPixels else { return nil }
    var best: (rows: Int, columns: Int, value: Double)?
    var unmoved: Double?
    for rows in -reach...reach {
      for columns in -reach...reach {
        var sums = PairSums()
        for (first, second) in edges {
          sums.add(first, second, rows: rows, columns: columns, margin: reach)
        }
        guard let value = sums.correlation else { continue }
        if rows == 0, columns == 0 { unmoved = value }
        if best.map({ value > $0.value }) ?? true { best = (rows, columns, value) }
      }
    }
    guard let best, let unmoved else { return nil }
    self.rows = best.rows
    self.columns = best.columns
    self.correlation = best.value
    self.unmoved = unmoved
  }
}

/// What a correlation is made of.
private struct PairSums {
  private var (count, x, y, xx, yy, xy) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)

  /// Takes in the pixels of one image that are away from its border, and those of the other that are
  /// so many rows and columns before them.
  mutating func add(_ first: Plane, _ second: Plane, rows: Int, columns: Int, margin: Int) {
    let length = first.width - 2 * margin
    first.values.withUnsafeBufferPointer { a in
      second.values.withUnsafeBufferPointer { b in
        for row in margin..<first.height - margin {
          let one = row * first.width + margin
          let other = (row - rows) * first.width + margin - columns
          var (x, y, xx, yy, xy) = (Float(0), Float(0), Float(0), Float(0), Float(0))
          for k in 0..<length {
            let (p, q) = (a[one + k], b[other + k])
            x += p
            y += q
            xx += p * p
            yy += q * q
            xy += p * q
          }
          self.x += Double(x)
          self.y += Double(y)
          self.xx += Double(xx)
          self.yy += Double(yy)
          self.xy += Double(xy)
        }
      }
    }
    count += Double(length * (first.height - 2 * margin))
  }

  var correlation: Double? {
    let first = xx / count - x / count * x / count
    let second = yy / count - y / count * y / count
    guard count > 0, first > 0, second > 0 else { return nil }
    return (xy / count - x / count * y / count) / (first * second).squareRoot()
  }
}

extension Plane {
  /// The magnitudes of the gradient after a slight blur, 0 at the border, in standard deviations of the
  /// plane; the root of them, so that single bright edges do not decide.
  fileprivate var edges: Plane {
    let moments = Moments(values)
    let factor = moments.variance > 0 ? Float(1 / moments.standardDeviation) : 0
    var result = Plane(height: height, width: width)
    values.withUnsafeBufferPointer { pixels in
      result.values.withUnsafeMutableBufferPointer { edges in
        for row in stride(from: 2, to: height - 2, by: 1) {
          for column in stride(from: 2, to: width - 2, by: 1) {
            // Differences of 3 × 3 sums that overlap: Prewitt's operator, smoothed.
            func sum(_ y: Int, _ x: Int) -> Float {
              var sum: Float = 0
              for dy in -1...1 {
                for dx in -1...1 { sum += pixels[(row + y + dy) * width + column + x + dx] }
              }
              return sum
            }
            let across = sum(0, 1) - sum(0, -1)
            let down = sum(1, 0) - sum(-1, 0)
            let magnitude = (across * across + down * down).squareRoot() * factor / 9
            edges[row * width + column] = magnitude.squareRoot()
          }
        }
      }
    }
    return result
  }
}
