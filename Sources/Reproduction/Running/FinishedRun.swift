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
      let end = RunHistory(of: run).end, end.reason != "stopped"
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

extension RunHistory {
  /// What the metrics of a run say, as far as they can be read.
  fileprivate init(of run: RunDirectory) {
    var reader = MetricsReader(run.metrics)
    try? reader.update()  // what cannot be read was not measured
    self = reader.history
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
  init(_ run: RunDirectory, batch: Int) {
    let history = RunHistory(of: run)
    let times = history.steps.compactMap { $0.patchesPerSecond.map { Double(batch) / $0 } }.sorted()
    self.count = history.latestStep?.step ?? 0
    self.seconds = (history.end ?? history.latestStep)?.seconds ?? 0
    self.median = times.isEmpty ? nil : times[times.count / 2]
  }
}
