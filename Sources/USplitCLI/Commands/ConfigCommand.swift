import ArgumentParser
import Experiment

/// `usplit config`.
struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config",
    abstract: "Prints all settings of a training as JSON, or what each of them is for.",
    discussion: """
      Takes the same options as usplit train. The JSON is what --config of usplit train reads, so a \
      training can be prepared in a file:

      Example: usplit config --preset paper --context deep > settings.json
      """)

  @OptionGroup(title: "Settings") var settings: ConfigurationOptions
  @OptionGroup(title: "Network") var network: NetworkOptions
  @OptionGroup(title: "Training") var training: TrainingOptions

  @Option(help: ArgumentHelp("Patches per step.", valueName: "count"))
  var batch: Int?

  @OptionGroup var device: DeviceOptions

  @Flag(help: "Print a line for each setting: its name for --set, kind, value, and what it is for.")
  var keys = false

  func run() throws {
    var configuration = try settings.configuration()
    try network.apply(to: &configuration)
    training.apply(to: &configuration)
    if let batch { configuration.training.batch = batch }
    device.apply(to: &configuration)
    try configuration.network.validate()
    try configuration.loss.validate(targets: configuration.network.targets)
    try configuration.training.validate()
    if !configuration.data.targets.isEmpty { try configuration.data.validate() }
    guard keys else { return try Results.json(configuration) }
    let rows = try configuration.settingKeys().map { key in
      let choices = key.choices.isEmpty ? "" : " One of \(key.choices.joined(separator: ", "))."
      return [key.path, key.kind, key.value, key.explanation + choices]
    }
    for line in Words.columns([["setting", "kind", "value", ""]] + rows) { try Results.line(line) }
  }
}
