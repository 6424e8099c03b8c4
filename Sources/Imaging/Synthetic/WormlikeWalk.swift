import Foundation

/// A point that walks along a curve like a bent rod.
///
/// Its curvature wanders (an Ornstein–Uhlenbeck process), which gives smooth bends and, over long
/// distances, the wanted persistence length.
struct WormlikeWalk {
  private(set) var x: Float
  private(set) var y: Float
  /// Direction in radians.
  private(set) var angle: Float
  private var curvature: Float
  private let keep: Float
  private let kick: Float

  /// Length of one step in pixels.
  static let step: Float = 0.7

  /// A walk that begins at a place.
  /// - Parameters:
  ///   - persistence: length over which the direction is kept, in pixels
  ///   - memory: length over which the curvature is kept, in pixels
  init(
    x: Float, y: Float, angle: Float, persistence: Float, memory: Float,
    _ generator: inout SeededGenerator
  ) {
    self.x = x
    self.y = y
    self.angle = angle
    let deviation = 1 / (2 * memory * persistence).squareRoot()
    keep = exp(-Self.step / memory)
    kick = deviation * (1 - keep * keep).squareRoot()
    curvature = deviation * generator.bell()
  }

  /// Goes one step.
  /// - Parameter steering: curvature to add, in radians per pixel
  mutating func advance(steering: Float, _ generator: inout SeededGenerator) {
    curvature = keep * curvature + kick * generator.bell()
    angle += (curvature + steering) * Self.step
    x += cos(angle) * Self.step
    y += sin(angle) * Self.step
  }

  /// The way to turn so as to run along an outline: 1 left, -1 right, 0 when already there.
  func turn(along outline: Outline, outwards: Bool = false) -> Float {
    let (dx, dy) = (x - outline.centre.x, y - outline.centre.y)
    let distance = max(1e-3, (dx * dx + dy * dy).squareRoot())
    let outward = (dx * cos(angle) + dy * sin(angle)) / distance
    if outwards ? outward > 0.05 : outward < -0.05 { return 0 }
    let cross = (dx * sin(angle) - dy * cos(angle)) / distance
    let sense: Float = cross >= 0 ? 1 : -1
    return outwards ? -sense : sense
  }
}

extension SeededGenerator {
  /// A bell-shaped number with mean 0 and standard deviation 1, at the price of one draw.
  mutating func bell() -> Float {
    let bits = next()
    let sum = Float(bits >> 43) + Float(bits >> 22 & 0x1F_FFFF) + Float(bits & 0x1F_FFFF)
    return (sum * 0x1p-21 - 1.5) * 2
  }
}
