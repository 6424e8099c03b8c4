/// The smallest and the largest of some values.
struct ValueRange: Sendable, Equatable {
  /// The smallest; infinite of no values.
  private(set) var least = Float.infinity
  /// The largest; infinite of no values.
  private(set) var greatest = -Float.infinity

  /// Of no values yet.
  init() {}

  /// Of the given values.
  init(_ values: [Float]) { extend(by: values) }

  /// All there are.
  static var unlimited: ValueRange {
    var range = ValueRange()
    (range.least, range.greatest) = (-.infinity, .infinity)
    return range
  }

  /// Takes in more values; NaN is left out.
  mutating func extend(by values: [Float]) {
    var (least, greatest) = (least, greatest)
    values.withUnsafeBufferPointer { values in
      for value in values {
        least = value < least ? value : least
        greatest = value > greatest ? value : greatest
      }
    }
    (self.least, self.greatest) = (least, greatest)
  }

  /// The nearest value inside.
  @inline(__always)
  func clipped(_ value: Float) -> Float { min(max(value, least), greatest) }

  /// Replaces each value by the nearest inside.
  func clip(_ values: inout [Float]) {
    values.withUnsafeMutableBufferPointer { values in
      for index in values.indices { values[index] = clipped(values[index]) }
    }
  }
}
