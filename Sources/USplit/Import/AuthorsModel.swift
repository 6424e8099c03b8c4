import Checkpoint
import Experiment
import Foundation

/// A network that the authors' program trained: its weights, and its settings as far as they are
/// known.
public struct AuthorsModel: Sendable {
  /// The weights.
  public let checkpoint: TorchCheckpoint
  /// The network, loss and preparation of images; names no files.
  public let configuration: Configuration
  /// What was found, and what was taken for lack of knowledge, in sentences.
  public let notes: [String]

  /// Puts together what a checkpoint and a configuration file say.
  ///
  /// - Parameters:
  ///   - checkpoint: the weights
  ///   - file: `config.pkl`, or nil to find the settings out from the weights
  ///   - targets: the number of structures that the network splits out
  ///   - choices: what the weights do not tell; without effect when there is a file
  /// - Throws: `ConfigurationError` or ``ModelError`` with a sentence.
  public init(
    _ checkpoint: TorchCheckpoint, configuration file: AuthorsConfigFile?, targets: Int,
    choices: NetworkChoices = NetworkChoices()
  ) throws {
    var configuration = Configuration.preset(.paper)
    var notes: [String] = []
    if let file {
      let authors = try AuthorsConfiguration(json: file.json)
      configuration.network = authors.network
      configuration.loss = authors.loss
      configuration.data = authors.data
      configuration.network.targets = targets
      notes += file.skipped.map { "left out of the configuration: \($0)" }
    } else {
      let derived = try DerivedNetwork(checkpoint, targets: targets, choices: choices)
      configuration.network = derived.configuration
      if !derived.configuration.backbone.isLadder { configuration.loss.kind = .meanSquaredError }
      notes += derived.notes
      notes.append(
        "how the images were prepared is not in the weights: taken as the authors published it "
          + "(clipped at the \(configuration.data.clipQuantile) quantile, mirrored borders)")
    }
    notes += checkpoint.skipped.map { "left out of the checkpoint: \($0)" }
    self.checkpoint = checkpoint
    self.configuration = configuration
    self.notes = notes
  }

  /// The model, ready to be saved.
  ///
  /// - Parameters:
  ///   - statistics: how its images were scaled
  ///   - sources: the files of the training images, if they are known
  /// - Throws: as ``SplitModel/init(_:_:)``.
  public func model(
    _ statistics: ModelStatistics, sources: [ChannelSource] = []
  ) throws -> SplitModel {
    var configuration = configuration
    configuration.data.targets =
      sources.isEmpty ? statistics.channels.map { ChannelSource(name: $0) } : sources
    let name = URL(fileURLWithPath: checkpoint.path).lastPathComponent
    var description = ModelDescription(configuration, statistics, origin: name)
    description.figures.steps = max(0, checkpoint.steps ?? 0)
    description.figures.epochs = (checkpoint.epoch).map { max(0, $0 &+ 1) } ?? 0
    return try SplitModel(description, checkpoint)
  }
}
