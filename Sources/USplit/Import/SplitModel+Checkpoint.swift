import Checkpoint
import Experiment
import Foundation
import Imaging
import Torch

extension SplitModel {
  /// A model with the weights of a checkpoint of the authors' program.
  ///
  /// All names and shapes are compared before any weight is made.
  ///
  /// - Throws: `TorchError.checkpoint` with all names that do not fit at once,
  ///   `ConfigurationError` for an impossible network, ``ModelError`` for a description whose parts
  ///   do not belong together.
  public convenience init(_ description: ModelDescription, _ checkpoint: TorchCheckpoint) throws {
    try description.validate()
    let shapes = checkpoint.entries.map { (name: $0.name, shape: $0.shape) }
    let plan = try ParameterStore(seed: 0, device: .meta)
    _ = try description.network.makeNetwork(plan.root)
    try plan.check(shapes, of: checkpoint.path)
    try self.init(description)
    var tensors: [(name: String, tensor: Tensor)] = []
    for entry in checkpoint.entries {
      tensors.append((entry.name, try Tensor(checkpoint, entry)))
    }
    try store.load(tensors, from: checkpoint.path)
  }
}

extension Tensor {
  /// A tensor of a checkpoint; 64-bit integers stay integers, all else becomes float32.
  fileprivate init(
    _ checkpoint: TorchCheckpoint, _ entry: TorchCheckpoint.Entry
  ) throws(CheckpointError) {
    if entry.type == .int64, let integers = try checkpoint.integers(entry.name) {
      self.init(integers: integers, shape: entry.shape)
    } else {
      self.init(try checkpoint.floats(entry.name), shape: entry.shape)
    }
  }
}

extension ModelDescription {
  /// The description of a model that another program trained with the mean of its targets.
  ///
  /// - Parameters:
  ///   - configuration: its settings; the files may be without names
  ///   - statistics: how its images were scaled
  ///   - origin: where the weights come from, in words
  public init(
    _ configuration: Configuration, _ statistics: ModelStatistics, origin: String
  ) {
    let count = statistics.channels.count
    let weights = configuration.data.mixingWeights(targets: count)
    let gain = configuration.data.inputIsSum ? Double(count) : 1
    self.program = "usplit \(version), from \(origin)"
    self.configuration = configuration
    self.channels = statistics.channels
    self.inputScale = InputScale(
      weights: weights, clip: zip(weights, statistics.clip).reduce(0) { $0 + $1.0 * $1.1 },
      offset: statistics.inputMean, factor: gain / statistics.inputStd)
    self.normalisation = Normalisation(
      options: configuration.data.normalisationOptions, clip: statistics.clip,
      inputMean: statistics.inputMean, inputStd: statistics.inputStd, inputGain: gain,
      targetMean: statistics.targetMean, targetStd: statistics.targetStd)
    self.padding = configuration.data.imagingPadding
    self.pixelSize = statistics.images?.pixelSize
    self.axes = statistics.images?.axes ?? "unknown"
    self.height = statistics.images?.height ?? 0
    self.width = statistics.images?.width ?? 0
    self.split =
      statistics.images?.split
      ?? DataSplit(
        rule: configuration.data.split.rule.imaging, train: [], validation: [], test: [])
  }

  /// Whether it is known which parts of which images trained the model; an imported one may not
  /// know.
  public var knowsItsImages: Bool { height > 0 }
}
