import Foundation

/// The shapes that mark points.
enum Marker: Int, CaseIterable {
  case circle, square, triangle, diamond, pentagon, star, inverted, hexagon

  /// The marker of a colour; when the colours begin again it is another one.
  init(color: Int) {
    let all = Self.allCases
    self = all[(color + color / Palette.series.count) % all.count]
  }

  /// The shape around a point, as SVG that takes its colours from the element it is in.
  func svg(x: Double, y: Double, radius: Double, attributes: String = "") -> String {
    if self == .circle {
      return "<circle cx=\"\(SVG.number(x))\" cy=\"\(SVG.number(y))\" "
        + "r=\"\(SVG.number(radius))\"\(attributes)/>"
    }
    let points = corners.map { corner in
      SVG.number(x + radius * corner.x) + "," + SVG.number(y + radius * corner.y)
    }
    return "<polygon points=\"\(points.joined(separator: " "))\"\(attributes)/>"
  }

  /// The corners around the origin; all shapes cover about the same area.
  private var corners: [(x: Double, y: Double)] {
    switch self {
    case .circle: []
    case .square: Self.polygon(4, radius: 1.25, turn: 0.125)
    case .triangle: Self.polygon(3, radius: 1.45, turn: 0)
    case .diamond: Self.polygon(4, radius: 1.4, turn: 0)
    case .pentagon: Self.polygon(5, radius: 1.2, turn: 0)
    case .star: Self.starCorners
    case .inverted: Self.polygon(3, radius: 1.45, turn: 0.5)
    case .hexagon: Self.polygon(6, radius: 1.15, turn: 0)
    }
  }

  private static func polygon(
    _ count: Int, radius: Double, turn: Double
  ) -> [(x: Double, y: Double)] {
    (0..<count).map { corner in
      let angle = 2 * Double.pi * (Double(corner) / Double(count) + turn)
      return (radius * sin(angle), -radius * cos(angle))
    }
  }

  private static var starCorners: [(x: Double, y: Double)] {
    zip(polygon(5, radius: 1.65, turn: 0), polygon(5, radius: 0.75, turn: 0.1)).flatMap {
      [$0, $1]
    }
  }
}
