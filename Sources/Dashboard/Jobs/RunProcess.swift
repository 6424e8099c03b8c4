import Experiment
import Foundation

/// The process on this computer that trains a run.
///
/// A number alone says nothing, since numbers are given out again: the process has to be the very one
/// that was started here, or the same program with the run's folder among its arguments.
struct RunProcess: Sendable {
  /// What is written down of a process that was started here.
  struct Record: Codable {
    /// The computer.
    let host: String
    /// The process.
    let process: Int32
    /// When it was started (``ProcessIdentity/start(of:)``).
    let started: String
  }

  /// The name of the file in the run's folder.
  static let recordName = "serve.json"

  /// Its number.
  let number: pid_t

  /// Finds the process; nil where none trains the run here.
  init?(_ run: RunDirectory, _ history: RunHistory) {
    if let record = Self.record(run), record.host == HostName.current,
      ProcessIdentity.start(of: record.process) == record.started,
      Self.isThisProgram(record.process)
    {
      number = record.process
      return
    }
    guard history.end == nil, let start = history.start, start.host == HostName.current,
      let process = start.process.flatMap({ pid_t(exactly: $0) }), process > 1,
      Self.isThisProgram(process), Self.names(process, run)
    else { return nil }
    number = process
  }

  /// Writes down that a process trains a run.
  ///
  /// - Throws: what writing throws.
  static func record(_ process: pid_t, for run: URL) throws {
    guard let started = ProcessIdentity.start(of: process) else { return }
    let record = Record(host: HostName.current, process: process, started: started)
    try JSONEncoder().encode(record)
      .write(to: run.appendingPathComponent(recordName), options: .atomic)
  }

  private static func record(_ run: RunDirectory) -> Record? {
    let file = run.url.appendingPathComponent(recordName)
    return (try? Data(contentsOf: file)).flatMap {
      try? JSONDecoder().decode(Record.self, from: $0)
    }
  }

  /// Whether a process runs a program of this name.
  private static func isThisProgram(_ number: pid_t) -> Bool {
    guard number > 1, number != getpid(), let path = ProcessIdentity.program(of: number) else {
      return false
    }
    return URL(fileURLWithPath: path).lastPathComponent
      == URL(fileURLWithPath: Program.path).lastPathComponent
  }

  /// Whether the folder of the run is among the words of a process's command line.
  private static func names(_ number: pid_t, _ run: RunDirectory) -> Bool {
    guard let arguments = ProcessIdentity.arguments(of: number), arguments.contains("train"),
      let folder = ProcessIdentity.folder(of: number)
    else { return false }
    return arguments.contains { word in
      let path = word.hasPrefix("--") ? word.split(separator: "=").last.map(String.init) : word
      guard let path, !path.isEmpty else { return false }
      return RealPath.of(path.hasPrefix("/") ? path : folder + "/" + path) == run.url.path
    }
  }

  /// Asks it to end after the step.
  func stop() { kill(number, SIGTERM) }
}
