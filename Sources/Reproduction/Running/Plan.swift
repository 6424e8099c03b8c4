import Experiment
import Foundation
import USplit

/// The rows that share one training, with one seed.
public struct PlannedTraining: Sendable {
  /// What is trained: `Row.training`.
  public let name: String
  /// What is told apart.
  public let task: SplitTask
  /// How.
  public let system: System
  /// At which size.
  public let recipe: Recipe
  /// Seed of the training.
  public let seed: UInt64
  /// The ways in which it is measured.
  public internal(set) var measurements: [TileRule]
}

extension PlannedTraining {
  /// The trainings of some rows: each training once, with all its measurements, in order.
  public static func plan(_ rows: [Row], seeds: Int) -> [PlannedTraining] {
    var trainings: [PlannedTraining] = []
    for seed in 0..<UInt64(seeds) {
      for row in rows {
        let place = trainings.firstIndex {
          $0.name == row.training && $0.seed == seed && $0.recipe == row.recipe
            && $0.task == row.task
        }
        guard let place else {
          trainings.append(
            PlannedTraining(
              name: row.training, task: row.task, system: row.system, recipe: row.recipe,
              seed: seed, measurements: [row.tiles]))
          continue
        }
        if !trainings[place].measurements.contains(row.tiles) {
          trainings[place].measurements.append(row.tiles)
        }
      }
    }
    return trainings
  }

  /// Which frames train, validate and test.
  var split: Experiment.SplitRule {
    switch task.source {
    case .published(let images, _): images.split
    case .critters, .cells: .leading
    case .files: .automatic
    }
  }

  /// All settings of the training; nil where nothing is trained.
  ///
  /// - Throws: `ConfigurationError` when the recipe makes no sense for the system.
  func configuration(_ sources: [ChannelSource]) throws(ConfigurationError) -> Configuration? {
    guard case .network(let shape) = system.method else { return nil }
    return try recipe.configuration(shape, sources: sources, split: split, seed: seed)
  }

  /// Whether all its measurements are among the records.
  ///
  /// - Throws: `ConfigurationError` when the recipe makes no sense for the system.
  public func isFinished(in records: [Record]) throws(ConfigurationError) -> Bool {
    let fingerprint = try fingerprint()
    return measurements.allSatisfy { rule in
      records.contains { $0.answers(self, rule, fingerprint) }
    }
  }

  /// The most seconds that it trains; nil without a limit.
  public var expectedSeconds: Double? { recipe.seconds > 0 ? recipe.seconds : nil }

  /// The network and the training in a few words.
  ///
  /// - Throws: `ConfigurationError` when the recipe makes no sense for the system.
  public func summary() throws(ConfigurationError) -> String {
    guard let configuration = try configuration(placeholders) else {
      return "fitted to each image"
    }
    let network = configuration.network
    let training = configuration.training
    var words = [
      "patch \(network.patch)", "\(network.filters) filters", "batches of \(training.batch)",
    ]
    if training.timeBudget == 0 {
      let steps = training.epochs * training.stepsPerEpoch
      words.append(steps > 0 ? "\(steps) steps" : "up to \(training.epochs) epochs")
    }
    return words.joined(separator: ", ")
  }

  /// The channels without their files.
  private var placeholders: [ChannelSource] {
    let files: [ChannelSource] = if case .files(let own) = task.source { own } else { [] }
    return task.channels.enumerated().map { place, name in
      files.isEmpty ? ChannelSource(name: name, file: "images") : files[place]
    }
  }

  /// A number that changes with every setting and every drawn image, but not with the folders that
  /// files lie in.
  ///
  /// - Throws: `ConfigurationError` as ``configuration(_:)``.
  public func fingerprint() throws(ConfigurationError) -> String {
    guard let configuration = try configuration(placeholders) else {
      return Checksum("\(task.source) \(system.id) \(recipe)").text
    }
    do {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys]
      // Axes that a user gives came later; results without them keep their fingerprint.
      let settings = String(decoding: try encoder.encode(configuration), as: UTF8.self)
        .replacing(#""axes":"","#, with: "")
      return Checksum("\(task.source) \(system.id) \(settings)").text
    } catch {
      throw ConfigurationError(.impossible, "the settings of \(name) are no JSON: \(error)")
    }
  }
}
