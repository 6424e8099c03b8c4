/// Brings predicted deviations of one channel to the size of the errors that are made there.
///
/// Knots are bins of pixels of a calibration curve, made to rise; between them lie straight lines,
/// and beyond them deviations are multiplied as at the nearest knot.
public struct DeviationScale: Codable, Equatable, Sendable {
  /// Predicted deviations, rising, in deviations of the target.
  public var predicted: [Double]
  /// The root of the mean squared error where they were predicted, rising.
  public var real: [Double]

  /// A scale of knots.
  public init(predicted: [Double], real: [Double]) {
    self.predicted = predicted
    self.real = real
  }

  /// A scale as it is written, or a number: the same factor for all.
  public init(from decoder: any Decoder) throws {
    if let factor = try? decoder.singleValueContainer().decode(Double.self) {
      self.init(factor: factor)
    } else {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      self.init(
        predicted: try container.decode([Double].self, forKey: .predicted),
        real: try container.decode([Double].self, forKey: .real))
    }
  }

  /// The same factor for all.
  public init(factor: Double) { self.init(predicted: [1], real: [factor]) }

  /// The scale that makes a curve right; nil where nothing was predicted or no error made.
  ///
  /// Neighbouring bins whose errors fall while their deviations rise become one (pooling adjacent
  /// violators; Ayer et al., 1955, "An empirical distribution function for sampling with incomplete
  /// information").
  public init?(_ curve: CalibrationCurve) {
    var pools: [CalibrationCurve.Bin] = []
    for bin in curve.bins where bin.deviation > 0 && bin.deviation.isFinite {
      pools.append(bin)
      while let last = pools.last, let before = pools.dropLast().last, before.error >= last.error {
        pools.removeLast(2)
        pools.append(before.pooled(with: last))
      }
    }
    pools.removeAll { $0.error <= 0 || !$0.error.isFinite }
    guard !pools.isEmpty else { return nil }
    self.init(predicted: pools.map(\.deviation), real: pools.map(\.error))
  }

  /// The smallest and the largest factor at a knot.
  public var factors: ClosedRange<Double> {
    let factors = zip(predicted, real).map { $1 / $0 }
    guard let least = factors.min(), let most = factors.max() else { return 1...1 }
    return least...most
  }

  /// Whether it has knots, and they are positive, finite and rising.
  package var isUsable: Bool {
    predicted.count == real.count && !predicted.isEmpty
      && [predicted, real].allSatisfy { values in
        values.allSatisfy { $0 > 0 && $0.isFinite } && zip(values, values.dropFirst()).allSatisfy(<)
      }
  }

  /// Scales deviations in place.
  func apply(to deviations: UnsafeMutableBufferPointer<Float>) {
    let (first, last) = (Float(predicted[0]), Float(predicted[predicted.count - 1]))
    let low = Float(real[0]) / first
    let high = Float(real[real.count - 1]) / last
    let starts = predicted.map(Float.init)
    let lines = zip(zip(predicted, predicted.dropFirst()), zip(real, real.dropFirst())).map {
      let slope = ($1.1 - $1.0) / ($0.1 - $0.0)
      return (slope: Float(slope), offset: Float($1.0 - slope * $0.0))
    }
    for index in deviations.indices {
      let value = deviations[index]
      if value <= first {
        deviations[index] = value * low
      } else if value >= last || value.isNaN {
        deviations[index] = value * high
      } else {
        var (below, above) = (0, starts.count - 1)
        while above - below > 1 {
          let middle = (below + above) / 2
          if starts[middle] <= value { below = middle } else { above = middle }
        }
        deviations[index] = value * lines[below].slope + lines[below].offset
      }
    }
  }
}

extension CalibrationCurve.Bin {
  /// The bin of the pixels of both.
  fileprivate func pooled(with other: Self) -> Self {
    let weights = (Double(pixels), Double(other.pixels))
    func mean(_ part: KeyPath<Self, Double>) -> Double {
      let (own, others) = (self[keyPath: part], other[keyPath: part])
      return ((weights.0 * own * own + weights.1 * others * others) / (weights.0 + weights.1))
        .squareRoot()
    }
    return Self(
      pixels: pixels + other.pixels, deviation: mean(\.deviation), error: mean(\.error))
  }
}
