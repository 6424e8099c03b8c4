import Experiment
import Foundation

/// A run folder whose training has ended with the settings that are wanted now.
struct FinishedRun {
  let run: RunDirectory

  /// The run at the given place; nil when there is none, when it has not ended, was stopped, or
  /// was trained with other settings.
  init?(_ url: URL, _ configuration: Configuration) {
    guard let run = try? RunDirectory(opening: url),
      FileManager.default.fileExists(atPath: run.best.path),
      let trained = Configuration(trainedAt: url), trained.trains(like: configuration),
      let end = MetricEvent.all(in: run.metrics).last, end.event == .end, end.reason != "stopped"
    else { return nil }
    self.run = run
  }
}

extension Configuration {
  /// The settings of the run in a folder; nil when there is none.
  init?(trainedAt url: URL) {
    guard let run = try? RunDirectory(opening: url),
      let settings = try? Configuration(contentsOf: run.configuration, over: Configuration())
    else { return nil }
    self = settings
  }

  /// Whether it trains the same network on the same images; where it is computed does not matter.
  func trains(like other: Configuration) -> Bool {
    var same = self
    same.training.device = other.training.device
    same.training.threads = other.training.threads
    return same == other
  }
}

extension MetricEvent {
  /// The lines of a metrics file that can be read.
  static func all(in url: URL) -> [MetricEvent] {
    guard let text = try? Data(contentsOf: url) else { return [] }
    return text.split(separator: UInt8(ascii: "\n")).compactMap {
      try? JSONDecoder().decode(MetricEvent.self, from: $0)
    }
  }
}

/// How long a training's steps took.
struct StepTimes {
  /// Steps taken.
  let count: Int
  /// Seconds of the whole training.
  let seconds: Double
  /// Seconds per step, the median; nil without steps.
  let median: Double?

  /// The times of a run whose steps had `batch` patches.
  init(_ metrics: URL, batch: Int) {
    let events = MetricEvent.all(in: metrics)
    let steps = events.filter { $0.event == .step }
    let times = steps.compactMap { $0.patchesPerSecond.map { Double(batch) / $0 } }.sorted()
    self.count = steps.last?.step ?? 0
    self.seconds = events.last?.seconds ?? 0
    self.median = times.isEmpty ? nil : times[times.count / 2]
  }
}
