import Experiment
import Imaging
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
    let limit = configuration.training.memoryLimit
    var fit = RecipeFit(
      configuration, openings, memory: min(Memory.available, limit > 0 ? limit : .max))
    fit.fit(height: images.height, width: images.width)
    if group?.isFirst ?? true {
      let time = configuration.training.timeBudget
      try fit.fit(time: time, device: device)
      try fit.fit(pixels: trainingPixels(images, configuration), time: time, device: device)
    }
    var result = fit.configuration
    if let group {
      let found = try group.broadcast([
        Double(result.network.filters), result.training.flips ? 1 : 0,
      ])
      if openings.filters { result.network.set(width: Int(found[0])) }
      result.training.flips = found[1] == 1
    }
    for choice in fit.choices { console.note("chosen: \(choice)") }
    try result.validate()
    return result
  }

  /// The pixels of the training part; 0 where the images are too few to be divided, which is told
  /// when they are.
  private func trainingPixels(_ images: TrainingImages, _ configuration: Configuration) -> Int {
    let rule = configuration.data.split
    let split = try? DataSplit.make(
      rule: rule.rule.imaging, frames: images.frames, height: images.height, width: images.width,
      validation: rule.validation, test: rule.test, patch: configuration.network.patch)
    return (split?.train ?? []).reduce(0) { $0 + $1.height * $1.width }
  }
}
