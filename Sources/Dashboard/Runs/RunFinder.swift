import Experiment
import Foundation
import Synchronization

/// Finds the runs in a tree of folders, and remembers what they say.
final class RunFinder: Sendable {
  private struct State {
    var found: (time: ContinuousClock.Instant, paths: [String], isTruncated: Bool)?
    var summaries: [String: RunSummary] = [:]
    var readers: [(path: String, reader: MetricsReader)] = []
  }

  /// At most so many runs are listed.
  static let most = 1000
  /// The metrics of so many runs are kept in memory.
  private static let mostReaders = 16
  /// For so long the folders are not looked through again.
  private static let freshness = Duration.seconds(3)

  private let roots: FileRoots
  private let state = Mutex(State())

  /// Looks in the folder that is written to.
  init(_ roots: FileRoots) { self.roots = roots }

  /// Whether a folder is one of a run.
  static func isRun(_ path: String) -> Bool {
    ["config.json", "metrics.jsonl"].allSatisfy {
      FileManager.default.fileExists(atPath: path + "/" + $0)
    }
  }

  /// All runs, the ones that changed last first, and whether there are more.
  func summaries() -> (runs: [RunSummary], isTruncated: Bool) {
    let (paths, isTruncated) = paths()
    let runs = paths.compactMap(summary)
    state.withLock { state in
      let names = Set(paths)
      state.summaries = state.summaries.filter { names.contains($0.key) }
    }
    return (runs.sorted { $0.modified > $1.modified }, isTruncated)
  }

  /// The metrics of a run, read as far as they go now.
  ///
  /// - Throws: `RunDirectoryError` when they cannot be read.
  func metrics(_ path: String) throws -> MetricsReader {
    let file = URL(fileURLWithPath: path + "/metrics.jsonl")
    let known = state.withLock { state in state.readers.first { $0.path == path }?.reader }
    var reader = known ?? MetricsReader(file)
    try reader.update()
    state.withLock { [reader] state in
      state.readers.removeAll { $0.path == path }
      state.readers.insert((path, reader), at: 0)
      if state.readers.count > Self.mostReaders { state.readers.removeLast() }
    }
    return reader
  }

  /// The folders of runs.
  func paths() -> (paths: [String], isTruncated: Bool) {
    let known = state.withLock(\.found)
    if let known, known.time.duration(to: .now) < Self.freshness {
      return (known.paths, known.isTruncated)
    }
    var paths: [String] = []
    var isTruncated = false
    var walk = FolderWalk()
    walk.walk(roots.home.path) { path, entries in
      guard paths.count < Self.most else {
        isTruncated = true
        return false
      }
      let names = Set(entries.map(\.name))
      guard names.contains("config.json"), names.contains("metrics.jsonl") else { return true }
      paths.append(path)
      return false
    }
    isTruncated = isTruncated || walk.isTruncated
    state.withLock { [paths, isTruncated] in $0.found = (.now, paths, isTruncated) }
    return (paths, isTruncated)
  }

  /// Looks through the folders again when asked the next time, as after a run was begun.
  func forget() { state.withLock { $0.found = nil } }

  /// What a run says; nil where its files make no sense or lead elsewhere.
  private func summary(_ path: String) -> RunSummary? {
    guard let name = roots.name(of: URL(fileURLWithPath: path)),
      let metrics = try? roots.url(name + "/metrics.jsonl"),
      let settings = try? roots.url(name + "/config.json"),
      let stamp = FileStamp(path: metrics.path),
      let settingsStamp = FileStamp(path: settings.path)
    else { return nil }
    let stamps = [stamp, settingsStamp]
    if let known = state.withLock({ $0.summaries[path] }), known.stamps == stamps, known.isSettled {
      return known.later(Date())
    }
    guard let configuration = try? Configuration(contentsOf: settings, over: Configuration()),
      let reader = try? self.metrics(path)
    else { return nil }
    let summary = RunSummary(
      path: name, status: RunStatus(configuration, reader), configuration: configuration,
      preview: Previews.latest(of: path).map { "\(name)/previews/\($0)" }, stamps: stamps)
    state.withLock { $0.summaries[path] = summary }
    return summary
  }
}
