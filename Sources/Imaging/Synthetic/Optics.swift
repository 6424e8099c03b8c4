import Foundation

/// The light path: haze, point-spread function, illumination.
struct Optics {
  private let parameters: SyntheticCells.Parameters

  init(_ parameters: SyntheticCells.Parameters) { self.parameters = parameters }

  /// How far light spreads, in pixels.
  var reach: Int {
    let tail = parameters.psfTail > 0 ? 4 * parameters.psfSigma : parameters.psfSigma
    return Int(max(2.5 * parameters.hazeSigma, 4 * tail).rounded(.up)) + 2
  }

  /// Expected photons in the middle of a specimen, `[H, W]`.
  /// - Parameter exposure: multiplies all light
  func image(
    of specimen: Plane, height: Int, width: Int, _ lamp: Illumination, exposure: Double
  ) -> Plane {
    let sharp = specimen.blurred(sigma: parameters.psfSigma)
    let tail = specimen.blurred(sigma: 4 * parameters.psfSigma)
    let haze = specimen.blurred(sigma: parameters.hazeSigma)
    let tailPart = Float(parameters.psfTail)
    let hazePart = Float(parameters.hazeFraction)
    let background = Float(parameters.backgroundPhotons)
    let exposure = Float(exposure)
    let top = (specimen.height - height) / 2
    let left = (specimen.width - width) / 2
    var photons = Plane(height: height, width: width)
    for y in 0..<height {
      for x in 0..<width {
        let i = (y + top) * specimen.width + x + left
        let light =
          (1 - tailPart) * sharp.values[i] + tailPart * tail.values[i] + hazePart * haze.values[i]
        let shade = lamp.brightness(
          x: Float(x) / Float(max(width, height)), y: Float(y) / Float(max(width, height)))
        photons.values[y * width + x] = (light + background) * shade * exposure
      }
    }
    return photons
  }

  /// A lamp that is brightest near the middle of the frame.
  struct Illumination {
    private let falloff: Float
    private let centre: (x: Float, y: Float)

    init(falloff: Double, _ generator: inout SeededGenerator) {
      self.falloff = Float(falloff)
      centre = (Float(generator.uniform(0.35...0.65)), Float(generator.uniform(0.35...0.65)))
    }

    /// Brightness from 0 to 1 at a place in units of the frame's longer side.
    func brightness(x: Float, y: Float) -> Float {
      let (dx, dy) = (x - centre.x, y - centre.y)
      return 1 - falloff * min(1, (dx * dx + dy * dy) / 0.845)
    }
  }
}

/// Counts photons.
struct Camera {
  private let parameters: SyntheticCells.Parameters

  init(_ parameters: SyntheticCells.Parameters) { self.parameters = parameters }

  /// Counts of the camera for expected photons: whole numbers of 16 bits.
  func expose(_ photons: Plane, _ generator: inout SeededGenerator) -> Plane {
    var counts = photons
    for i in counts.values.indices {
      var signal = Double(counts.values[i])
      if parameters.isNoisy {
        signal = generator.poisson(mean: signal) + parameters.readNoise * generator.normal()
      }
      let value = parameters.cameraOffset + parameters.gain * signal
      counts.values[i] = Float(min(65535, max(0, value.rounded())))
    }
    return counts
  }
}
