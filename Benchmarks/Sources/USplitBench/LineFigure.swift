import Foundation

/// One line over whole numbers, as SVG with axes; readable on light and dark pages.
struct LineFigure {
  let title: String
  let subtitle: String
  let horizontal: String
  let vertical: String
  let values: [Double]

  private let width = 720.0
  private let height = 400.0
  private let left = 72.0
  private let right = 24.0
  private let top = 64.0
  private let bottom = 56.0

  /// The figure.
  var svg: String {
    let ticks = Self.ticks(upTo: max(values.max() ?? 1, 1e-9))
    let top = ticks.last ?? 1
    let steps = Self.ticks(upTo: Double(max(values.count, 2)))
      .filter { $0 <= Double(values.count) }
    var parts = [head]
    for tick in ticks {
      let y = y(tick, of: top)
      parts.append(#"<path class="grid" d="M\#(n(left)) \#(n(y))H\#(n(width - right))"/>"#)
      parts.append(label(tick, left - 8, y + 4, anchor: "end"))
    }
    for tick in steps {
      let x = x(tick)
      parts.append(#"<path class="axis" d="M\#(n(x)) \#(n(floor))v5"/>"#)
      parts.append(label(tick, x, floor + 20, anchor: "middle"))
    }
    parts.append(#"<path class="axis" d="M\#(n(left)) \#(n(floor))H\#(n(width - right))"/>"#)
    let points = values.enumerated().map { "\(n(x(Double($0 + 1)))) \(n(y($1, of: top)))" }
    parts.append(#"<path class="line" d="M\#(points.joined(separator: "L"))"/>"#)
    let middle = (left + width - right) / 2
    parts.append(
      #"<text x="\#(n(middle))" y="\#(n(height - 14))" text-anchor="middle">\#(horizontal)</text>"#)
    let centre = (self.top + floor) / 2
    parts.append(
      #"<text transform="translate(20 \#(n(centre))) rotate(-90)" text-anchor="middle">"#
        + vertical + "</text>")
    parts.append("</svg>\n")
    return parts.joined(separator: "\n")
  }

  private var head: String {
    """
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(n(width)) \(n(height))" role="img" \
    aria-label="\(title): \(vertical) over \(horizontal)">
    <style>
    text { font: 13px system-ui, sans-serif; fill: #57606a }
    .title { font-size: 16px; font-weight: 600; fill: #1f2328 }
    .grid { stroke: #d0d7de; fill: none }
    .axis { stroke: #57606a; fill: none }
    .line { stroke: #0969da; stroke-width: 2; stroke-linejoin: round; fill: none }
    @media (prefers-color-scheme: dark) {
    text { fill: #9198a1 }
    .title { fill: #f0f6fc }
    .grid { stroke: #3d444d }
    .axis { stroke: #9198a1 }
    .line { stroke: #4493f8 }
    }
    </style>
    <text class="title" x="\(n(left))" y="26">\(title)</text>
    <text x="\(n(left))" y="46">\(subtitle)</text>
    """
  }

  private var floor: Double { height - bottom }

  private func x(_ step: Double) -> Double {
    left + (width - left - right) * step / Double(max(values.count, 1))
  }

  private func y(_ value: Double, of largest: Double) -> Double {
    floor - (floor - top) * value / largest
  }

  private func label(_ value: Double, _ x: Double, _ y: Double, anchor: String) -> String {
    #"<text x="\#(n(x))" y="\#(n(y))" text-anchor="\#(anchor)">\#(n(value))</text>"#
  }

  /// Five to ten round numbers from 0 on, the last not below `largest`.
  static func ticks(upTo largest: Double) -> [Double] {
    let power = pow(10, Foundation.floor(log10(largest / 5)))
    let step = [1, 2, 5, 10].map { $0 * power }.first { largest / $0 <= 8 } ?? 10 * power
    return (0...Int((largest / step).rounded(.up))).map { Double($0) * step }
  }

  /// A number with one digit after the point at most.
  private func n(_ value: Double) -> String {
    let tenths = (value * 10).rounded() / 10
    return tenths == tenths.rounded() ? String(Int(tenths)) : String(tenths)
  }
}
