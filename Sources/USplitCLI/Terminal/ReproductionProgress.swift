import Reproduction
import USplit

/// Tells how a reproduction goes.
final class ReproductionProgress {
  private let console: Console
  private let progress: Progress
  private var place = ""
  private var last = ""

  init(_ console: Console) {
    self.console = console
    self.progress = Progress(console)
  }

  func tell(_ event: Runner.Event) {
    switch event {
    case .training(let training, let number, let count):
      progress.end()
      place = "\(number) of \(count)"
      console.note("\(place): \(training.name), seed \(training.seed)")
    case .progress(.step(let event, let done, let remaining)):
      var text = "\(place): step \(event.step ?? 0), \((100 * done).formatted(digits: 0)) % done"
      if let remaining { text += ", \(Words.time(remaining)) left" }
      progress.tell(text)
    case .progress(.validation(let event)):
      if let psnr = event.meanPSNR { last = "validation \(psnr.formatted(digits: 2)) dB" }
      progress.tell("\(place): step \(event.step ?? 0), \(last)")
    case .progress(.note(let text)):
      progress.end()
      console.note(text)
    case .measuring(let done):
      progress.tell("\(place): measuring, \((100 * done).formatted(digits: 0)) % done")
    case .finished(let record):
      progress.end()
      let psnr = EvaluationReport.meanPSNR(record.evaluation.mean.clipped)
      let trivial = record.evaluation.mean.trivial.flatMap(EvaluationReport.meanPSNR)
      console.note(
        "  \(record.measurement): \(psnr?.formatted(digits: 2) ?? "-") dB"
          + (trivial.map { ", the input itself \($0.formatted(digits: 2)) dB" } ?? "")
          + ", \(Words.count(record.steps, "step"))")
    case .skipped(let training, let reason):
      progress.end()
      console.note("\(training.name) is left out: \(reason)")
    }
  }

  /// Removes the live line.
  func end() { progress.end() }
}
