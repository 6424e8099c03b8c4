/// Smooth random fields over the plane, each with mean 0 and standard deviation 1.
struct CellTextures {
  /// Details of about 1.6 pixels.
  let fine: Plane
  /// Details of about 4 pixels.
  let medium: Plane
  /// Details of about 10 pixels.
  let coarse: Plane

  init(height: Int, width: Int, _ generator: inout SeededGenerator) {
    fine = Self.field(height, width, sigma: 1.6, &generator)
    medium = Self.field(height, width, sigma: 4, &generator)
    coarse = Self.field(height, width, sigma: 10, &generator)
  }

  /// A field whose details are as large as the blur of the given standard deviation.
  static func field(
    _ height: Int, _ width: Int, sigma: Double, _ generator: inout SeededGenerator
  ) -> Plane {
    var noise = Plane(height: height, width: width)
    for i in noise.values.indices { noise.values[i] = Float(generator.uniform() - 0.5) }
    noise = noise.blurred(sigma: sigma)
    // White noise of variance 1/12 under a Gaussian blur has this standard deviation.
    let scale = Float(1 / ((1.0 / 12).squareRoot() / (2 * sigma * Double.pi.squareRoot())))
    for i in noise.values.indices { noise.values[i] *= scale }
    return noise
  }
}
