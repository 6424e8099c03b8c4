/// Draws a plot's series.
struct PlotDrawing {
  /// Series of more points than this are lines without markers.
  static let mostMarkers = 60

  let plot: Plot
  let layout: PlotLayout

  /// All series, bars first so that lines are seen before them.
  func series() -> String {
    let order = plot.series.indices.sorted {
      (plot.series[$0].style == .bars ? 0 : 1, $0) < (plot.series[$1].style == .bars ? 0 : 1, $1)
    }
    return order.map { number in
      let body = plot.series[number].style == .bars ? bars(number) : points(number)
      return SVG.series(plot.colors[number], body)
    }.joined()
  }

  /// The small picture of a series in the legend.
  func key(_ entry: PlotLayout.Entry) -> String {
    let series = plot.series[entry.series]
    let color = plot.colors[entry.series]
    let y = entry.y - 4.5
    let (start, end) = (entry.x, entry.x + PlotLayout.keyWidth)
    if series.style == .bars {
      return SVG.series(
        color, bar(x: start + 7, y: y - 6, width: 14, height: 12, isHollow: series.isHollow))
    }
    var body = ""
    if series.style != .markersOnly {
      body += path("M\(SVG.number(start)) \(SVG.number(y))H\(SVG.number(end))", of: series)
    }
    if hasMarkers(series) {
      body += marker(color, x: (start + end) / 2, y: y, isHollow: series.isHollow, label: nil)
    }
    return SVG.series(color, body)
  }

  // MARK: - Lines and markers

  private func points(_ number: Int) -> String {
    let series = plot.series[number]
    let shift = self.shift(of: number)
    let places = series.points.map { point -> (x: Double, y: Double)? in
      guard let x = layout.x.position(point.x), let y = layout.y.position(point.y) else {
        return nil
      }
      return (layout.x(x) + shift, layout.y(y))
    }
    var body = ""
    if series.style != .markersOnly {
      var line = ""
      var isOpen = false
      for place in places {
        if let place {
          line += (isOpen ? "L" : "M") + SVG.number(place.x) + " " + SVG.number(place.y)
        }
        isOpen = place != nil
      }
      if !line.isEmpty { body += path(line, of: series) }
    }
    for case (let point, let place?) in zip(series.points, places) {
      body += whisker(point, x: place.x, color: nil)
    }
    if hasMarkers(series) {
      for case (let point, let place?) in zip(series.points, places) {
        body += marker(
          plot.colors[number], x: place.x, y: place.y, isHollow: series.isHollow,
          label: label(point, of: series))
      }
    }
    return body
  }

  private func hasMarkers(_ series: Plot.Series) -> Bool {
    series.style == .markersOnly || series.points.count <= Self.mostMarkers
  }

  private func path(_ line: String, of series: Plot.Series) -> String {
    Markup.element(
      "path",
      [
        "d": line, "fill": "none", "stroke": "currentColor",
        "stroke-width": hasMarkers(series) ? "2" : "1.5", "stroke-linejoin": "round",
        "stroke-dasharray": series.style == .dashed ? "5 4" : nil,
      ])
  }

  private func marker(
    _ color: Int, x: Double, y: Double, isHollow: Bool, label: String?
  ) -> String {
    let look =
      isHollow
      ? " fill=\"\(Palette.page.light)\" class=\"page\" stroke=\"currentColor\" stroke-width=\"1.6\""
      : " fill=\"currentColor\" stroke=\"\(Palette.page.light)\" class=\"edge\" stroke-width=\"1\""
    let shape = Marker(color: color).svg(
      x: x, y: y, radius: isHollow ? 4 : 4.5, attributes: look)
    return label.map { Markup.element("g", [:], titled($0) + shape) } ?? shape
  }

  /// By how much the markers of a series stand beside the middle of a category.
  private func shift(of number: Int) -> Double {
    guard let count = plot.xAxis.categories?.count, count > 0 else { return 0 }
    let beside = plot.series.indices.filter { plot.series[$0].style == .markersOnly }
    guard let place = beside.firstIndex(of: number) else { return 0 }
    let room = (layout.right - layout.left) / Double(count) * 0.6
    return (Double(place) - Double(beside.count - 1) / 2) * min(26, room / Double(beside.count))
  }

  // MARK: - Bars

  private func bars(_ number: Int) -> String {
    let series = plot.series[number]
    let beside = plot.series.indices.filter { plot.series[$0].style == .bars }
    guard let count = plot.xAxis.categories?.count, let range = layout.y.range,
      let place = beside.firstIndex(of: number)
    else { return "" }
    let step = (layout.right - layout.left) / Double(max(1, count))
    let slot = min(48, step * 0.8 / Double(beside.count))
    let shift = (Double(place) - Double(beside.count) / 2) * slot
    let zero = layout.y(layout.y.position(min(max(0, range.lowerBound), range.upperBound)) ?? 0)
    var body = ""
    for point in series.points {
      guard let x = layout.x.position(point.x), let y = layout.y.position(point.y) else { continue }
      let start = layout.x(x) + shift + slot * 0.06
      let end = layout.y(y)
      body += Markup.element(
        "g", [:],
        titled(label(point, of: series))
          + bar(
            x: start, y: min(zero, end), width: slot * 0.88, height: abs(end - zero),
            isHollow: series.isHollow)
          + whisker(point, x: start + slot * 0.44, color: Palette.ink))
    }
    return body
  }

  private func bar(
    x: Double, y: Double, width: Double, height: Double, isHollow: Bool
  ) -> String {
    // An outline lies inside the bar that it stands for.
    let inset = isHollow ? 0.8 : 0
    return Markup.element(
      "rect",
      [
        "x": SVG.number(x + inset), "y": SVG.number(y + inset),
        "width": SVG.number(max(0, width - 2 * inset)),
        "height": SVG.number(max(0, height - 2 * inset)),
        "fill": isHollow ? Palette.page.light : "currentColor",
        "class": isHollow ? "page" : nil, "stroke": isHollow ? "currentColor" : nil,
        "stroke-width": isHollow ? "1.6" : nil, "stroke-dasharray": isHollow ? "4 3" : nil,
      ])
  }

  // MARK: - Both

  private func whisker(_ point: Plot.Point, x: Double, color: Palette.Color?) -> String {
    guard let error = point.drawnError, let high = layout.y.position(point.y + error) else {
      return ""
    }
    // On a logarithmic axis the lower end may lie below all that can be drawn.
    let low = layout.y.position(point.y - error) ?? 0
    let (top, bottom) = (SVG.number(layout.y(high)), SVG.number(layout.y(low)))
    let (left, right) = (SVG.number(x - 4), SVG.number(x + 4))
    return Markup.element(
      "path",
      [
        "d":
          "M\(SVG.number(x)) \(top)V\(bottom)M\(left) \(top)H\(right)M\(left) \(bottom)H\(right)",
        "stroke": color?.light ?? "currentColor", "class": color == nil ? nil : "whisker",
        "stroke-width": "1.4", "fill": "none",
      ])
  }

  private func titled(_ label: String) -> String {
    Markup.element("title", [:], Markup.escaped(label))
  }

  /// What a point says: the series, the place and the value.
  private func label(_ point: Plot.Point, of series: Plot.Series) -> String {
    let name = series.name.isEmpty ? "" : series.name.onOneLine + ", "
    return name + plot.words(x: point.x) + ": " + plot.words(point)
  }
}
