import ArgumentParser
import Experiment

/// All that a training can be told about its settings, in the order in which it counts.
struct TrainingSettings: ParsableArguments {
  @OptionGroup(title: "Settings") var given: ConfigurationOptions
  @OptionGroup(title: "Network") var network: NetworkOptions
  @OptionGroup(title: "Training") var training: TrainingOptions

  @Option(help: ArgumentHelp("Patches per step.", valueName: "count"))
  var batch: Int?

  @OptionGroup var device: DeviceOptions

  /// The settings; those that come with the images win over the network's and not over the others.
  ///
  /// - Throws: `ConfigurationError`, and what `images` throws.
  func configuration(
    _ images: (inout Configuration) throws -> Void = { _ in }
  ) throws -> Configuration {
    var configuration = try given.configuration()
    try network.apply(to: &configuration)
    try images(&configuration)
    training.apply(to: &configuration)
    if let batch { configuration.training.batch = batch }
    device.apply(to: &configuration)
    return configuration
  }

  /// Takes over what may be said anew of a training that goes on.
  func resume(_ configuration: inout Configuration) {
    training.apply(to: &configuration)
    device.apply(to: &configuration)
  }
}
