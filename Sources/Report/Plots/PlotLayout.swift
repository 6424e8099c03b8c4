/// Where everything of a plot goes, in units of the user's space.
struct PlotLayout {
  /// A legend's entry and where it begins.
  struct Entry {
    let series: Int
    let x: Double
    let y: Double
    let label: String
  }

  /// How the words below the horizontal axis stand.
  struct TickLabels {
    var ticks: [AxisScale.Tick]
    /// The lines of each label.
    var lines: [[String]]
    /// Whether they are turned since they would touch otherwise.
    var areTurned: Bool
    var height: Double
  }

  static let textSize = 13.0
  static let smallSize = 12.0
  static let lineHeight = 17.0
  static let titleSize = 15.0
  /// The length of a legend's picture of a series.
  static let keyWidth = 28.0
  /// By how many degrees labels are turned.
  static let turn = -40.0

  /// The room on all sides.
  let margin: Double
  let width: Double
  let height: Double
  let left: Double
  let right: Double
  let top: Double
  let bottom: Double
  let titleLines: [String]
  let legend: [Entry]
  let yLabelLines: [String]
  let xLabelLines: [String]
  let x: AxisScale
  let y: AxisScale
  let xLabels: TickLabels
  let yTicks: [AxisScale.Tick]
  /// The baseline of the vertical axis's label, whose last line is there.
  let yLabelBottom: Double

  /// - Parameters:
  ///   - plot: the plot
  ///   - width: the least width; many bars take more
  ///   - margin: the room on all sides
  ///   - hasTitle: whether the title is part of the picture
  init(_ plot: Plot, width: Double = 560, margin: Double, hasTitle: Bool) {
    self.margin = margin
    let points = plot.series.flatMap(\.points)
    x = AxisScale(plot.xAxis, values: points.map(\.x))
    y = AxisScale(
      plot.yAxis,
      values: points.flatMap { point in
        point.drawnError.map { [point.y - $0, point.y, point.y + $0] } ?? [point.y]
      }, includesZero: plot.series.contains { $0.style == .bars }, endsAtTicks: 7)
    yTicks = y.ticks(atMost: 7)

    let bars = plot.series.count { $0.style == .bars }
    let slots = Double((plot.xAxis.categories?.count ?? 0) * (bars + 1))
    let inner = max(width, min(960, 90 + 20 * slots))
    self.width = inner + 2 * margin

    var y = margin
    titleLines =
      hasTitle ? TextSize.wrapped(plot.title, size: Self.titleSize * 1.06, width: inner) : []
    y += Double(titleLines.count) * 21 + (titleLines.isEmpty ? 0 : 8)
    (legend, y) = Self.legend(plot, x: margin, y: y, width: inner)
    yLabelLines = TextSize.wrapped(plot.yAxis.label, size: Self.textSize, width: inner)
    y += Double(yLabelLines.count) * Self.lineHeight
    yLabelBottom = y - 4
    top = y + 14
    bottom = top + 250

    let widest = yTicks.map { TextSize.width($0.label, size: Self.smallSize) }.max() ?? 0
    var left = margin + widest + 12
    var right = margin + inner - 10
    var labels = Self.xLabels(x, width: right - left)
    // The outer labels reach beyond their ticks, the turned ones only to the left.
    if let first = labels.ticks.first, let last = labels.ticks.last {
      let widths = labels.lines.map { lines in
        lines.map { TextSize.width($0, size: Self.smallSize) }.max() ?? 0
      }
      let room = right - left
      let before = (widths.first ?? 0) * (labels.areTurned ? 0.77 : 0.5)
      let after = labels.areTurned ? 0 : (widths.last ?? 0) * 0.5
      left = max(left, margin + before - first.position * room)
      right = min(right, margin + inner - after + (1 - last.position) * room)
      labels = Self.xLabels(x, width: right - left)
    }
    self.left = left
    self.right = right
    xLabels = labels
    xLabelLines = TextSize.wrapped(
      plot.xAxis.label, size: Self.textSize, width: right - left)
    height =
      bottom + 8 + labels.height + Double(xLabelLines.count) * Self.lineHeight
      + (xLabelLines.isEmpty ? 0 : 4) + margin
  }

  /// Where a position on the horizontal axis lies.
  func x(_ position: Double) -> Double { left + position * (right - left) }

  /// Where a position on the vertical axis lies.
  func y(_ position: Double) -> Double { bottom - position * (bottom - top) }

  private static func legend(
    _ plot: Plot, x margin: Double, y top: Double, width: Double
  ) -> (entries: [Entry], bottom: Double) {
    var entries: [Entry] = []
    var x = margin
    var y = top
    for (number, series) in plot.series.enumerated() where !series.name.isEmpty {
      let label = TextSize.shortened(
        series.name.onOneLine, size: textSize, width: width - keyWidth - 8)
      let length = keyWidth + 6 + TextSize.width(label, size: textSize)
      if x > margin, x + length > margin + width {
        x = margin
        y += lineHeight + 4
      }
      entries.append(Entry(series: number, x: x, y: y + 13, label: label))
      x += length + 16
    }
    return (entries, entries.isEmpty ? top : y + lineHeight + 12)
  }

  private static func xLabels(_ scale: AxisScale, width: Double) -> TickLabels {
    // Numbers: as many as stand beside each other.
    for count in [8, 6, 5, 4, 3, 2] {
      let ticks = scale.ticks(atMost: count)
      if !fit(ticks.map { [$0.label] }, ticks, width: width) { continue }
      return TickLabels(
        ticks: ticks, lines: ticks.map { [$0.label.onOneLine] }, areTurned: false,
        height: ticks.isEmpty ? 0 : lineHeight)
    }
    // Words: in lines, else turned, and not all of them when even so they would touch.
    var ticks = scale.ticks(atMost: 2)
    let room = width / Double(max(1, ticks.count)) - 8
    let lines = ticks.map { TextSize.wrapped($0.label, size: smallSize, width: room) }
    let most = lines.map(\.count).max() ?? 0
    if most <= 3, fit(lines, ticks, width: width) {
      return TickLabels(
        ticks: ticks, lines: lines, areTurned: false, height: Double(most) * 15 + 2)
    }
    let stride = Int((18 / (width / Double(max(1, ticks.count)))).rounded(.up))
    ticks = ticks.enumerated().filter { $0.offset % max(1, stride) == 0 }.map(\.element)
    let short = ticks.map { TextSize.shortened($0.label.onOneLine, size: smallSize, width: 150) }
    let longest = short.map { TextSize.width($0, size: smallSize) }.max() ?? 0
    return TickLabels(
      ticks: ticks, lines: short.map { [$0] }, areTurned: true, height: longest * 0.65 + 12)
  }

  /// Whether labels under their ticks keep apart.
  private static func fit(
    _ labels: [[String]], _ ticks: [AxisScale.Tick], width: Double
  ) -> Bool {
    var end = -Double.infinity
    for (lines, tick) in zip(labels, ticks) {
      let half = (lines.map { TextSize.width($0, size: smallSize) }.max() ?? 0) / 2
      let middle = tick.position * width
      if middle - half < end + 8 { return false }
      end = middle + half
    }
    return true
  }
}
