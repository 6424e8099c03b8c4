extension Plot {
  /// The plot as an SVG file of its own, which stands on a white ground on any page.
  public func svg() -> String {
    let margin = 16.0
    let layout = PlotLayout(self, margin: margin, hasTitle: true)
    var body = Markup.element("title", [:], Markup.escaped(title.onOneLine))
    body += Markup.element("desc", [:], Markup.escaped(summary))
    body += Markup.element(
      "rect",
      [
        "width": SVG.number(layout.width), "height": SVG.number(layout.height), "rx": "6",
        "fill": Palette.page.light,
      ])
    for (number, line) in layout.titleLines.enumerated() {
      body += SVG.text(
        line, x: margin, y: margin + 14 + Double(number) * 21, size: PlotLayout.titleSize,
        isBold: true)
    }
    body += drawing(layout)
    let width = SVG.number(layout.width)
    let height = SVG.number(layout.height)
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      + Markup.element(
        "svg",
        [
          "xmlns": "http://www.w3.org/2000/svg", "width": width, "height": height,
          "viewBox": "0 0 \(width) \(height)", "role": "img", "font-family": SVG.font,
        ], body) + "\n"
  }

  /// The plot as part of a page, which gives its title and, when dark, its colours.
  ///
  /// - Parameter isNarrow: whether it shares the page's width with others
  func inlineSVG(isNarrow: Bool) -> String {
    let layout = PlotLayout(self, width: isNarrow ? 440 : 560, margin: 2, hasTitle: false)
    let isWide = layout.width > 600
    return Markup.element(
      "svg",
      [
        "viewBox": "0 0 \(SVG.number(layout.width)) \(SVG.number(layout.height))",
        // Letters are about as large as those of the page's small print.
        "width": SVG.number((layout.width * 1.1).rounded()), "role": "img",
        "aria-label": title.onOneLine + ". " + summary,
        "class": isWide ? "wide" : isNarrow ? "narrow" : nil,
      ], drawing(layout))
  }

  /// What the plot shows, in a sentence, for whoever cannot see it.
  var summary: String {
    let names = series.map(\.name.onOneLine).filter { !$0.isEmpty }
    let axes = [yAxis.label, xAxis.label].map(\.onOneLine).filter { !$0.isEmpty }
    return "A plot of " + (axes.isEmpty ? "numbers" : axes.joined(separator: " over "))
      + (names.isEmpty ? "" : ": " + names.joined(separator: "; "))
      + (hasData ? "." : "; no data yet.")
  }

  private var hasData: Bool {
    let scales = (
      AxisScale(xAxis, values: series.flatMap(\.points).map(\.x)),
      AxisScale(yAxis, values: series.flatMap(\.points).map(\.y))
    )
    return series.contains { series in
      series.points.contains {
        scales.0.position($0.x) != nil && scales.1.position($0.y) != nil
      }
    }
  }

  private func drawing(_ layout: PlotLayout) -> String {
    let drawing = PlotDrawing(plot: self, layout: layout)
    var body = layout.legend.map { entry in
      drawing.key(entry)
        + SVG.text(
          entry.label, x: entry.x + PlotLayout.keyWidth + 6, y: entry.y, size: PlotLayout.textSize)
    }.joined()
    body += axes(layout)
    guard hasData else {
      return body
        + SVG.text(
          "no data yet", x: (layout.left + layout.right) / 2, y: (layout.top + layout.bottom) / 2,
          size: 15, anchor: .middle, isMuted: true)
    }
    // The inner picture cuts off what lies outside the axes, except for a marker's half.
    let edge = 7.0
    let (x, y) = (SVG.number(layout.left - edge), SVG.number(layout.top - edge))
    let width = SVG.number(layout.right - layout.left + 2 * edge)
    let height = SVG.number(layout.bottom - layout.top + 2 * edge)
    return body
      + Markup.element(
        "svg",
        [
          "x": x, "y": y, "width": width, "height": height,
          "viewBox": "\(x) \(y) \(width) \(height)", "overflow": "hidden",
        ], drawing.series())
  }

  private func axes(_ layout: PlotLayout) -> String {
    var body = ""
    for (number, line) in layout.yLabelLines.enumerated() {
      let below = Double(layout.yLabelLines.count - 1 - number)
      body += SVG.text(
        line, x: layout.margin,
        y: layout.yLabelBottom - below * PlotLayout.lineHeight, isMuted: true)
    }
    for tick in layout.yTicks {
      let y = layout.y(tick.position)
      body += SVG.line(layout.left, y, layout.right, y, color: Palette.line, kind: "grid")
      body += SVG.text(
        tick.label, x: layout.left - 8, y: y + 4, size: PlotLayout.smallSize, anchor: .end,
        isMuted: true)
    }
    // The axis, and zero where values lie on both sides of it.
    var rules = [layout.bottom]
    if yAxis.scale == .linear, let zero = layout.y.position(0), zero > 0, zero < 1 {
      rules.append(layout.y(zero))
    }
    for y in rules {
      body += SVG.line(layout.left, y, layout.right, y, color: Palette.axis, kind: "axis")
    }
    for (tick, lines) in zip(layout.xLabels.ticks, layout.xLabels.lines) {
      let x = layout.x(tick.position)
      body += SVG.line(
        x, layout.bottom, x, layout.bottom + 5, color: Palette.axis, kind: "axis")
      for (number, line) in lines.enumerated() {
        body += SVG.text(
          line, x: layout.xLabels.areTurned ? x + 4 : x,
          y: layout.bottom + (layout.xLabels.areTurned ? 16 : 19) + Double(number) * 15,
          size: PlotLayout.smallSize, anchor: layout.xLabels.areTurned ? .end : .middle,
          isMuted: true, turn: layout.xLabels.areTurned ? PlotLayout.turn : nil)
      }
    }
    for (number, line) in layout.xLabelLines.enumerated() {
      body += SVG.text(
        line, x: (layout.left + layout.right) / 2,
        y: layout.bottom + 8 + layout.xLabels.height + 4
          + Double(number + 1) * PlotLayout.lineHeight - 3,
        anchor: .middle, isMuted: true)
    }
    return body
  }
}
