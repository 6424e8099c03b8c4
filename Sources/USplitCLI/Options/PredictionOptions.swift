import ArgumentParser
import Experiment
import USplit

/// How images are split.
struct PredictionOptions: ParsableArguments {
  @Option(
    help: """
      How patches overlap: of patches as trained only the middle is kept, or patches are enlarged \
      and the trained size is kept, or neither. (default: inner)
      """)
  var tiles: Measurement.Tiles.Scheme?

  @Option(
    help: ArgumentHelp(
      """
      Pixels at each side of a patch that are computed and thrown away; 0 for none. (default: 16, \
      or a quarter of the patch if that is less; with --tiles outer the next number that the \
      network can take)
      """, valueName: "pixels"))
  var padding: Int?

  @Option(help: "Take the mean of the latent variables, or draw them.")
  var latents: LatentChoice?

  @Option(help: ArgumentHelp("Predictions to average; more than 1 draw.", valueName: "count"))
  var samples = 1

  @Option(
    help: ArgumentHelp(
      """
      Average predictions of each patch as it is, upside down (2), mirrored (4) and turned (8). \
      (default: what was best when the model was validated)
      """, valueName: "1, 2, 4, 8"))
  var turns: Int?

  @Flag(
    help: """
      Predict the standard deviation of every pixel too: a channel more for each structure, \
      calibrated on the validation part; with --samples from the spread of the draws, too.
      """)
  var deviations = false

  @Option(help: ArgumentHelp("Seed of what is drawn.", valueName: "number"))
  var seed: UInt64 = 0

  @Option(help: ArgumentHelp("Patches that are computed at once.", valueName: "count"))
  var batch = 8

  @Option(help: "Number format of the network's features.")
  var precision = Precision.float32

  func validate() throws {
    if samples < 1 { throw ValidationError("--samples is \(samples), at least 1 is needed") }
    if let turns, ![1, 2, 4, 8].contains(turns) {
      throw ValidationError("--turns is \(turns), possible are 1, 2, 4 and 8")
    }
    if samples > 1, latents == .mean {
      throw ValidationError("--samples \(samples) draws, but --latents is mean; leave out one")
    }
    if !(1...65536).contains(batch) {
      throw ValidationError("--batch is \(batch), 1 to 65536 are possible")
    }
    if let padding, padding < 0 {
      throw ValidationError("--padding is \(padding), it cannot be negative")
    }
    if tiles == Measurement.Tiles.Scheme.none, let padding, padding != 0 {
      throw ValidationError("--padding is \(padding), but --tiles is none; leave out one")
    }
  }

  /// Whether any of the options was given another value than it has by itself.
  var isGiven: Bool {
    tiles != nil || padding != nil || latents != nil || samples != 1 || turns != nil || deviations
      || seed != 0
      || batch != 8 || precision != .float32
  }

  /// The options for a model.
  ///
  /// - Throws: `CommandError` or `ImagingError` when the padding leaves nothing of its patch, or the
  ///   network cannot take the patches.
  func options(for model: ModelDescription) throws -> SplitOptions {
    var options = SplitOptions(try tilePadding(for: model.network))
    options.samplesPosterior = samples > 1 || latents == .sample
    options.samples = samples
    options.turns = turns ?? model.turns ?? 1
    options.withDeviation = deviations
    if deviations, !model.predictsDeviation(samples: samples) {
      throw CommandError(
        "the model predicts no deviations: "
          + (model.network.backbone.isStochastic
            ? "its network learned no variances; take --samples 10, whose spread is one"
            : "its network (\(model.network.backbone.rawValue)) learned no variances and has nothing "
              + "to draw; train a ladder (--backbone hvae)"))
    }
    options.seed = seed
    options.batch = batch
    options.precision = precision
    return options
  }

  private func tilePadding(for network: NetworkConfiguration) throws -> TilePadding {
    let patch = network.patch
    let margin = padding ?? SplitOptions.standardMargin(patch: patch)
    switch tiles ?? .inner {
    case .none: return .none
    case .inner:
      guard margin <= (patch - 1) / 2 else {
        throw CommandError(
          "--padding is \(margin) pixels at each side, which leaves nothing of the patch of "
            + "\(patch); \((patch - 1) / 2) are possible")
      }
      return .inner(keeping: patch - 2 * margin)
    case .outer:
      var outer = TilePadding.outer(margin)
      if padding == nil {
        let step = try network.marginStep()
        outer = .outer((margin + step - 1) / step * step)
      }
      _ = try outer.sides(for: network)
      return outer
    }
  }
}
