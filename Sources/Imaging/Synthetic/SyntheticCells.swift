/// Fluorescence micrographs of cultured cells that never lived: one channel for each of two to five
/// structures of the same cells, with everything a camera adds.
///
/// The structures overlap, so splitting their mean is a task; what is where at a pixel can often
/// only be told from the shape of the cell around it. How much they overlap
/// (`Parameters.overlap`) and whether bright cells are bright in all channels
/// (`Parameters.correlation`) can be set.
public struct SyntheticCells: Sendable, Equatable {
  /// What the specimen and the microscope are like.
  public let parameters: Parameters

  /// A generator of frames.
  /// - Throws: `ImagingError` that names the parameter that makes no sense.
  public init(_ parameters: Parameters = Parameters()) throws(ImagingError) {
    try parameters.validate()
    self.parameters = parameters
  }

  /// Frames of a seed, `[N, C, H, W]`, 16 bits, a channel for each structure in their order; frame
  /// n is the same however many are made, a structure is the same whichever others are drawn, and
  /// the same cells are seen with and without noise.
  /// - Throws: `ImagingError` when the frames are smaller than 32 or larger than 16384 pixels.
  public func stack(
    frames: Int, height: Int, width: Int, seed: UInt64
  ) throws(ImagingError) -> ImageStack {
    guard min(height, width) >= 32 else {
      throw ImagingError(
        .tooSmall, "frames of synthetic cells need 32 × 32 pixels or more, not \(height) × \(width)"
      )
    }
    guard max(height, width) <= 16384 else {
      throw ImagingError(
        .unsupported,
        "frames of synthetic cells have 16384 × 16384 pixels or fewer, not \(height) × \(width)")
    }
    return ImageStack(
      frames: frames, height: height, width: width, type: .uint16,
      channelNames: parameters.structures.map(\.rawValue)
    ) { frame in
      makePlanes(height: height, width: width, seed: seed, frame: frame)
    }
  }

  /// Brightness of every cell of a frame in each structure, `[structure][cell]`, 1 for typical.
  package func brightness(height: Int, width: Int, seed: UInt64, frame: Int) -> [[Double]] {
    let specimen = specimen(height: height, width: width, seed: seed, frame: frame)
    return parameters.structures.map { specimen.brightness(of: $0) }
  }

  /// The structures of one frame, `[H, W]` each, in counts of the camera.
  private func makePlanes(height: Int, width: Int, seed: UInt64, frame: Int) -> [Plane] {
    let specimen = specimen(height: height, width: width, seed: seed, frame: frame)
    let optics = Optics(parameters)
    return parameters.structures.map { structure in
      let photons = optics.image(
        of: specimen.paint(structure), height: height, width: width, specimen.lamp,
        exposure: specimen.exposure(of: structure))
      var camera = specimen.camera(of: structure)
      return Camera(parameters).expose(photons, &camera)
    }
  }

  /// The cells of one frame, and those around it whose light reaches into it.
  private func specimen(height: Int, width: Int, seed: UInt64, frame: Int) -> Specimen {
    let margin = Optics(parameters).reach
    return Specimen(
      parameters, height: height + 2 * margin, width: width + 2 * margin, seed: seed, frame: frame)
  }
}
