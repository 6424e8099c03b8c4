import ArgumentParser
import Imaging

/// `usplit synthesize critters`.
struct SynthesizeCritters: ParsableCommand {
  private static let standard = SinusoidalCritters()

  static let configuration = CommandConfiguration(
    commandName: "critters",
    abstract: "Draws the paper's sinusoidal critters, which only context can tell apart.",
    discussion:
      "Writes critter1.tif and critter2.tif, 32-bit floating point, and prints their paths.")

  @OptionGroup var options: SynthesisOptions

  @Option(help: ArgumentHelp("Rows and columns of a frame.", valueName: "pixels"))
  var size = standard.frameSize

  @Option(help: ArgumentHelp("Curves per channel.", valueName: "count"))
  var curves = standard.curveCount

  @Option(help: ArgumentHelp("Height of a wave's crest above its middle.", valueName: "pixels"))
  var amplitude = standard.amplitude

  @Option(help: ArgumentHelp("Thickness of a curve's brush, an odd number.", valueName: "pixels"))
  var thickness = standard.thickness

  @Option(help: ArgumentHelp("Largest rotation, either way.", valueName: "radians"))
  var maximumRotation = standard.maximumRotation

  @Option(
    help: ArgumentHelp("Part of the frame over which curves are spread.", valueName: "fraction"))
  var verticalSpread = standard.verticalSpread

  @Option(
    help: ArgumentHelp("Largest horizontal shift, as part of the frame.", valueName: "fraction"))
  var horizontalSpread = standard.horizontalSpread

  @Option(
    help: ArgumentHelp(
      "Smallest vertical distance of two curves of one channel.", valueName: "pixels"))
  var verticalSpacing = standard.verticalSpacing

  @Option(
    help: ArgumentHelp(
      "Length of a slow wave between a critter's two waves: pixels, or below 1 a part of the curve.",
      valueName: "length"))
  var connectionLength: Double?

  @Option(
    help: ArgumentHelp(
      "Angular frequency of the slow wave per pixel. (default: 0.01)", valueName: "frequency"))
  var connectionFrequency: Double?

  @Flag(help: "Begin each curve with the slow wave's phase at random.")
  var randomPhase = false

  func validate() throws {
    guard connectionLength == nil else { return }
    if connectionFrequency != nil {
      throw ValidationError("--connection-frequency goes with --connection-length only")
    }
    if randomPhase { throw ValidationError("--random-phase goes with --connection-length only") }
  }

  func run() throws {
    var critters = SinusoidalCritters()
    critters.frameSize = size
    critters.curveCount = curves
    critters.amplitude = amplitude
    critters.thickness = thickness
    critters.maximumRotation = maximumRotation
    critters.verticalSpread = verticalSpread
    critters.horizontalSpread = horizontalSpread
    critters.verticalSpacing = verticalSpacing
    if let connectionLength {
      var connection = SinusoidalCritters.Connection(
        length: connectionLength, initialPhase: randomPhase ? nil : 0)
      if let connectionFrequency { connection.frequency = connectionFrequency }
      critters.connection = connection
    }
    try critters.validate()
    try options.write(["critter1", "critter2"], height: size, width: size) {
      try critters.stack(frames: options.frames, seed: options.seed)
    }
  }
}
