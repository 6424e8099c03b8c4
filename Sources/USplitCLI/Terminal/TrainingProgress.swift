import Experiment
import USplit

/// Tells how a training goes.
final class TrainingProgress {
  private let console: Console
  private let progress: Progress
  private let names: [String]
  private var rate: Double?
  private var psnr: Double?
  private var lastValidation: ContinuousClock.Instant?
  private var held: String?

  init(_ console: Console, names: [String]) {
    self.console = console
    self.progress = Progress(console)
    self.names = names
  }

  func tell(_ report: TrainingReport) {
    switch report {
    case .step(let event, let done, let remaining):
      if let now = event.patchesPerSecond { rate = rate.map { 0.9 * $0 + 0.1 * now } ?? now }
      progress.tell(done: done, remaining: remaining, line(event, done: done))
    case .validation(let event):
      psnr = event.meanPSNR
      tell(validation: line(event))
    case .note(let text):
      progress.end()
      console.note(text)
    }
  }

  /// Removes the live line, and tells the last validation if it was held back.
  func end() {
    progress.end()
    if let held { console.note(held) }
    held = nil
  }

  /// Tells a validation unless the last one was told less than a second ago.
  private func tell(validation text: String) {
    let now = ContinuousClock.now
    if let lastValidation, lastValidation.duration(to: now) < .seconds(1) {
      held = text
      return
    }
    progress.end()
    console.note(text)
    lastValidation = now
    held = nil
  }

  private func line(_ event: MetricEvent, done: Double) -> String {
    var parts = ["step \(event.step ?? 0)"]
    if let loss = event.loss { parts.append("loss \(loss.formatted(digits: 4))") }
    if let psnr { parts.append("\(psnr.formatted(digits: 2)) dB") }
    if let rate { parts.append("\(rate.formatted(digits: 0)) patches/s") }
    parts.append("\((100 * done).formatted(digits: 0)) % done")
    return parts.joined(separator: ", ")
  }

  private func line(_ event: MetricEvent) -> String {
    var text = "epoch \(event.epoch ?? 0), step \(event.step ?? 0): "
    guard let psnr = event.psnr, let mean = event.meanPSNR else {
      return text + "saved (no part of the data validates)"
    }
    let each = zip(names, psnr).map { "\($0) \($1.formatted(digits: 2))" }
    text += "validation PSNR \(mean.formatted(digits: 2)) dB (\(each.joined(separator: ", ")))"
    return event.best == true ? text + ", the best so far" : text
  }
}
