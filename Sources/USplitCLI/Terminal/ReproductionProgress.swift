import Reproduction
import USplit

/// Tells how a reproduction goes.
final class ReproductionProgress {
  private let console: Console
  private let progress: Progress
  private var place = ""
  private var last = ""
  private var trained = 0.0
  /// The part of a training and its measurement that the training takes.
  private static let trainingShare = 0.95

  init(_ console: Console) {
    self.console = console
    self.progress = Progress(console)
  }

  func tell(_ event: Runner.Event) {
    switch event {
    case .training(let training, let number, let count):
      progress.end()
      place = "\(number) of \(count)"
      progress.part = Double(number - 1) / Double(count)...Double(number) / Double(count)
      trained = 0
      console.note("\(place): \(training.name), seed \(training.seed)")
    case .progress(.step(let event, let done, _)):
      trained = Self.trainingShare * done
      progress.tell(
        done: trained,
        "\(place): step \(event.step ?? 0), \((100 * done).formatted(digits: 0)) % trained")
    case .progress(.validation(let event)):
      if let psnr = event.meanPSNR { last = "validation \(psnr.formatted(digits: 2)) dB" }
      progress.tell(done: trained, "\(place): step \(event.step ?? 0), \(last)")
    case .progress(.note(let text)):
      progress.end()
      console.note(text)
    case .measuring(let done):
      // What one measurement takes says little of the trainings to come, so no time is told. Where
      // nothing was trained, as with Double-DIP, measuring is all there is.
      let share = trained > 0 ? Self.trainingShare + (1 - Self.trainingShare) * done : done
      progress.tell(
        done: progress.shareOfWhole(share), remaining: nil,
        "\(place): \((100 * done).formatted(digits: 0)) % measured")
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
