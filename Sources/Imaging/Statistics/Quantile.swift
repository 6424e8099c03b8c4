/// The `q` quantile with linear interpolation between the two nearest values, as numpy's default.
///
/// NaN sorts above infinity. `q` lies within 0...1.
public func quantile(_ values: [Float], _ q: Double) -> Double {
  quantile(of: [values], q)
}

/// The `q` quantile over the pixels of all planes together.
public func quantile(_ planes: [Plane], _ q: Double) -> Double {
  quantile(of: planes.map(\.values), q)
}

/// Two passes over the data and 1 MiB of memory, however many pixels there are.
private func quantile(of buffers: [[Float]], _ q: Double) -> Double {
  let count = buffers.reduce(0) { $0 + $1.count }
  precondition(count > 0, "a quantile of no values")
  precondition(q >= 0 && q <= 1, "quantile \(q) is outside of 0...1")
  let position = q * Double(count - 1)
  let lower = min(Int(position), count - 1)
  let upper = min(lower + 1, count - 1)
  let fraction = position - Double(lower)
  let (a, b) = orderStatistics(lower, upper, of: buffers)
  // Interpolate from the nearer end, so that q = 1 is exactly the largest value.
  if a == b || fraction == 0 { return a }
  return fraction < 0.5 ? a + (b - a) * fraction : b - (b - a) * (1 - fraction)
}

/// The values of ranks `lower` and `upper` among all values, both counted from 0.
private func orderStatistics(
  _ lower: Int, _ upper: Int, of buffers: [[Float]]
) -> (Double, Double) {
  let high = histogram(of: buffers) { Int($0 >> 16) }
  func select(_ rank: Int, _ low: [Int], _ bin: Int, _ before: Int) -> Double {
    let (lowBin, _) = locate(rank - before, in: low)
    return Double(Float(orderedKey: UInt32(bin) << 16 | UInt32(lowBin)))
  }
  let (lowerBin, lowerBefore) = locate(lower, in: high)
  let (upperBin, upperBefore) = locate(upper, in: high)
  let low = histogram(of: buffers) { Int($0 >> 16) == lowerBin ? Int($0 & 0xFFFF) : discarded }
  let a = select(lower, low, lowerBin, lowerBefore)
  if upper == lower { return (a, a) }
  if upperBin == lowerBin { return (a, select(upper, low, upperBin, upperBefore)) }
  let next = histogram(of: buffers) { Int($0 >> 16) == upperBin ? Int($0 & 0xFFFF) : discarded }
  return (a, select(upper, next, upperBin, upperBefore))
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

/// The bin for values that are not to be counted.
private let discarded = 1 << 16

/// Counts of the 65536 bins that `bin` sorts the ordered keys into.
private func histogram(of buffers: [[Float]], bin: (UInt32) -> Int) -> [Int] {
  var counts = [Int](repeating: 0, count: discarded + 1)
  counts.withUnsafeMutableBufferPointer { counts in
    for values in buffers {
      values.withUnsafeBufferPointer { values in
        for value in values { counts[bin(value.orderedKey)] += 1 }
      }
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
