import Imaging

/// A plane whose pixel tells its place: `100 * row + column`.
func ramp(height: Int, width: Int) -> Plane {
  Plane(
    height: height, width: width,
    values: (0..<height * width).map { Float(100 * ($0 / width) + $0 % width) })
}

/// Numbers of 0..<1000 that are the same in every run.
func noise(_ count: Int, seed: UInt64 = 1) -> [Float] {
  var state = seed
  return (0..<count).map { _ in
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Float((state >> 33) % 1000)
  }
}
