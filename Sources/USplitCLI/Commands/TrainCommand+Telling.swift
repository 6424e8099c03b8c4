import Experiment
import Foundation
import Imaging
import USplit

/// What a training says about itself.
extension TrainCommand {
  /// What is about to be trained, on what.
  func tell(
    _ data: PreparedData, _ images: TrainingImages, _ configuration: Configuration,
    _ cost: NetworkCost, _ console: Console
  ) {
    console.note("pixel size: \(Words.size(data.pixelSize))")
    console.note("split by the rule \(data.split.rule.rawValue):")
    for line in Words.split(data.split, height: images.height, width: images.width) {
      console.note(line)
    }
    console.note("input: \(Words.input(data.inputScale, names: data.names))")
    console.note("statistics of the training part, in the units of the files:")
    for line in Words.statistics(data.normalisation, data.inputScale, names: data.names) {
      console.note(line)
    }
    let training = configuration.training
    if let patches = Words.patches(training) { console.note("patches: \(patches)") }
    console.note(Words.network(configuration.network))
    console.note(
      Words.cost(cost, batch: training.batch) + "; \(Words.memory(Memory.available)) are available")
    var limit = "up to \(Words.count(training.epochs, "epoch"))"
    if training.timeBudget > 0 { limit += " or \(Words.time(training.timeBudget))" }
    console.note("training on \(training.device), \(limit)")
  }

  /// Where the time went, if that was measured.
  func tell(_ times: TimeProfile, steps: Int, _ console: Console) {
    guard let seconds = times.seconds else { return }
    for line in ProfileText(seconds: seconds, steps: steps).lines { console.note(line) }
  }

  /// What the metrics of the whole run say, unless it is to go on.
  func tellAdvice(
    _ end: TrainingEnd, _ configuration: Configuration, _ run: RunDirectory, _ console: Console
  ) throws {
    guard end != .stopped else { return }
    var metrics = MetricsReader(run.metrics)
    try metrics.update()
    let advice = RunAdvice.all(metrics.history, configuration)
    for line in advice.isEmpty ? [] : StatusText.advice(advice) { console.note(line) }
  }

  /// How the training ended, and what to do with its model.
  func tell(
    _ end: TrainingEnd, _ figures: ModelDescription.Figures, _ run: RunDirectory,
    _ console: Console
  ) throws {
    console.note(
      "ended (\(end.rawValue)) after \(Words.count(figures.steps, "step")) in "
        + "\(Words.time(figures.seconds))")
    if end == .stopped {
      console.note("go on with")
      console.note("  usplit train --resume \(run.url.relativePath)")
    }
    console.note("the best model is the file below; split an image with")
    console.note("  usplit split --model \(run.best.relativePath) IMAGE -o FOLDER")
    try Results.line(run.best.relativePath)
  }
}
