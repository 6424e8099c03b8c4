/// The `q` quantile with linear interpolation between the two nearest values, as numpy's default.
///
/// NaN sorts above infinity. `q` lies within 0...1.
public func quantile(_ values: [Float], _ q: Double) -> Double {
  quantile(count: values.count, q) { body in values.withUnsafeBufferPointer(body) }
}

/// The `q` quantile over the pixels of all planes together.
public func quantile(_ planes: [Plane], _ q: Double) -> Double {
  quantile(count: planes.reduce(0) { $0 + $1.values.count }, q) { body in
    for plane in planes { plane.values.withUnsafeBufferPointer(body) }
  }
}

/// The `q` quantile of values that are gone through piece by piece, up to three times, in 1 MiB of
/// memory however many there are.
///
/// - Parameters:
///   - count: number of values
///   - isSixteenBit: whether all are whole numbers from -32768 to 65535; once is enough then
///   - passes: goes through all values
/// - Throws: what `passes` throws.
package func quantile<Failure: Error>(
  count: Int, _ q: Double, isSixteenBit: Bool = false,
  passes: ((UnsafeBufferPointer<Float>) -> Void) throws(Failure) -> Void
) throws(Failure) -> Double {
  precondition(count > 0, "a quantile of no values")
  precondition(q >= 0 && q <= 1, "quantile \(q) is outside of 0...1")
  let position = q * Double(count - 1)
  let lower = min(Int(position), count - 1)
  let upper = min(lower + 1, count - 1)
  let fraction = position - Double(lower)
  let (a, b) =
    try isSixteenBit
    ? wholeOrderStatistics(lower, upper, passes) : orderStatistics(lower, upper, passes)
  // Interpolate from the nearer end, so that q = 1 is exactly the largest value.
  if a == b || fraction == 0 { return a }
  return fraction < 0.5 ? a + (b - a) * fraction : b - (b - a) * (1 - fraction)
}

/// The values of ranks `lower` and `upper` among whole numbers of 16 bits, both counted from 0.
private func wholeOrderStatistics<Failure: Error>(
  _ lower: Int, _ upper: Int,
  _ passes: ((UnsafeBufferPointer<Float>) -> Void) throws(Failure) -> Void
) throws(Failure) -> (Double, Double) {
  let least = -32768
  let counts = try histogram(bins: 65536 - least, passes) { Int($0) - least }
  return (
    Double(locate(lower, in: counts).bin + least), Double(locate(upper, in: counts).bin + least)
  )
}

/// The values of ranks `lower` and `upper` among all values, both counted from 0.
private func orderStatistics<Failure: Error>(
  _ lower: Int, _ upper: Int,
  _ passes: ((UnsafeBufferPointer<Float>) -> Void) throws(Failure) -> Void
) throws(Failure) -> (Double, Double) {
  let bins = 1 << 16
  func select(_ rank: Int, _ low: [Int], _ bin: Int, _ before: Int) -> Double {
    let (lowBin, _) = locate(rank - before, in: low)
    return Double(Float(orderedKey: UInt32(bin) << 16 | UInt32(lowBin)))
  }
  let high = try histogram(bins: bins, passes) { Int($0.orderedKey >> 16) }
  let (lowerBin, lowerBefore) = locate(lower, in: high)
  let (upperBin, upperBefore) = locate(upper, in: high)
  /// Counts of the lower halves of the keys whose upper half is `bin`; the others are not counted.
  func lowerHalves(_ bin: Int) throws(Failure) -> [Int] {
    try histogram(bins: bins, passes) {
      let key = $0.orderedKey
      return Int(key >> 16) == bin ? Int(key & 0xFFFF) : bins
    }
  }
  let low = try lowerHalves(lowerBin)
  let a = select(lower, low, lowerBin, lowerBefore)
  if upper == lower { return (a, a) }
  if upperBin == lowerBin { return (a, select(upper, low, upperBin, upperBefore)) }
  return (a, select(upper, try lowerHalves(upperBin), upperBin, upperBefore))
}

/// The bin that holds the value of the given rank, and how many values lie in the bins before.
private func locate(_ rank: Int, in histogram: [Int]) -> (bin: Int, before: Int) {
  var before = 0
  for (bin, count) in histogram.enumerated() {
    if rank < before + count { return (bin, before) }
    before += count
  }
  preconditionFailure("rank \(rank) among \(before) values")
}

/// How many values fall into each bin; what `bin` sorts into number `bins` is not counted.
@inline(__always)
private func histogram<Failure: Error>(
  bins: Int, _ passes: ((UnsafeBufferPointer<Float>) -> Void) throws(Failure) -> Void,
  bin: @escaping (Float) -> Int
) throws(Failure) -> [Int] {
  var counts = [Int](repeating: 0, count: bins + 1)
  try passes { values in
    counts.withUnsafeMutableBufferPointer { counts in
      for value in values { counts[bin(value)] += 1 }
    }
  }
  counts.removeLast()
  return counts
}

extension Float {
  /// Bits that compare as unsigned numbers the way the values do.
  fileprivate var orderedKey: UInt32 {
    bitPattern & 0x8000_0000 == 0 ? bitPattern | 0x8000_0000 : ~bitPattern
  }

  /// The value with the given key.
  fileprivate init(orderedKey key: UInt32) {
    self.init(bitPattern: key & 0x8000_0000 == 0 ? ~key : key & 0x7FFF_FFFF)
  }
}
