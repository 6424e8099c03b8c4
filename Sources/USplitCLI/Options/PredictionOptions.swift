import ArgumentParser
import Experiment
import USplit

/// How images are split.
struct PredictionOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Pixels at each side of a patch that are computed and thrown away (inner padding); 0 for \
      none. (default: 16, or a quarter of the patch if that is less)
      """, valueName: "pixels"))
  var padding: Int?

  @Option(help: "Take the mean of the latent variables, or draw them.")
  var latents: LatentChoice?

  @Option(help: ArgumentHelp("Predictions to average; more than 1 draw.", valueName: "count"))
  var samples = 1

  @Option(help: ArgumentHelp("Seed of what is drawn.", valueName: "number"))
  var seed: UInt64 = 0

  @Option(help: ArgumentHelp("Patches that are computed at once.", valueName: "count"))
  var batch = 8

  func validate() throws {
    if samples < 1 { throw ValidationError("--samples is \(samples), at least 1 is needed") }
    if samples > 1, latents == .mean {
      throw ValidationError("--samples \(samples) draws, but --latents is mean; leave out one")
    }
    if !(1...65536).contains(batch) {
      throw ValidationError("--batch is \(batch), 1 to 65536 are possible")
    }
    if let padding, padding < 0 {
      throw ValidationError("--padding is \(padding), it cannot be negative")
    }
  }

  /// The options for a model.
  ///
  /// - Throws: `CommandError` when the padding leaves nothing of its patch.
  func options(for model: ModelDescription) throws -> SplitOptions {
    let patch = model.network.patch
    let margin = padding ?? min(16, patch / 4)
    guard margin <= (patch - 1) / 2 else {
      throw CommandError(
        "--padding is \(margin) pixels at each side, which leaves nothing of the patch of \(patch); "
          + "\((patch - 1) / 2) are possible")
    }
    var options = SplitOptions(inner: patch - 2 * margin)
    options.samplesPosterior = samples > 1 || latents == .sample
    options.samples = samples
    options.seed = seed
    options.batch = batch
    return options
  }
}
