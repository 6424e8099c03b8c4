/// Mean and variance of many pixels, gathered image by image in double precision.
public struct Moments: Sendable, Equatable {
  /// Pixels seen.
  public private(set) var count = 0
  /// Their mean; 0 when there are none.
  public private(set) var mean = 0.0
  /// Sum of the squared distances from the mean.
  private var squares = 0.0

  /// Variance over all pixels (divided by their number); 0 when there are none.
  public var variance: Double { count > 0 ? squares / Double(count) : 0 }
  /// Standard deviation over all pixels (divided by their number).
  public var standardDeviation: Double { variance.squareRoot() }

  /// The moments of nothing.
  public init() {}

  /// The moments of values, each first replaced by `limit` where it is larger.
  public init(_ values: [Float], limit: Float = .infinity) {
    guard !values.isEmpty else { return }
    count = values.count
    values.withUnsafeBufferPointer { values in
      let first = Double(Swift.min(values[0], limit))
      let mean = first + sum(values) { Double($0 < limit ? $0 : limit) - first } / Double(count)
      self.mean = mean
      squares = sum(values) {
        let distance = Double($0 < limit ? $0 : limit) - mean
        return distance * distance
      }
    }
  }

  /// Adds other pixels' moments.
  public mutating func add(_ other: Moments) {
    guard other.count > 0 else { return }
    let total = Double(count + other.count)
    let distance = other.mean - mean
    squares += other.squares + distance * distance * Double(count) * Double(other.count) / total
    mean += distance * Double(other.count) / total
    count += other.count
  }
}

/// The sum of `term` over the values, in four strands so that additions need not wait in line.
@inline(__always)
private func sum(_ values: UnsafeBufferPointer<Float>, _ term: (Float) -> Double) -> Double {
  var strands = SIMD4<Double>()
  let whole = values.count & ~3
  var index = 0
  while index < whole {
    strands += SIMD4(
      term(values[index]), term(values[index + 1]), term(values[index + 2]),
      term(values[index + 3]))
    index += 4
  }
  var total = strands.sum()
  for value in values[whole...] { total += term(value) }
  return total
}
