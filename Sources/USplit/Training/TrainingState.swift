import Experiment
import Foundation
import Safetensors
import Torch

/// Where a training stands, beside weights, optimiser and random numbers.
struct TrainingState: Codable, Equatable, Sendable {
  /// Steps taken.
  var step = 0
  /// Whole epochs.
  var epoch = 0
  /// Batches of the present epoch, also those whose step was skipped.
  var batchOfEpoch = 0
  /// Batches of the whole training: the number of the next one.
  var batch = 0
  /// Whether the last epoch's validation is still to come.
  var awaitsValidation = false
  /// The best validation's PSNR in dB; nil before the first.
  var best: Double?
  /// Epochs since then.
  var epochsSinceBest = 0
  /// What the last step minimised, and the last one before the best validation; nil before the first.
  var stage: SplitLoss.Stage?
  var stageOfBest: SplitLoss.Stage?
  /// The last steps that could not be taken, and all of them.
  var skippedInARow = 0
  var skipped = 0
  /// How often the training went back, and what that has done to the learning rate.
  var returns = 0
  var rateFactor = 1.0
  /// Seconds of training, and of the longest validation.
  var seconds = 0.0
  var validationSeconds = 0.0
  /// What validations have changed of the learning rate.
  var rate: LearningRate.State
  /// What losses are usual.
  var watch = LossWatch()
  /// How batches are taken; nil until that is decided.
  var division: StepDivision?
  /// Whether their parts were halved for want of memory.
  var hasHalvedParts = false
  /// The factor of the loss in a float16 training.
  var lossScale = LossScale().state
  /// Bytes of the metrics that belong to this state.
  var metricsBytes: UInt64 = 0
}

/// The file of a training state: safetensors with all tensors that go on changing, and the rest as
/// JSON in its metadata.
struct TrainingCheckpoint {
  /// Where the training stood.
  let state: TrainingState
  /// What the model said about itself.
  let description: ModelDescription
  private let file: SafetensorsFile

  private enum Key {
    static let format = "format"
    static let name = "usplit-training"
    static let version = "version"
    static let number = "1"
    static let state = "state"
    static let description = "usplit"
    static let checksum = "checksum"

    static func random(_ rank: Int) -> String { rank == 0 ? "random" : "random.\(rank)" }
  }

  /// Writes a state: under a temporary name first, flushed, then renamed.
  ///
  /// - Throws: `TorchError` or `SafetensorsError`.
  static func write(
    _ state: TrainingState, _ parts: TrainingParts, randomStatesOfOthers: [[Int64]] = [],
    to url: URL
  ) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let json = String(decoding: try encoder.encode(state), as: UTF8.self)
    let description = String(
      decoding: try encoder.encode(parts.model.description), as: UTF8.self)
    var items = try parts.model.store.items(prefix: "model.")
    items += try parts.optimiser.items(prefix: "optimiser.")
    if let average = parts.average { items += try average.items(prefix: "average.") }
    for (rank, numbers) in ([try parts.generator.state()] + randomStatesOfOthers).enumerated() {
      items.append(
        SafetensorsFile.Item(
          name: Key.random(rank), shape: [numbers.count], integers: numbers.map(Int.init)))
    }
    try SafetensorsFile.write(
      items,
      metadata: [
        Key.format: Key.name, Key.version: Key.number, Key.state: json,
        Key.description: description, Key.checksum: Checksum(json + description).text,
      ], to: url)
  }

  /// Reads a state, its tensors not yet.
  ///
  /// - Throws: `SafetensorsError` or `ModelError` when the file is cut short, changed or of another
  ///   version.
  init(contentsOf url: URL) throws {
    file = try SafetensorsFile(contentsOf: url)
    let metadata = file.metadata
    guard metadata[Key.format] == Key.name, let json = metadata[Key.state],
      let described = metadata[Key.description]
    else { throw ModelError("\(url.path) is no state of a training") }
    guard metadata[Key.version] == Key.number else {
      throw ModelError(
        "\(url.path) is of version \(metadata[Key.version] ?? "none"), this program resumes version "
          + "\(Key.number); go on with the usplit that wrote it")
    }
    guard metadata[Key.checksum] == Checksum(json + described).text else {
      throw ModelError("\(url.path) was changed after it was written")
    }
    do {
      state = try JSONDecoder().decode(TrainingState.self, from: Data(json.utf8))
    } catch {
      throw ModelError("\(url.path) has a state that this program cannot read: \(error)")
    }
    description = try ModelDescription(json: described, of: url.path)
  }

  /// Overwrites everything that goes on changing; random numbers with those of a rank, which stay
  /// as they are where there was no such rank.
  ///
  /// - Throws: `TorchError` when the file is of another network.
  func restore(_ parts: TrainingParts, randomNumbers: Bool, rank: Int = 0) throws {
    try parts.model.store.load(file, prefix: "model.")
    try parts.optimiser.load(file, prefix: "optimiser.")
    try parts.average?.load(file, prefix: "average.")
    guard randomNumbers, rank == 0 || file.entries.contains(where: { $0.name == Key.random(rank) })
    else { return }
    try parts.generator.restore(try file.integers(Key.random(rank)).map(Int64.init))
  }
}

/// The parts of a training that hold tensors.
struct TrainingParts {
  let model: SplitModel
  let optimiser: any Optimiser
  let average: WeightAverage?
  let generator: Generator

  /// About the bytes of their tensors.
  var byteCount: Int {
    let weights = model.store.entries.reduce(0) { $0 + $1.tensor.elementCount * 4 }
    return weights * (average == nil ? 3 : 4) + 65536
  }

  /// Whether all weights are numbers.
  func areFinite() throws -> Bool {
    for entry in model.store.entries where entry.tensor.type != .int64 {
      if try !entry.tensor.squared().sum().item().isFinite { return false }
    }
    return true
  }
}
