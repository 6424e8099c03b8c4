import ArgumentParser
import Experiment
import Foundation
import USplit

/// `usplit describe`.
struct DescribeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "describe",
    abstract: "Shows the network that settings make, and what it costs.")

  @OptionGroup(title: "Settings") var settings: ConfigurationOptions
  @OptionGroup(title: "Network") var network: NetworkOptions

  @Option(help: ArgumentHelp("Patches per step.", valueName: "count"))
  var batch: Int?

  @Flag(help: "Print JSON.")
  var json = false

  /// What `--json` prints.
  private struct Summary: Encodable {
    struct Level: Encodable {
      let index: Int
      let takesContext: Bool
      let contextExtent: Int?
      let channels: Int
      let latentChannels: Int
      let encoderSize: Int
      let latentSize: Int
      let decoderSize: Int
    }
    let network: NetworkConfiguration
    let batch: Int
    let parameters: Int
    let gigaflopPerPatch: Double
    let trainingMemory: Int
    let predictionMemory: Int
    let levels: [Level]
  }

  func run() throws {
    var configuration = try settings.configuration()
    try network.apply(to: &configuration.network)
    if let batch { configuration.training.batch = batch }
    try configuration.network.validate()
    try configuration.training.validate()
    let plan = try LadderPlan(configuration.network)
    let cost = try NetworkCost.measure(configuration)
    let summary = Summary(
      network: configuration.network, batch: configuration.training.batch,
      parameters: cost.parameters, gigaflopPerPatch: cost.gigaflopPerPatch,
      trainingMemory: cost.trainingMemory, predictionMemory: cost.predictionMemory,
      levels: plan.levels.map { level in
        Summary.Level(
          index: level.index, takesContext: level.takesContext,
          contextExtent: level.takesContext ? plan.patch << (level.index + 1) : nil,
          channels: level.channels, latentChannels: level.latentChannels,
          encoderSize: level.encoderSize, latentSize: level.skipSize,
          decoderSize: level.decoderSize)
      })
    if json { try Results.json(summary) } else { try printText(summary) }
  }

  private func printText(_ summary: Summary) throws {
    var rows = [["level", "context", "channels", "bottom-up", "latent", "top-down"]]
    for level in summary.levels {
      rows.append([
        "\(level.index)", level.contextExtent.map { "\($0)" } ?? "-", "\(level.channels)",
        "\(level.encoderSize)", "\(level.latentChannels) × \(level.latentSize)",
        "\(level.decoderSize)",
      ])
    }
    try Results.line(Words.network(summary.network))
    try Results.line(Words.table(rows))
    try Results.line(
      "context: side of what the level sees, in pixels of the image; sizes are sides in pixels")
    try Results.line("parameters: \(summary.parameters)")
    try Results.line("GFLOP per patch: \(summary.gigaflopPerPatch.formatted(digits: 3))")
    try Results.line(
      "memory, estimated for batches of \(summary.batch): \(Words.memory(summary.trainingMemory)) "
        + "to train, \(Words.memory(summary.predictionMemory)) to split")
  }
}
