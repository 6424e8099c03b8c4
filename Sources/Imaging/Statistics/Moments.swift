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
    self.init(limit: limit) { body in values.withUnsafeBufferPointer(body) }
  }

  /// The moments of values that are gone through twice, piece by piece; where the pieces end changes
  /// no digit of them.
  package init<Failure: Error>(
    limit: Float, passes: ((UnsafeBufferPointer<Float>) -> Void) throws(Failure) -> Void
  ) throws(Failure) {
    var first = 0.0
    var total = StrandSum()
    var count = 0
    try passes { values in
      guard let start = values.first else { return }
      if count == 0 { first = Double(Swift.min(start, limit)) }
      count += values.count
      total.add(values) { Double($0 < limit ? $0 : limit) - first }
    }
    guard count > 0 else { return }
    let mean = first + total.value / Double(count)
    var distances = StrandSum()
    try passes { values in
      distances.add(values) {
        let distance = Double($0 < limit ? $0 : limit) - mean
        return distance * distance
      }
    }
    self.count = count
    self.mean = mean
    squares = distances.value
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

/// A sum over many values in four strands, so that additions need not wait in line; the values come
/// in pieces of any length, and the sum is that of one piece.
private struct StrandSum {
  private var strands = SIMD4<Double>()
  /// Terms that do not make four yet.
  private var waiting = SIMD4<Double>()
  private var waitingCount = 0

  /// The sum of all terms so far.
  var value: Double {
    (0..<waitingCount).reduce(strands.sum()) { $0 + waiting[$1] }
  }

  /// Adds the terms of more values.
  @inline(__always)
  mutating func add(_ values: UnsafeBufferPointer<Float>, _ term: (Float) -> Double) {
    var index = 0
    while waitingCount > 0, index < values.count {
      wait(for: term(values[index]))
      index += 1
    }
    var strands = strands
    let whole = index + (values.count - index) & ~3
    while index < whole {
      strands += SIMD4(
        term(values[index]), term(values[index + 1]), term(values[index + 2]),
        term(values[index + 3]))
      index += 4
    }
    self.strands = strands
    for value in values[whole...] { wait(for: term(value)) }
  }

  private mutating func wait(for term: Double) {
    waiting[waitingCount] = term
    waitingCount += 1
    guard waitingCount == 4 else { return }
    strands += waiting
    waitingCount = 0
  }
}
