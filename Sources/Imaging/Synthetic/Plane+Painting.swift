extension Plane {
  /// Adds a weight at a place between pixels, shared among the four nearest.
  mutating func splat(x: Float, y: Float, _ weight: Float) {
    let (left, top) = (x.rounded(.down), y.rounded(.down))
    guard left >= 0 && top >= 0 && left < Float(width - 1) && top < Float(height - 1) else {
      return
    }
    let (dx, dy) = (x - left, y - top)
    let i = Int(top) * width + Int(left)
    values[i] += weight * (1 - dx) * (1 - dy)
    values[i + 1] += weight * dx * (1 - dy)
    values[i + width] += weight * (1 - dx) * dy
    values[i + width + 1] += weight * dx * dy
  }
}

/// Calls the body for every pixel of a plane in the square around an outline.
func forEachPixel(
  in outline: Outline, height: Int, width: Int,
  _ body: (_ x: Float, _ y: Float, _ index: Int) -> Void
) {
  let reach = outline.reach + 1
  let top = max(0, Int(outline.centre.y - reach))
  let bottom = min(height - 1, Int(outline.centre.y + reach))
  let left = max(0, Int(outline.centre.x - reach))
  let right = min(width - 1, Int(outline.centre.x + reach))
  guard top <= bottom && left <= right else { return }
  for y in top...bottom {
    for x in left...right { body(Float(x), Float(y), y * width + x) }
  }
}

/// 0 below 0, 1 above 1 and a smooth step between.
func smoothStep(_ x: Float) -> Float {
  let t = min(1, max(0, x))
  return t * t * (3 - 2 * t)
}
