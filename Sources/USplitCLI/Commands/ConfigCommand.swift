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

  @OptionGroup var settings: TrainingSettings

  @Flag(help: "Print a line for each setting: its name for --set, kind, value, and what it is for.")
  var keys = false

  func run() throws {
    let configuration = try settings.configuration()
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
