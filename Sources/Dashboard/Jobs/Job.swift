import Foundation

/// A piece of work that was asked for, as clients see it.
struct Job: Sendable, Encodable {
  /// What is done.
  enum Kind: String, Sendable, Encodable { case train, split, report }

  /// How it stands.
  enum State: String, Sendable, Encodable {
    case waiting, running, done, failed, cancelled

    /// Whether nothing more happens.
    var isOver: Bool { self != .waiting && self != .running }
  }

  /// What came of it.
  struct Result: Sendable, Encodable {
    /// The file or folder.
    var path: String
    /// The files, where there can be several.
    var files: [String] = []
    /// The image that was split.
    var image: String?
    /// The model that split it.
    var model: String?
  }

  /// By which it is named.
  let id: String
  /// What is done.
  let kind: Kind
  /// What it is, in words.
  let title: String
  /// What belongs together, as in a comparison.
  let group: String?
  /// How it stands.
  var state = State.waiting
  /// The share that is done.
  var done: Double?
  /// The seconds that remain.
  var remaining: Double?
  /// The last line that it has printed.
  var message: String?
  /// Why it failed.
  var error: String?
  /// What came, or will come, of it.
  var result: Result?
  /// When it was asked for, in seconds since 1970.
  let created = Date().timeIntervalSince1970
  /// When it began.
  var started: Double?
  /// When it was over.
  var ended: Double?
}

/// What has to be done for a job.
struct JobPlan: Sendable {
  /// What is done.
  var kind: Job.Kind
  /// What it is, in words.
  var title: String
  /// What belongs together.
  var group: String?
  /// The arguments of the program.
  var arguments: [String]
  /// The folder or file that comes of it, as clients name it.
  var result: String
  /// The image that is split, as clients name it.
  var image: String?
  /// The model that splits it, as clients name it.
  var model: String?
  /// The folder of the run that is trained, and the file that its lines go to.
  var training: TrainingLog?
}

/// Where the lines of a training go.
///
/// A training begins in an empty folder only; so its lines are kept beside it until it has begun.
struct TrainingLog: Sendable {
  /// The name of the file in the run's folder.
  static let name = "train.log"

  /// The run's folder.
  let run: URL
  /// Whether the run is there already.
  let isResumed: Bool

  /// Where the lines go in the end.
  var final: URL { run.appendingPathComponent(Self.name) }
  /// Where they go at first.
  var first: URL {
    guard !isResumed else { return final }
    return run.deletingLastPathComponent()
      .appendingPathComponent(".\(run.lastPathComponent).\(Self.name)")
  }

  /// Brings the lines into the run's folder once it is there, and writes down who trains.
  ///
  /// - Returns: whether that is done
  /// - Throws: what the file system throws.
  func settle(_ process: pid_t) throws -> Bool {
    guard FileManager.default.fileExists(atPath: run.path + "/metrics.jsonl") else { return false }
    if !isResumed { try FileManager.default.moveItem(at: first, to: final) }
    try RunProcess.record(process, for: run)
    return true
  }
}
