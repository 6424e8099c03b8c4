import ArgumentParser
import Imaging

/// `usplit synthesize critters`.
struct SynthesizeCritters: ParsableCommand {
  private static let standard = SinusoidalCritters()

  static let configuration = CommandConfiguration(
    commandName: "critters",
    abstract: "Draws the paper's sinusoidal critters, which only context can tell apart.",
    discussion: """
      Writes critter1.tif and critter2.tif, 32-bit floating point, and prints their paths. \
      A critter is a curve of two waves; with --connection-length, of three.

      Example: usplit synthesize critters --frames 1000 --connection-length 25 -o critters
      """)

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
    name: .customLong("band"),
    help: ArgumentHelp(
      "Lowest and highest angular frequency of a wave per pixel; give four, in order."
        + " (default: \(standard.bands.map { "\($0.lowest)-\($0.highest)" }.joined(separator: ", ")))",
      discussion: """
        Channel 1 pairs the first with the third and the second with the fourth, channel 2 the \
        first with the fourth and the second with the third.
        """,
      valueName: "low-high"))
  var bands: [FrequencyBand] = []

  @Option(
    help: ArgumentHelp(
      "Length of a slow wave between a critter's two waves: pixels, below 1 a part of the curve,"
        + " or third for a third of it.",
      valueName: "length"))
  var connectionLength: ConnectionLength?

  @Option(
    help: ArgumentHelp(
      "Angular frequency of the slow wave per pixel. (default: 0.01)", valueName: "frequency"))
  var connectionFrequency: Double?

  @Option(
    help: ArgumentHelp(
      "Phase at which curves with a slow wave begin. (default: 0)", valueName: "radians"))
  var initialPhase: Double?

  @Flag(help: "Begin each curve with a slow wave at a random phase.")
  var randomPhase = false

  func validate() throws {
    if !bands.isEmpty && bands.count != 4 {
      throw ValidationError("--band is given \(bands.count) of 4 times; give all four, in order")
    }
    if randomPhase && initialPhase != nil {
      throw ValidationError("--initial-phase and --random-phase exclude each other")
    }
    guard connectionLength == nil else { return }
    let dependent = [
      ("--connection-frequency", connectionFrequency != nil),
      ("--initial-phase", initialPhase != nil), ("--random-phase", randomPhase),
    ]
    for (option, isGiven) in dependent where isGiven {
      throw ValidationError("\(option) goes with --connection-length only")
    }
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
    if !bands.isEmpty { critters.bands = bands.map(\.band) }
    if let connectionLength {
      var connection = SinusoidalCritters.Connection(
        length: connectionLength.length, initialPhase: randomPhase ? nil : initialPhase ?? 0)
      if let connectionFrequency { connection.frequency = connectionFrequency }
      critters.connection = connection
    }
    try critters.validate()
    try options.write(["critter1", "critter2"], height: size, width: size) {
      try critters.stack(frames: options.frames, seed: options.seed)
    }
  }
}

/// A band of angular frequencies on the command line: `0.05-0.07`.
struct FrequencyBand: ExpressibleByArgument {
  let band: SinusoidalCritters.Band

  init?(argument: String) {
    let ends = argument.split(separator: "-", omittingEmptySubsequences: false)
    guard ends.count == 2, let lowest = Double(ends[0]), let highest = Double(ends[1]) else {
      return nil
    }
    band = SinusoidalCritters.Band(lowest, highest)
  }
}

/// Length of a connecting wave on the command line: pixels, a fraction, or `third`.
struct ConnectionLength: ExpressibleByArgument {
  /// Pixels, or below 1 a part of the curve; nil: a third of it.
  let length: Double?

  init?(argument: String) {
    guard argument != "third" else {
      length = nil
      return
    }
    guard let length = Double(argument) else { return nil }
    self.length = length
  }
}
