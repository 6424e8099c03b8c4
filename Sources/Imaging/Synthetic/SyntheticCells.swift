/// Fluorescence micrographs of cultured cells that never lived: nuclei in one channel and a network
/// of filaments in the other, both of the same cells and with everything a camera adds.
///
/// The two structures overlap, so splitting their mean is a task; what is where at a pixel can often
/// only be told from the shape of the cell around it.
public struct SyntheticCells: Sendable, Equatable {
  /// What the specimen and the microscope are like.
  public let parameters: Parameters

  /// A generator of frames.
  /// - Throws: `ImagingError` that names the parameter that makes no sense.
  public init(_ parameters: Parameters = Parameters()) throws(ImagingError) {
    try parameters.validate()
    self.parameters = parameters
  }

  /// Frames of a seed, `[N, 2, H, W]`, 16 bits, channels `nuclei` and `filaments`; frame n is the
  /// same however many are made, and shows the same cells with and without noise.
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
      channelNames: ["nuclei", "filaments"]
    ) { frame in
      makePlanes(height: height, width: width, seed: seed, frame: frame)
    }
  }

  /// The nuclei and the filaments of one frame, `[H, W]` each, in counts of the camera.
  private func makePlanes(height: Int, width: Int, seed: UInt64, frame: Int) -> [Plane] {
    var specimen = SeededGenerator(seed: seed, stream: 2 * UInt64(frame))
    var camera = SeededGenerator(seed: seed, stream: 2 * UInt64(frame) + 1)
    let optics = Optics(parameters)
    let margin = optics.reach
    let canvas = (height: height + 2 * margin, width: width + 2 * margin)

    let textures = CellTextures(height: canvas.height, width: canvas.width, &specimen)
    let cells = CellLayout(parameters, height: canvas.height, width: canvas.width)
      .cells(&specimen)
    let lamp = Optics.Illumination(falloff: parameters.illuminationFalloff, &specimen)

    var nuclei = Plane(height: canvas.height, width: canvas.width)
    let nucleusPainter = NucleusPainter(parameters, textures)
    for cell in cells { nucleusPainter.paint(cell, on: &nuclei, &specimen) }

    var filaments = Plane(height: canvas.height, width: canvas.width)
    let filamentPainter = FilamentPainter(parameters, textures)
    for cell in cells { filamentPainter.paint(cell, on: &filaments, &specimen) }

    return [nuclei, filaments].map { plane in
      let photons = optics.image(of: plane, height: height, width: width, lamp)
      return Camera(parameters).expose(photons, &camera)
    }
  }
}
