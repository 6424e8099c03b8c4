import Experiment
import Foundation
import USplit

/// How large an experiment is run.
public enum Scale: String, Choice {
  /// Seconds a row: whether everything works.
  case smoke
  /// Minutes a row on two cores: whether the paper's order of systems shows.
  case small
  /// As in the paper: days on a large graphics processor.
  case paper
}

/// The size at which one row is trained.
public struct Recipe: Sendable, Equatable {
  /// Settings to start from.
  public var preset: Preset
  /// The side of a patch that stands for the paper's 64 pixels.
  public var patch: Int
  /// The largest side of a patch; larger ones of the paper are reduced to it.
  public var largestPatch: Int
  /// Channels of a feature map.
  public var filters: Int
  /// Latent channels of each level.
  public var latents: Int
  /// Patches per step at the side `patch`; larger patches come in smaller batches.
  public var batch: Int
  /// Seconds of training; 0 for no limit.
  public var seconds: Double
  /// Steps of training, in epochs of `stepsPerEpoch`; nil for the preset's.
  public var steps: Int?
  /// Changes of single settings, as in the file of `usplit train --config`.
  public var changes: String?

  /// The recipe of a scale for microscopy.
  static func microscopy(_ scale: Scale) -> Recipe {
    switch scale {
    case .smoke:
      Recipe(
        preset: .fast, patch: 32, largestPatch: 64, filters: 4, latents: 4, batch: 4, seconds: 0,
        steps: 20)
    case .small:
      Recipe(
        preset: .fast, patch: 64, largestPatch: 256, filters: 16, latents: 16, batch: 8,
        seconds: 120)
    case .paper:
      Recipe(
        preset: .paper, patch: 64, largestPatch: 512, filters: 64, latents: 128, batch: 32,
        seconds: 0)
    }
  }

  /// The side of a patch that stands for one of the paper.
  func patch(for paper: Int) -> Int { min(paper * patch / 64, largestPatch) }

  /// Patches per step of patches of the given side: the same number of pixels, but at least 2, over
  /// which batch normalisation can be computed.
  func batch(patch side: Int) -> Int { max(2, batch * patch * patch / (side * side)) }

  /// The settings of a network's training.
  ///
  /// - Throws: `ConfigurationError` when `changes` or the outcome makes no sense.
  func configuration(
    _ shape: NetworkShape, sources: [ChannelSource], split: Experiment.SplitRule, seed: UInt64
  ) throws(ConfigurationError) -> Configuration {
    var configuration = Configuration.preset(preset)
    configuration.network.filters = filters
    let side = patch(for: shape.patch)
    shape.apply(to: &configuration, patch: side, latents: latents)
    configuration.data.targets = sources
    configuration.network.targets = sources.count
    configuration.data.split.rule = split
    configuration.training.batch = batch(patch: side)
    configuration.training.timeBudget = seconds
    configuration.training.seed = seed
    if let steps {
      let perEpoch = min(configuration.training.stepsPerEpoch, max(1, steps / 4))
      configuration.training.stepsPerEpoch = max(1, perEpoch)
      configuration.training.epochs = max(1, steps / max(1, perEpoch))
    }
    if let changes {
      configuration = try Configuration(
        json: Data(changes.utf8), source: "the recipe", over: configuration)
    }
    try configuration.validate()
    return configuration
  }
}

extension Recipe {
  /// The settings of two generators fitted to each image.
  func doubleDIP(seed: UInt64) -> DoubleDIPSettings {
    var settings = DoubleDIPSettings(preset == .paper ? .publication : .fast)
    settings.seed = seed
    if let steps { settings.iterations = min(settings.iterations, steps) }
    return settings
  }

  /// A length in pixels of the paper's patches of 64, for patches of this recipe.
  func scaled(_ pixels: Int) -> Int { max(1, pixels * patch / 64) }
}
