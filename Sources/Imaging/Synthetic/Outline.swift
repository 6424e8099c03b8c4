import Foundation

/// A closed curve around a centre, given by its radius in every direction.
struct Outline {
  /// Column and row of the centre.
  var centre: (x: Float, y: Float)
  /// Radius in pixels, at equal steps of the angle from 0.
  var radii: [Float]

  /// Number of directions.
  static let directions = 128

  /// An outline whose radius is a function of the angle.
  init(x: Double, y: Double, radius: (_ angle: Double) -> Double) {
    centre = (Float(x), Float(y))
    radii = (0..<Self.directions).map {
      Float(radius(2 * .pi * Double($0) / Double(Self.directions)))
    }
  }

  /// The largest radius.
  var reach: Float { radii.max() ?? 0 }

  /// The radius in a direction.
  func radius(angle: Float) -> Float {
    let count = radii.count
    let position = angle / (2 * .pi) * Float(count)
    let whole = position.rounded(.down)
    let lower = ((Int(whole) % count) + count) % count
    let part = position - whole
    return radii[lower] * (1 - part) + radii[lower + 1 == count ? 0 : lower + 1] * part
  }

  /// Distance from the centre as part of the radius: below 1 inside.
  func fraction(x: Float, y: Float) -> Float {
    let (dx, dy) = (x - centre.x, y - centre.y)
    return (dx * dx + dy * dy).squareRoot() / radius(angle: atan2(dy, dx))
  }

  /// Rounds corners off.
  mutating func smooth(times: Int) {
    for _ in 0..<times {
      let old = radii
      let count = old.count
      for i in old.indices {
        radii[i] = 0.25 * old[(i + count - 1) % count] + 0.5 * old[i] + 0.25 * old[(i + 1) % count]
      }
    }
  }
}

extension Outline {
  /// Pushes the border out, or in, around a direction.
  mutating func addLobe(height: Double, angle: Double, sharpness: Double) {
    for i in radii.indices {
      let direction = 2 * .pi * Double(i) / Double(radii.count)
      radii[i] += Float(height * exp(sharpness * (cos(direction - angle) - 1)))
    }
  }

  /// Cuts the outline off along a line at a distance from the centre.
  mutating func limit(to distance: Double, angle: Double) {
    for i in radii.indices {
      let slope = cos(2 * .pi * Double(i) / Double(radii.count) - angle)
      if slope > 0.05 { radii[i] = min(radii[i], Float(distance / slope)) }
    }
  }
}
