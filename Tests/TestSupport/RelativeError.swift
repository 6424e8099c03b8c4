/// The largest `|a - b|` divided by the larger of the largest `|b|` and `floor`.
///
/// Zero when all differences are zero, infinite when only one side has a NaN somewhere or both
/// hold different infinities.
public func relativeError(_ a: [Float], _ b: [Float], floor: Double = 0) -> Double {
  relativeError(a.map(Double.init), b.map(Double.init), floor: floor)
}

/// The largest `|a - b|` divided by the larger of the largest `|b|` and `floor`.
///
/// Zero when all differences are zero, infinite when only one side has a NaN somewhere or both
/// hold different infinities.
public func relativeError(_ a: [Double], _ b: [Double], floor: Double = 0) -> Double {
  precondition(a.count == b.count, "comparing \(a.count) numbers with \(b.count)")
  var difference = 0.0
  var scale = floor
  for (x, y) in zip(a, b) where x != y && !(x.isNaN && y.isNaN) {
    let distance = abs(x - y)
    guard distance.isFinite else { return .infinity }
    difference = max(difference, distance)
  }
  for y in b where y.isFinite { scale = max(scale, abs(y)) }
  return difference == 0 ? 0 : difference / scale
}
