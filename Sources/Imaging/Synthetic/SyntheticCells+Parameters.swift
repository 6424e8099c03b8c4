extension SyntheticCells {
  /// What the specimen and the microscope are like.
  ///
  /// Lengths are in pixels, brightness in photons
  /// per pixel.
  public struct Parameters: Codable, Sendable, Equatable {
    /// Mean diameter of a cell.
    public var cellDiameter = 150.0
    /// Mean diameter of a nucleus.
    public var nucleusDiameter = 54.0
    /// Part of the area that cells would cover if none overlapped.
    public var confluence = 1.0
    /// Standard deviation of the logarithm of cell and nucleus sizes.
    public var sizeVariation = 0.16
    /// Standard deviation of the logarithm of the cells' brightness.
    public var brightnessVariation = 0.25
    /// Standard deviation of the logarithm of the brightness inside a nucleus.
    public var chromatinContrast = 0.25
    /// Filaments of a cell of mean size.
    public var filamentsPerCell = 140
    /// Length over which a filament keeps its direction.
    public var persistenceLength = 160.0
    /// Standard deviation of the point-spread function.
    public var psfSigma = 1.3
    /// Part of the light that the point-spread function sends into a tail four times as wide.
    public var psfTail = 0.08
    /// Light from out of focus, as part of that in focus.
    public var hazeFraction = 0.3
    /// Standard deviation of the blur of the light from out of focus.
    public var hazeSigma = 10.0
    /// Brightness of a nucleus of mean brightness.
    public var nucleusPhotons = 320.0
    /// Brightness of the middle of one filament.
    public var filamentPhotons = 48.0
    /// Brightness of the empty background.
    public var backgroundPhotons = 12.0
    /// Part of the light that the darkest corner lacks.
    public var illuminationFalloff = 0.2
    /// Whether photons are counted one by one and the camera adds noise.
    public var isNoisy = true
    /// Standard deviation of the camera's noise, in photons.
    public var readNoise = 1.6
    /// Counts of the camera per photon.
    public var gain = 2.0
    /// Counts of the camera without light.
    public var cameraOffset = 100.0

    /// Moderately noisy images of a nearly closed layer of cells.
    public init() {}

    /// Refuses parameters that make no sense.
    /// - Throws: `ImagingError` that names the parameter, its value and its range.
    public func validate() throws(ImagingError) {
      let ranges: [(name: String, value: Double, range: ClosedRange<Double>)] = [
        ("cellDiameter", cellDiameter, 16...2000),
        ("nucleusDiameter", nucleusDiameter, 4...1000),
        ("confluence", confluence, 0.01...3),
        ("sizeVariation", sizeVariation, 0...0.5),
        ("brightnessVariation", brightnessVariation, 0...1),
        ("chromatinContrast", chromatinContrast, 0...1),
        ("filamentsPerCell", Double(filamentsPerCell), 0...5000),
        ("persistenceLength", persistenceLength, 4...100_000),
        ("psfSigma", psfSigma, 0.3...20),
        ("psfTail", psfTail, 0...0.9),
        ("hazeFraction", hazeFraction, 0...10),
        ("hazeSigma", hazeSigma, 1...100),
        ("nucleusPhotons", nucleusPhotons, 0...1e6),
        ("filamentPhotons", filamentPhotons, 0...1e6),
        ("backgroundPhotons", backgroundPhotons, 0...1e6),
        ("illuminationFalloff", illuminationFalloff, 0...0.95),
        ("readNoise", readNoise, 0...1e4),
        ("gain", gain, 1e-3...1e3),
        ("cameraOffset", cameraOffset, 0...60_000),
      ]
      for (name, value, range) in ranges where !range.contains(value) {
        throw ImagingError(
          .unsupported,
          "synthetic cells: \(name) must be \(range.lowerBound) to \(range.upperBound), is \(value)"
        )
      }
      guard nucleusDiameter <= 0.8 * cellDiameter else {
        throw ImagingError(
          .unsupported,
          "synthetic cells: nucleusDiameter must be at most 0.8 of cellDiameter \(cellDiameter), "
            + "is \(nucleusDiameter)")
      }
    }
  }
}
