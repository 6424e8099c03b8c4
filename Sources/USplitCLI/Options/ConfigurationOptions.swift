import ArgumentParser
import Experiment
import Foundation

/// Where all settings come from: a preset, then a file, then single settings.
struct ConfigurationOptions: ParsableArguments {
  @Option(
    help: """
      Settings to start from: the paper's, a recipe for minutes on a laptop, or one for a day on a \
      graphics processor. With the last two, patch, contexts and width follow from images and time \
      unless they are named.
      """)
  var preset: Preset = .fast

  @Option(
    help: ArgumentHelp("JSON file with settings to change.", valueName: "file"),
    completion: .jsonFile)
  var config: String?

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Change one setting, such as network.kernel=5; may be repeated.", valueName: "key=value"),
    completion: .setting)
  var settings: [Setting] = []

  /// The settings, without the options that have names of their own.
  ///
  /// - Parameter change: made to the preset before all else
  /// - Throws: `ConfigurationError` for a file or a setting that makes no sense.
  func configuration(
    changing change: (inout Configuration) -> Void = { _ in }
  ) throws(ConfigurationError) -> Configuration {
    var configuration = Configuration.preset(preset)
    change(&configuration)
    if let config {
      configuration = try Configuration(
        contentsOf: URL(fileURLWithPath: config), over: configuration)
    }
    for setting in settings { configuration = try setting.applied(to: configuration) }
    return configuration
  }
}
