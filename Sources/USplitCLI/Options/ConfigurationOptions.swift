import ArgumentParser
import Experiment
import Foundation

/// Where all settings come from: a preset, then a file, then single settings.
struct ConfigurationOptions: ParsableArguments {
  @Option(help: "Settings to start from: the paper's, or a recipe for minutes on a laptop.")
  var preset: Preset = .fast

  @Option(help: ArgumentHelp("JSON file with settings to change.", valueName: "file"))
  var config: String?

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Change one setting, such as network.kernel=5; may be repeated.", valueName: "key=value"))
  var settings: [Setting] = []

  /// The settings, without the options that have names of their own.
  ///
  /// - Throws: `ConfigurationError` for a file or a setting that makes no sense.
  func configuration() throws(ConfigurationError) -> Configuration {
    var configuration = Configuration.preset(preset)
    if let config {
      configuration = try Configuration(
        contentsOf: URL(fileURLWithPath: config), over: configuration)
    }
    for setting in settings { configuration = try setting.applied(to: configuration) }
    return configuration
  }
}
