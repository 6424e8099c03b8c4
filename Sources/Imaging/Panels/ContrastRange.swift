/// The values shown as black and as white.
public struct ContrastRange: Sendable, Equatable {
  /// Shown as black, or as the lower end of a colour map.
  public let low: Float
  /// Shown as white, or as the upper end of a colour map; larger than `low`.
  public let high: Float

  /// A range of two values; equal values are widened upwards.
  public init(low: Float, high: Float) {
    precondition(
      low.isFinite && high.isFinite && low <= high, "a contrast range from \(low) to \(high)")
    self.low = low
    self.high = high > low ? high : max(low + 1, low.nextUp)
  }

  /// The range between two percentiles of all planes together, so that they can be shown with
  /// one contrast and compared.
  ///
  /// Of large planes a regular sample is taken. Values that are not finite are left out.
  ///
  /// - Parameters:
  ///   - planes: the planes, such as a prediction and its target
  ///   - low: percentile shown as black, 0 to 100
  ///   - high: percentile shown as white, `low` to 100
  public static func percentiles(
    of planes: [Plane], low: Double = 0.1, high: Double = 99.8
  ) -> ContrastRange {
    precondition(
      0 <= low && low <= high && high <= 100, "percentiles \(low) and \(high) are not 0 to 100")
    let count = planes.reduce(0) { $0 + $1.values.count }
    // Odd steps do not fall into step with rows of even length.
    let step = max(1, count / 400_000) | 1
    var sample: [Float] = []
    sample.reserveCapacity(count / step + planes.count)
    for plane in planes {
      plane.values.withUnsafeBufferPointer { values in
        for index in stride(from: 0, to: values.count, by: step) where values[index].isFinite {
          sample.append(values[index])
        }
      }
    }
    sample.sort()
    guard let last = sample.indices.last else { return ContrastRange(low: 0, high: 1) }
    func value(_ percentile: Double) -> Float {
      sample[Int((percentile / 100 * Double(last)).rounded())]
    }
    return ContrastRange(low: value(low), high: value(high))
  }

  /// The place of a value within the range, 0 to 1; 0 for NaN.
  func fraction(_ value: Float) -> Float {
    let fraction = (value - low) / (high - low)
    return fraction > 0 ? min(fraction, 1) : 0
  }
}
