import Foundation

/// Where an axis's values lie between its ends.
struct AxisScale {
  /// A place on the axis with its words.
  struct Tick: Equatable {
    /// 0 at the axis's beginning, 1 at its end.
    let position: Double
    let label: String
  }

  /// The ends: values, exponents of two, or places among the categories; nil without any value.
  let range: ClosedRange<Double>?
  private let scale: Plot.Axis.Scale

  /// Finds the ends.
  ///
  /// - Parameters:
  ///   - axis: the axis
  ///   - values: all that is to be seen
  ///   - includesZero: whether zero is to be seen too, as by bars
  ///   - ticks: the most ticks; when given, the ends are at ticks
  init(
    _ axis: Plot.Axis, values: [Double], includesZero: Bool = false, endsAtTicks ticks: Int? = nil
  ) {
    scale = axis.scale
    if case .categories(let names) = axis.scale {
      range = names.isEmpty ? nil : -0.5...(Double(names.count) - 0.5)
      return
    }
    let isLog = axis.scale == .log2
    if let given = axis.range {
      range = isLog ? log2(given.lowerBound)...log2(given.upperBound) : given
      return
    }
    var drawn = values.compactMap { Self.onAxis($0, axis.scale) }
    if includesZero, !drawn.isEmpty { drawn.append(0) }
    guard let low = drawn.min(), let high = drawn.max() else {
      range = nil
      return
    }
    let size = max(abs(low), abs(high), isLog ? 1 : 0)
    let span = high - low
    guard span > 1e-6 * size, span > 1e-300 else {
      // All values are equal: some room around them, in which a tick or two lie.
      let isWhole = low == low.rounded() || size < 1e-290
      let room = isLog ? 1 : max(size * 0.05, isWhole ? 1 : 0)
      range = (low - room)...(high + room)
      return
    }
    if let ticks, !isLog {
      range = Self.ends(low...high, atMost: ticks)
    } else {
      let room = span * (includesZero ? 0 : 0.04)
      range = (low - room)...(high + room)
    }
  }

  /// Where a value lies, 0 at the beginning and 1 at the end; nil when it cannot be drawn.
  func position(_ value: Double) -> Double? {
    guard let range, let place = Self.onAxis(value, scale) else { return nil }
    return (place - range.lowerBound) / (range.upperBound - range.lowerBound)
  }

  /// At most so many ticks, or the two that a short logarithmic axis needs.
  func ticks(atMost count: Int) -> [Tick] {
    guard let range else { return [] }
    switch scale {
    case .categories(let names):
      return names.enumerated().map {
        Tick(position: position(Double($0)) ?? 0, label: $1)
      }
    case .linear:
      return linear(range, atMost: count).map {
        Tick(position: position($0.value) ?? 0, label: $0.label)
      }
    case .log2:
      let first = Int(ceil(range.lowerBound - 1e-9))
      let last = Int(floor(range.upperBound + 1e-9))
      guard last > first else {
        return linear(exp2(range.lowerBound)...exp2(range.upperBound), atMost: count).compactMap {
          tick in position(tick.value).map { Tick(position: $0, label: tick.label) }
        }
      }
      let least = (last - first) / max(1, count) + 1
      let every = [1, 2, 3, 4, 5, 10, 20, 50, 100, 200, 500].first { $0 >= least } ?? 1000
      let asNumbers = first >= -3 && last <= 16
      let exponents = (first...last).filter { $0.isMultiple(of: every) }
      return exponents.map { exponent in
        Tick(
          position: position(exp2(Double(exponent))) ?? 0,
          label: NumberText.powerOf2(exponent, asNumber: asNumbers))
      }
    }
  }

  private func linear(
    _ range: ClosedRange<Double>, atMost count: Int
  ) -> [(value: Double, label: String)] {
    let step = Self.step(span: range.upperBound - range.lowerBound, atMost: count)
    let first = Int(ceil(range.lowerBound / step - 1e-9))
    let last = Int(floor(range.upperBound / step + 1e-9))
    guard first <= last else { return [] }
    let largest = Double(max(abs(first), abs(last))) * step
    return (first...last).map {
      let value = Double($0) * step
      return (value, NumberText.tick(value, step: step, largest: largest))
    }
  }

  /// The range made larger so that it ends at ticks, of which there are at most `count` and one.
  private static func ends(_ range: ClosedRange<Double>, atMost count: Int) -> ClosedRange<Double> {
    var wide = range
    while true {
      let step = step(span: wide.upperBound - wide.lowerBound, atMost: count)
      let low = floor(range.lowerBound / step + 1e-9)
      let high = ceil(range.upperBound / step - 1e-9)
      wide = (low * step)...(high * step)
      // The ends may lie so far out that fewer, larger steps are needed.
      if high - low <= Double(count) { return wide }
    }
  }

  /// The smallest of 1, 2 and 5 times a power of ten of which at most `count` fit into a span.
  static func step(span: Double, atMost count: Int) -> Double {
    let least = span / Double(max(1, count))
    let power = pow(10, floor(log10(least)))
    return [1, 2, 5, 10].map { $0 * power }.first { $0 >= least * (1 - 1e-9) } ?? 10 * power
  }

  private static func onAxis(_ value: Double, _ scale: Plot.Axis.Scale) -> Double? {
    guard abs(value) <= 1e300 else { return nil }
    guard scale == .log2 else { return value }
    return value >= 1e-290 ? log2(value) : nil
  }
}
