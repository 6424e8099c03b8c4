import Experiment
import Torch
import USplit

/// What a training chooses by itself.
extension TrainCommand {
  /// The settings with those that were left open fitted to the images, the machine and the time.
  ///
  /// Rank 0 measures, and the others take what it has found.
  func fitted(
    _ configuration: Configuration, to images: TrainingImages, device: Device,
    _ group: ProcessGroup?, _ console: Console
  ) throws -> Configuration {
    guard settings.given.preset != .paper else { return configuration }
    let openings = try settings.openings()
    let threads = configuration.training.threads
    if threads > 0 { Runtime.threads = threads }
    var fit = RecipeFit(configuration, openings)
    fit.fit(height: images.height, width: images.width)
    if group?.isFirst ?? true {
      try fit.fit(time: configuration.training.timeBudget, device: device)
    }
    var result = fit.configuration
    if let group {
      let width = try group.broadcast([Double(result.network.filters)])[0]
      if openings.filters { result.network.set(width: Int(width)) }
    }
    for choice in fit.choices { console.note("chosen: \(choice)") }
    try result.validate()
    return result
  }
}
