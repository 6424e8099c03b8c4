extension SyntheticCells {
  /// What the specimen and the microscope are like.
  ///
  /// Lengths are in pixels, brightness in photons per pixel. The defaults suit a dry objective and
  /// pixels of about 0.2 µm:
  ///
  /// | Parameter | Default | In specimens and microscopes |
  /// |---|---|---|
  /// | `cellDiameter` | 150 px, 30 µm | 20 to 100 µm, spread on glass |
  /// | `nucleusDiameter` | 54 px, 11 µm | about 10 µm |
  /// | `persistenceLength` | 160 px, 32 µm | microtubules in cells, about 30 µm [1] |
  /// | `vesicleDiameter` | 2.5 px, 0.5 µm | lysosomes, 0.1 to 1.2 µm |
  /// | `mitochondrionDiameter` | 3 px, 0.6 µm | 0.5 to 1 µm |
  /// | `mitochondrionLength` | 26 px, 5.2 µm | 1 to 10 µm, far longer in networks |
  /// | `psfSigma` | 1.3 px, 0.26 µm | 0.225 λ/NA [2]: 0.23 µm for green light and NA 0.5 |
  /// | `…Photons` | 12 to 320 | tens to thousands at a bright pixel |
  /// | `readNoise` | 1.6 photons | sCMOS cameras, 1 to 2 electrons |
  /// | `gain` | 2 counts per photon | sCMOS cameras, about 2 counts per electron |
  /// | `cameraOffset` | 100 counts | sCMOS cameras, often 100 counts |
  ///
  /// [1] Brangwynne and others, PNAS 2007; [2] Zhang and others, Applied Optics 2007; sizes without
  /// a source are textbook values. Numbers per cell, brightness and variations were chosen by eye.
  public struct Parameters: Codable, Sendable, Equatable {
    /// What each channel shows: two or more, each once.
    public var structures: [Structure] = [.nuclei, .filaments]
    /// How far structures share the same places, from 0, where each keeps to places of its own as
    /// far as its shape and the blur allow, to 1, where each goes wherever it would in a cell.
    public var overlap = 1.0
    /// Correlation of the logarithms of a cell's brightness in any two structures: 0 for
    /// independent ones, 1 for the same factor in all.
    public var correlation = 0.0
    /// Mean diameter of a cell.
    public var cellDiameter = 150.0
    /// Mean diameter of a nucleus.
    public var nucleusDiameter = 54.0
    /// Part of the area that cells would cover if none overlapped.
    public var confluence = 1.0
    /// Standard deviation of the logarithm of cell and nucleus sizes.
    public var sizeVariation = 0.16
    /// Standard deviation of the logarithm of a structure's brightness in the cells.
    public var brightnessVariation = 0.25
    /// Standard deviation of the logarithm of the brightness inside a nucleus.
    public var chromatinContrast = 0.25
    /// Filaments of a cell of mean size.
    public var filamentsPerCell = 140
    /// Length over which a filament keeps its direction.
    public var persistenceLength = 160.0
    /// Vesicles of a cell of mean size.
    public var vesiclesPerCell = 110
    /// Median diameter of a vesicle.
    public var vesicleDiameter = 2.5
    /// Standard deviation of the logarithms of the vesicles' sizes and brightness.
    public var vesicleVariation = 0.4
    /// Mitochondria of a cell of mean size, were all of median length.
    public var mitochondriaPerCell = 90
    /// Mean diameter of a mitochondrion's tube.
    public var mitochondrionDiameter = 3.0
    /// Median length of a mitochondrion.
    public var mitochondrionLength = 26.0
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
    /// Brightness of the middle of a vesicle of median size.
    public var vesiclePhotons = 220.0
    /// Brightness of the middle of a mitochondrion.
    public var mitochondrionPhotons = 170.0
    /// Brightness of the middle of a cell's edge.
    public var membranePhotons = 130.0
    /// Brightness of the empty background.
    public var backgroundPhotons = 12.0
    /// Part of the light that the darkest corner lacks.
    public var illuminationFalloff = 0.2
    /// Ratio of the longest to the shortest exposure.
    ///
    /// Each structure of each frame has an exposure of its own, log-uniform around 1, that
    /// multiplies its photons and those of the background.
    public var exposureRange = 1.0
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
      guard structures.count >= 2, Set(structures).count == structures.count else {
        throw ImagingError(
          .unsupported,
          "synthetic cells: structures must be two or more, each named once, are "
            + (structures.isEmpty ? "none" : structures.map(\.rawValue).joined(separator: ", ")))
      }
      let ranges: [(name: String, value: Double, range: ClosedRange<Double>)] = [
        ("overlap", overlap, 0...1),
        ("correlation", correlation, 0...1),
        ("cellDiameter", cellDiameter, 16...2000),
        ("nucleusDiameter", nucleusDiameter, 4...1000),
        ("confluence", confluence, 0.01...3),
        ("sizeVariation", sizeVariation, 0...0.5),
        ("brightnessVariation", brightnessVariation, 0...1),
        ("chromatinContrast", chromatinContrast, 0...1),
        ("filamentsPerCell", Double(filamentsPerCell), 0...5000),
        ("persistenceLength", persistenceLength, 4...100_000),
        ("vesiclesPerCell", Double(vesiclesPerCell), 0...5000),
        ("vesicleDiameter", vesicleDiameter, 0.1...50),
        ("vesicleVariation", vesicleVariation, 0...1),
        ("mitochondriaPerCell", Double(mitochondriaPerCell), 0...5000),
        ("mitochondrionDiameter", mitochondrionDiameter, 0.5...50),
        ("mitochondrionLength", mitochondrionLength, 1...1000),
        ("psfSigma", psfSigma, 0.3...20),
        ("psfTail", psfTail, 0...0.9),
        ("hazeFraction", hazeFraction, 0...10),
        ("hazeSigma", hazeSigma, 1...100),
        ("nucleusPhotons", nucleusPhotons, 0...1e6),
        ("filamentPhotons", filamentPhotons, 0...1e6),
        ("vesiclePhotons", vesiclePhotons, 0...1e6),
        ("mitochondrionPhotons", mitochondrionPhotons, 0...1e6),
        ("membranePhotons", membranePhotons, 0...1e6),
        ("backgroundPhotons", backgroundPhotons, 0...1e6),
        ("illuminationFalloff", illuminationFalloff, 0...0.95),
        ("exposureRange", exposureRange, 1...1e3),
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
