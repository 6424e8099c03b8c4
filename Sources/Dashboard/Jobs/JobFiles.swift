import Experiment
import Foundation

/// Where a job's program prints to.
struct JobFiles: Sendable {
  /// What is done.
  let plan: JobPlan
  /// The file of its standard output.
  private(set) var output: URL
  /// The file of its standard error.
  private(set) var errors: URL
  private var isSettled: Bool

  /// The files of a job.
  init(_ id: String, _ plan: JobPlan, scratch: URL) {
    self.plan = plan
    if let training = plan.training {
      output = training.first
      errors = training.first
    } else {
      output = scratch.appendingPathComponent("job-\(id).out")
      errors = scratch.appendingPathComponent("job-\(id).log")
    }
    isSettled = plan.training == nil
  }

  /// Brings a training's lines to their place as soon as there is one.
  mutating func settle(_ process: pid_t) {
    guard !isSettled, let training = plan.training else { return }
    // Where it fails, as on a full disk, the lines stay where they are.
    guard let isDone = try? training.settle(process), isDone else { return }
    output = training.final
    errors = training.final
    isSettled = true
  }
}

/// How far a job is.
struct JobProgress: Sendable {
  /// The share that is done.
  var done: Double?
  /// The seconds that remain.
  var remaining: Double?
  /// The last line that was printed.
  var message: String?
  /// Why it failed, if it did.
  var reason = "nothing is known of it"

  /// Nothing is known.
  init() {}

  /// Reads what a program has printed, and for a training what it has measured.
  init(_ files: JobFiles, _ finder: RunFinder) {
    let lines = ProgressLines(LogTail.text(files.errors, lines: 200) ?? "")
    done = lines.done
    remaining = lines.remaining
    message = lines.words.last
    reason = lines.reason
    guard let run = files.plan.training?.run, RunFinder.isRun(run.path),
      let reader = try? finder.metrics(run.path),
      let configuration = try? Configuration(
        contentsOf: run.appendingPathComponent("config.json"), over: Configuration())
    else { return }
    let status = RunStatus(configuration, reader)
    done = status.done
    remaining = status.remaining
  }
}
