import ArgumentParser
import Experiment
import USplit

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

  /// The settings that nobody has named: those that keep a value which nobody would give them, or
  /// either of two.
  func openings() throws -> RecipeFit.Openings {
    let probe = 4095
    var configuration = try given.configuration {
      $0.network.patch = probe
      $0.network.contexts = probe
      $0.network.filters = probe
      $0.network.latentChannels = $0.network.latentChannels.map { _ in probe }
    }
    try network.apply(to: &configuration)
    let found = configuration.network
    let flips = try [false, true].map { value in
      try given.configuration { $0.training.flips = value }.training.flips
    }
    return RecipeFit.Openings(
      patch: found.patch == probe, contexts: found.contexts == probe,
      filters: found.filters == probe && found.latentChannels.allSatisfy { $0 == probe },
      flips: flips == [false, true])
  }

  /// Takes over what may be said anew of a training that goes on.
  func resume(_ configuration: inout Configuration) {
    training.apply(to: &configuration)
    device.apply(to: &configuration)
  }
}
