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
      let encoderSize: Int
      /// Of ladders.
      var latentChannels: Int?
      var latentSize: Int?
      /// Of the other networks.
      var decoderChannels: Int?
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
    try network.apply(to: &configuration)
    if let batch { configuration.training.batch = batch }
    try configuration.network.validate()
    try configuration.training.validate()
    let cost = try NetworkCost.measure(configuration)
    let summary = Summary(
      network: configuration.network, batch: configuration.training.batch,
      parameters: cost.parameters, gigaflopPerPatch: cost.gigaflopPerPatch,
      trainingMemory: cost.trainingMemory, predictionMemory: cost.predictionMemory,
      levels: try levels(of: configuration.network))
    if json { try Results.json(summary) } else { try printText(summary) }
  }

  private func levels(of network: NetworkConfiguration) throws -> [Summary.Level] {
    guard network.backbone.isLadder else {
      return try UNetPlan(network).levels.map { level in
        Summary.Level(
          index: level.index, takesContext: level.contextExtent != nil,
          contextExtent: level.contextExtent, channels: level.channels,
          encoderSize: level.encoderSize, decoderChannels: level.decoderChannels,
          decoderSize: level.skipSize)
      }
    }
    let plan = try LadderPlan(network)
    return plan.levels.map { level in
      Summary.Level(
        index: level.index, takesContext: level.takesContext,
        contextExtent: level.takesContext ? plan.patch << (level.index + 1) : nil,
        channels: level.channels, encoderSize: level.encoderSize,
        latentChannels: level.latentChannels, latentSize: level.skipSize,
        decoderSize: level.decoderSize)
    }
  }

  /// The levels of a ladder, or of another network from the patch to its bottom.
  private func rows(_ summary: Summary) -> [[String]] {
    let isLadder = summary.network.backbone.isLadder
    let head =
      isLadder
      ? ["level", "context", "channels", "bottom-up", "latent", "top-down"]
      : ["level", "context", "down", "up"]
    return [head]
      + summary.levels.map { level in
        let start = ["\(level.index)", level.contextExtent.map { "\($0)" } ?? "-"]
        guard let latents = level.latentChannels, let size = level.latentSize else {
          return start + [
            "\(level.channels) × \(level.encoderSize)",
            "\(level.decoderChannels ?? level.channels) × \(level.decoderSize)",
          ]
        }
        return start + [
          "\(level.channels)", "\(level.encoderSize)", "\(latents) × \(size)",
          "\(level.decoderSize)",
        ]
      }
  }

  private func printText(_ summary: Summary) throws {
    try Results.line(Words.network(summary.network))
    try Results.line(Words.table(rows(summary)))
    try Results.line(
      "context: side of what the level sees, in pixels of the image; sizes are sides in pixels"
        + (summary.network.backbone.isLadder ? "" : ", after the channels"))
    try Results.line("parameters: \(summary.parameters)")
    try Results.line("GFLOP per patch: \(summary.gigaflopPerPatch.formatted(digits: 3))")
    try Results.line(
      "memory, estimated for batches of \(summary.batch): \(Words.memory(summary.trainingMemory)) "
        + "to train, \(Words.memory(summary.predictionMemory)) to split")
  }
}
