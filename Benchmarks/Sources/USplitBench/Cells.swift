import Experiment
import Imaging
import USplit

/// Synthetic cells and settings to measure with.
enum Cells {
  /// Settings of a training without time limit.
  static func configuration(
    _ variant: ContextVariant, filters: Int, patch: Int, batch: Int
  ) -> Configuration {
    var configuration = Configuration.preset(.fast)
    configuration.network.latentChannels = [filters]
    configuration.network.set(context: variant)
    configuration.network.filters = filters
    configuration.network.patch = patch
    configuration.data.targets = targets
    configuration.training.batch = batch
    configuration.training.timeBudget = 0
    return configuration
  }

  /// The paper's settings of a network: `unet`, or a variant of the HVAE by its name.
  ///
  /// - Parameter filters: another number of filters than the paper's, with twice as many latent
  ///   channels; 0 for the paper's
  static func paper(
    _ network: String, filters: Int, patch: Int, batch: Int
  ) throws -> Configuration {
    var configuration = Configuration.preset(.paper)
    if network == "unet" {
      configuration.set(backbone: .unet)
    } else if let variant = ContextVariant(rawValue: network), variant != .unaligned {
      configuration.network.set(context: variant)
    } else {
      throw ArgumentError("--network is \"\(network)\"; name unet, vanilla, lean, regular or deep")
    }
    if filters > 0 {
      configuration.network.filters = filters
      configuration.network.latentChannels = configuration.network.latentChannels.map { _ in
        2 * filters
      }
    }
    configuration.network.patch = patch
    configuration.data.targets = targets
    configuration.training.batch = batch
    return configuration
  }

  private static let targets = ["nuclei", "filaments"].map { ChannelSource(name: $0, file: $0) }

  /// Frames of nuclei and filaments, prepared for these settings.
  static func data(
    _ configuration: Configuration, frames: Int, side: Int
  ) throws -> PreparedData {
    let cells = try SyntheticCells().stack(frames: frames, height: side, width: side, seed: 1)
    let targets = (0..<2).map { channel in
      ImageStack(
        frames: frames, channels: 1, height: side, width: side,
        pixels: (0..<frames).flatMap { cells.plane(frame: $0, channel: channel).values })
    }
    return try PreparedData(
      TrainingImages(targets: targets, names: ["nuclei", "filaments"]), configuration.data,
      contexts: configuration.network.contexts, patch: configuration.network.patch)
  }
}
