import ArgumentParser
import Imaging

/// `usplit synthesize cells`.
struct SynthesizeCells: ParsableCommand {
  private static let standard = SyntheticCells.Parameters()

  static let configuration = CommandConfiguration(
    commandName: "cells",
    abstract: "Draws micrographs of structures of cultured cells.",
    discussion: """
      Writes a file for each structure, such as nuclei.tif and filaments.tif, 16 bits, and prints \
      their paths.

      Example: usplit synthesize cells --structure filaments --structure mitochondria -o cells
      """)

  @OptionGroup var options: SynthesisOptions

  @Option(
    name: .customLong("structure"),
    help: ArgumentHelp(
      "A structure to draw; repeat for each of two or more. (default: nuclei, filaments)",
      valueName: "structure"))
  var structures: [SyntheticCells.Structure] = []

  @Option(
    help: ArgumentHelp(
      "How far structures share the same places: 0 not at all, 1 as in a cell.",
      valueName: "fraction"))
  var overlap = standard.overlap

  @Option(
    help: ArgumentHelp(
      "Correlation of a cell's brightness in different structures: 0 none, 1 the same.",
      valueName: "fraction"))
  var correlation = standard.correlation

  @Option(help: ArgumentHelp("Rows and columns of a frame.", valueName: "pixels"))
  var size = 512

  @Option(help: ArgumentHelp("Rows of a frame. (default: the size)", valueName: "pixels"))
  var height: Int?

  @Option(help: ArgumentHelp("Columns of a frame. (default: the size)", valueName: "pixels"))
  var width: Int?

  @Option(help: ArgumentHelp("Mean diameter of a cell.", valueName: "pixels"))
  var cellDiameter = standard.cellDiameter

  @Option(help: ArgumentHelp("Mean diameter of a nucleus.", valueName: "pixels"))
  var nucleusDiameter = standard.nucleusDiameter

  @Option(
    help: ArgumentHelp("Part of the area that cells cover if none overlaps.", valueName: "fraction")
  )
  var confluence = standard.confluence

  @Option(help: ArgumentHelp("Variation of cell and nucleus sizes.", valueName: "fraction"))
  var sizeVariation = standard.sizeVariation

  @Option(help: ArgumentHelp("Variation of the cells' brightness.", valueName: "fraction"))
  var brightnessVariation = standard.brightnessVariation

  @Option(
    help: ArgumentHelp("Standard deviation of the point-spread function.", valueName: "pixels"))
  var psfSigma = standard.psfSigma

  @Option(
    help: ArgumentHelp(
      "Part of the light in the tail of the point-spread function.", valueName: "fraction"))
  var psfTail = standard.psfTail

  @Option(
    help: ArgumentHelp("Light from out of focus, as part of that in focus.", valueName: "fraction"))
  var hazeFraction = standard.hazeFraction

  @Option(help: ArgumentHelp("Blur of the light from out of focus.", valueName: "pixels"))
  var hazeSigma = standard.hazeSigma

  @Option(help: ArgumentHelp("Brightness of the empty background.", valueName: "photons"))
  var backgroundPhotons = standard.backgroundPhotons

  @Option(
    help: ArgumentHelp("Part of the light that the darkest corner lacks.", valueName: "fraction"))
  var illuminationFalloff = standard.illuminationFalloff

  @Option(
    help: ArgumentHelp(
      "Longest to shortest exposure; each structure of each frame has one of its own.",
      valueName: "factor"))
  var exposureRange = standard.exposureRange

  @Option(help: ArgumentHelp("Noise of the camera.", valueName: "photons"))
  var readNoise = standard.readNoise

  @Option(help: ArgumentHelp("Counts of the camera per photon.", valueName: "counts"))
  var gain = standard.gain

  @Option(help: ArgumentHelp("Counts of the camera without light.", valueName: "counts"))
  var cameraOffset = standard.cameraOffset

  @OptionGroup var details: StructureOptions

  @Flag(inversion: .prefixedNo, help: "Whether photons are counted and the camera adds noise.")
  var noise = true

  /// What is drawn.
  private var drawn: [SyntheticCells.Structure] {
    structures.isEmpty ? Self.standard.structures : structures
  }

  func validate() throws {
    try details.check(against: drawn)
  }

  func run() throws {
    var parameters = SyntheticCells.Parameters()
    parameters.structures = drawn
    parameters.overlap = overlap
    parameters.correlation = correlation
    parameters.cellDiameter = cellDiameter
    parameters.nucleusDiameter = nucleusDiameter
    parameters.confluence = confluence
    parameters.sizeVariation = sizeVariation
    parameters.brightnessVariation = brightnessVariation
    parameters.psfSigma = psfSigma
    parameters.psfTail = psfTail
    parameters.hazeFraction = hazeFraction
    parameters.hazeSigma = hazeSigma
    parameters.backgroundPhotons = backgroundPhotons
    parameters.illuminationFalloff = illuminationFalloff
    parameters.exposureRange = exposureRange
    parameters.readNoise = readNoise
    parameters.gain = gain
    parameters.cameraOffset = cameraOffset
    parameters.isNoisy = noise
    details.apply(to: &parameters)
    let cells = try SyntheticCells(parameters)
    let (height, width) = (height ?? size, width ?? size)
    try options.write(drawn.map(\.rawValue), height: height, width: width) {
      try cells.stack(frames: options.frames, height: height, width: width, seed: options.seed)
    }
  }
}
