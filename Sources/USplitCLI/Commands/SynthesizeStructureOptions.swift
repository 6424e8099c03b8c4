import ArgumentParser
import Imaging

extension SyntheticCells.Structure: ExpressibleByArgument {}

/// Options of `usplit synthesize cells` that only one structure has.
struct StructureOptions: ParsableArguments {
  private static let standard = SyntheticCells.Parameters()

  @Option(
    help: ArgumentHelp(
      "Brightness of a nucleus. (default: \(standard.nucleusPhotons))", valueName: "photons"))
  var nucleusPhotons: Double?

  @Option(
    help: ArgumentHelp(
      "Variation of the brightness inside a nucleus. (default: \(standard.chromatinContrast))",
      valueName: "fraction"))
  var chromatinContrast: Double?

  @Option(
    help: ArgumentHelp(
      "Filaments of a cell of mean size. (default: \(standard.filamentsPerCell))",
      valueName: "count"))
  var filamentsPerCell: Int?

  @Option(
    help: ArgumentHelp(
      "Length over which a filament keeps its direction. (default: \(standard.persistenceLength))",
      valueName: "pixels"))
  var persistenceLength: Double?

  @Option(
    help: ArgumentHelp(
      "Brightness of the middle of a filament. (default: \(standard.filamentPhotons))",
      valueName: "photons"))
  var filamentPhotons: Double?

  @Option(
    help: ArgumentHelp(
      "Vesicles of a cell of mean size. (default: \(standard.vesiclesPerCell))", valueName: "count")
  )
  var vesiclesPerCell: Int?

  @Option(
    help: ArgumentHelp(
      "Median diameter of a vesicle. (default: \(standard.vesicleDiameter))", valueName: "pixels"))
  var vesicleDiameter: Double?

  @Option(
    help: ArgumentHelp(
      "Variation of the vesicles' sizes and brightness. (default: \(standard.vesicleVariation))",
      valueName: "fraction"))
  var vesicleVariation: Double?

  @Option(
    help: ArgumentHelp(
      "Brightness of the middle of a vesicle. (default: \(standard.vesiclePhotons))",
      valueName: "photons"))
  var vesiclePhotons: Double?

  @Option(
    help: ArgumentHelp(
      "Mitochondria of a cell of mean size, were all of median length. (default: \(standard.mitochondriaPerCell))",
      valueName: "count"))
  var mitochondriaPerCell: Int?

  @Option(
    help: ArgumentHelp(
      "Mean diameter of a mitochondrion. (default: \(standard.mitochondrionDiameter))",
      valueName: "pixels"))
  var mitochondrionDiameter: Double?

  @Option(
    help: ArgumentHelp(
      "Median length of a mitochondrion. (default: \(standard.mitochondrionLength))",
      valueName: "pixels"))
  var mitochondrionLength: Double?

  @Option(
    help: ArgumentHelp(
      "Brightness of the middle of a mitochondrion. (default: \(standard.mitochondrionPhotons))",
      valueName: "photons"))
  var mitochondrionPhotons: Double?

  @Option(
    help: ArgumentHelp(
      "Brightness of the middle of a cell's edge. (default: \(standard.membranePhotons))",
      valueName: "photons"))
  var membranePhotons: Double?

  /// Refuses options of structures that are not drawn.
  func check(against drawn: [SyntheticCells.Structure]) throws {
    let given: [(structure: SyntheticCells.Structure, option: String, isGiven: Bool)] = [
      (.nuclei, "--nucleus-photons", nucleusPhotons != nil),
      (.nuclei, "--chromatin-contrast", chromatinContrast != nil),
      (.filaments, "--filaments-per-cell", filamentsPerCell != nil),
      (.filaments, "--persistence-length", persistenceLength != nil),
      (.filaments, "--filament-photons", filamentPhotons != nil),
      (.vesicles, "--vesicles-per-cell", vesiclesPerCell != nil),
      (.vesicles, "--vesicle-diameter", vesicleDiameter != nil),
      (.vesicles, "--vesicle-variation", vesicleVariation != nil),
      (.vesicles, "--vesicle-photons", vesiclePhotons != nil),
      (.mitochondria, "--mitochondria-per-cell", mitochondriaPerCell != nil),
      (.mitochondria, "--mitochondrion-diameter", mitochondrionDiameter != nil),
      (.mitochondria, "--mitochondrion-length", mitochondrionLength != nil),
      (.mitochondria, "--mitochondrion-photons", mitochondrionPhotons != nil),
      (.membrane, "--membrane-photons", membranePhotons != nil),
    ]
    for (structure, option, isGiven) in given where isGiven && !drawn.contains(structure) {
      throw ValidationError(
        "\(option) goes with --structure \(structure.rawValue) only, and that is not drawn")
    }
  }

  /// Puts the given options into the parameters.
  func apply(to parameters: inout SyntheticCells.Parameters) {
    parameters.nucleusPhotons = nucleusPhotons ?? parameters.nucleusPhotons
    parameters.chromatinContrast = chromatinContrast ?? parameters.chromatinContrast
    parameters.filamentsPerCell = filamentsPerCell ?? parameters.filamentsPerCell
    parameters.persistenceLength = persistenceLength ?? parameters.persistenceLength
    parameters.filamentPhotons = filamentPhotons ?? parameters.filamentPhotons
    parameters.vesiclesPerCell = vesiclesPerCell ?? parameters.vesiclesPerCell
    parameters.vesicleDiameter = vesicleDiameter ?? parameters.vesicleDiameter
    parameters.vesicleVariation = vesicleVariation ?? parameters.vesicleVariation
    parameters.vesiclePhotons = vesiclePhotons ?? parameters.vesiclePhotons
    parameters.mitochondriaPerCell = mitochondriaPerCell ?? parameters.mitochondriaPerCell
    parameters.mitochondrionDiameter = mitochondrionDiameter ?? parameters.mitochondrionDiameter
    parameters.mitochondrionLength = mitochondrionLength ?? parameters.mitochondrionLength
    parameters.mitochondrionPhotons = mitochondrionPhotons ?? parameters.mitochondrionPhotons
    parameters.membranePhotons = membranePhotons ?? parameters.membranePhotons
  }
}
