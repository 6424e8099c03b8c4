/// A plot of one or more series over a common axis.
///
/// Values that are not finite, larger than 1e300 in size or, on a logarithmic axis, not positive
/// (or below 1e-290) are left out and interrupt a line.
public struct Plot: Sendable {
  /// An axis.
  public struct Axis: Sendable {
    /// What its values mean.
    public enum Scale: Sendable, Equatable {
      /// Equal steps for equal differences.
      case linear
      /// Equal steps for each doubling.
      case log2
      /// Words; a point's `x` is the word's place, counted from 0.
      case categories([String])
    }

    /// What is measured, with its unit.
    public let label: String
    /// What its values mean.
    public let scale: Scale
    /// The values at its ends, what lies outside is cut off; without it the points decide.
    public let range: ClosedRange<Double>?

    /// Makes an axis; a range must be finite, not empty, and positive on a logarithmic axis.
    public init(_ label: String, scale: Scale = .linear, range: ClosedRange<Double>? = nil) {
      if let range {
        let span = range.upperBound - range.lowerBound
        let isWide = span > max(1e-6 * range.magnitude, 1e-290)
        precondition(
          range.magnitude < 1e300 && isWide,
          "an axis from \(range.lowerBound) to \(range.upperBound)")
        precondition(
          scale != .log2 || range.lowerBound >= 1e-290,
          "a logarithmic axis from \(range.lowerBound), which is not above 0")
      }
      self.label = label
      self.scale = scale
      self.range = range
    }

    /// The words of an axis of categories.
    var categories: [String]? {
      guard case .categories(let names) = scale else { return nil }
      return names
    }
  }

  /// A point.
  public struct Point: Sendable, Equatable {
    /// Its place on the horizontal axis.
    public var x: Double
    /// Its place on the vertical axis.
    public var y: Double
    /// How far the error bar reaches up and down, such as a standard deviation over seeds.
    public var error: Double?

    /// Makes a point.
    public init(x: Double, y: Double, error: Double? = nil) {
      self.x = x
      self.y = y
      self.error = error
    }

    /// The error, if it can be drawn.
    var drawnError: Double? { error.flatMap { $0 > 0 && $0 <= 1e300 ? $0 : nil } }
  }

  /// Points that belong together.
  public struct Series: Sendable {
    /// How points are drawn.
    public enum Style: Sendable, Equatable {
      /// Markers joined by a line, in the order of the points.
      case line
      /// Hollow markers joined by a dashed line: numbers to compare with, such as a paper's.
      case dashed
      /// Markers alone.
      case markersOnly
      /// Bars from zero; they need a horizontal axis of categories.
      case bars
    }

    /// What the series is called; without a name it has no place in the legend.
    public let name: String
    /// The points.
    public let points: [Point]
    /// How they are drawn.
    public let style: Style
    /// Whether markers or bars are only outlined, as numbers to compare with.
    public let isHollow: Bool
    /// Which colour and marker, counted from 0; series that belong together may share one.
    public let color: Int?

    /// Makes a series.
    ///
    /// - Parameters:
    ///   - name: what it is called in the legend
    ///   - points: its points
    ///   - style: how they are drawn
    ///   - isHollow: whether markers or bars are only outlined; nil for ``Style/dashed`` alone
    ///   - color: which colour and marker, counted from 0; nil for its place among the series
    public init(
      _ name: String, points: [Point], style: Style = .line, isHollow: Bool? = nil,
      color: Int? = nil
    ) {
      precondition(color ?? 0 >= 0, "colour \(color ?? 0) of series \"\(name)\" is below 0")
      self.name = name
      self.points = points
      self.style = style
      self.isHollow = isHollow ?? (style == .dashed)
      self.color = color
    }
  }

  /// What the plot shows.
  public let title: String
  /// The horizontal axis.
  public let xAxis: Axis
  /// The vertical axis.
  public let yAxis: Axis
  /// The series, in the order of the legend.
  public let series: [Series]
  /// What stands below the plot, such as what the error bars mean.
  public let note: RichText?

  /// Makes a plot.
  ///
  /// The vertical axis has no categories. Over an axis of categories every `x` lies within half a
  /// step of one, and only there can series be bars, which a logarithmic axis excludes.
  public init(
    title: String, xAxis: Axis, yAxis: Axis, series: [Series], note: RichText? = nil
  ) {
    precondition(yAxis.categories == nil, "the vertical axis of \"\(title)\" has categories")
    let hasBars = series.contains { $0.style == .bars }
    precondition(
      !hasBars || (xAxis.categories != nil && yAxis.scale == .linear),
      "bars in \"\(title)\" need categories below them and equal steps beside them")
    if let count = xAxis.categories?.count {
      let limits = -0.5...(Double(count) - 0.5 + (count == 0 ? 1 : 0))
      for point in series.flatMap(\.points) where !limits.contains(point.x) {
        preconditionFailure("a point of \"\(title)\" at \(point.x) of \(count) categories")
      }
    }
    self.title = title
    self.xAxis = xAxis
    self.yAxis = yAxis
    self.series = series
    self.note = note
  }

  /// Which colour and marker each series has.
  var colors: [Int] { series.enumerated().map { $1.color ?? $0 } }
}

extension ClosedRange where Bound == Double {
  /// The larger of the sizes of both ends.
  var magnitude: Double { Swift.max(abs(lowerBound), abs(upperBound)) }
}
