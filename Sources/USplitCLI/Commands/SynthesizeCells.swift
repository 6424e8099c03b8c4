import ArgumentParser
import Imaging

/// `usplit synthesize cells`.
struct SynthesizeCells: ParsableCommand {
  private static let standard = SyntheticCells.Parameters()

  static let configuration = CommandConfiguration(
    commandName: "cells",
    abstract: "Draws micrographs of nuclei and filaments of cultured cells.",
    discussion: "Writes nuclei.tif and filaments.tif, 16 bits, and prints their paths.")

  @OptionGroup var options: SynthesisOptions

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
    help: ArgumentHelp("Variation of the brightness inside a nucleus.", valueName: "fraction"))
  var chromatinContrast = standard.chromatinContrast

  @Option(help: ArgumentHelp("Filaments of a cell of mean size.", valueName: "count"))
  var filamentsPerCell = standard.filamentsPerCell

  @Option(
    help: ArgumentHelp("Length over which a filament keeps its direction.", valueName: "pixels"))
  var persistenceLength = standard.persistenceLength

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

  @Option(help: ArgumentHelp("Brightness of a nucleus.", valueName: "photons"))
  var nucleusPhotons = standard.nucleusPhotons

  @Option(help: ArgumentHelp("Brightness of the middle of a filament.", valueName: "photons"))
  var filamentPhotons = standard.filamentPhotons

  @Option(help: ArgumentHelp("Brightness of the empty background.", valueName: "photons"))
  var backgroundPhotons = standard.backgroundPhotons

  @Option(
    help: ArgumentHelp("Part of the light that the darkest corner lacks.", valueName: "fraction"))
  var illuminationFalloff = standard.illuminationFalloff

  @Option(help: ArgumentHelp("Noise of the camera.", valueName: "photons"))
  var readNoise = standard.readNoise

  @Option(help: ArgumentHelp("Counts of the camera per photon.", valueName: "counts"))
  var gain = standard.gain

  @Option(help: ArgumentHelp("Counts of the camera without light.", valueName: "counts"))
  var cameraOffset = standard.cameraOffset

  @Flag(inversion: .prefixedNo, help: "Whether photons are counted and the camera adds noise.")
  var noise = true

  func run() throws {
    var parameters = SyntheticCells.Parameters()
    parameters.cellDiameter = cellDiameter
    parameters.nucleusDiameter = nucleusDiameter
    parameters.confluence = confluence
    parameters.sizeVariation = sizeVariation
    parameters.brightnessVariation = brightnessVariation
    parameters.chromatinContrast = chromatinContrast
    parameters.filamentsPerCell = filamentsPerCell
    parameters.persistenceLength = persistenceLength
    parameters.psfSigma = psfSigma
    parameters.psfTail = psfTail
    parameters.hazeFraction = hazeFraction
    parameters.hazeSigma = hazeSigma
    parameters.nucleusPhotons = nucleusPhotons
    parameters.filamentPhotons = filamentPhotons
    parameters.backgroundPhotons = backgroundPhotons
    parameters.illuminationFalloff = illuminationFalloff
    parameters.readNoise = readNoise
    parameters.gain = gain
    parameters.cameraOffset = cameraOffset
    parameters.isNoisy = noise
    let cells = try SyntheticCells(parameters)
    let (height, width) = (height ?? size, width ?? size)
    try options.write(["nuclei", "filaments"], height: height, width: width) {
      try cells.stack(frames: options.frames, height: height, width: width, seed: options.seed)
    }
  }
}
