/// Pieces of SVG that plots are made of.
enum SVG {
  static let font =
    "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"

  /// A coordinate with at most two decimals; what lies far outside stays near enough to be drawn.
  static func number(_ value: Double) -> String {
    let near = min(max(value.isNaN ? 0 : value, -1e5), 1e5)
    let rounded = (near * 100).rounded() / 100
    let whole = Int(rounded)
    return Double(whole) == rounded ? String(whole) : String(rounded)
  }

  /// Where text stands with respect to its place.
  enum Anchor: String {
    case start, middle, end
  }

  /// A line of text.
  static func text(
    _ text: String, x: Double, y: Double, size: Double = 13, anchor: Anchor = .start,
    isBold: Bool = false, isMuted: Bool = false, turn: Double? = nil
  ) -> String {
    let color = isMuted ? Palette.muted : Palette.ink
    return Markup.element(
      "text",
      [
        "x": number(x), "y": number(y), "font-size": number(size),
        "text-anchor": anchor == .start ? nil : anchor.rawValue,
        "font-weight": isBold ? "600" : nil,
        "transform": turn.map { "rotate(\(number($0)) \(number(x)) \(number(y)))" },
        "fill": color.light, "class": isMuted ? "muted" : "ink",
      ], Markup.escaped(text.onOneLine))
  }

  /// A straight line in one of the page's colours.
  static func line(
    _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, color: Palette.Color, kind: String
  ) -> String {
    Markup.element(
      "line",
      [
        "x1": number(x1), "y1": number(y1), "x2": number(x2), "y2": number(y2),
        "stroke": color.light, "class": kind,
      ])
  }

  /// A group in the colour of a series.
  static func series(_ color: Int, _ content: String) -> String {
    let place = color % Palette.series.count
    return Markup.element(
      "g", ["color": Palette.series[place].light, "class": "c\(place)"], content)
  }
}
