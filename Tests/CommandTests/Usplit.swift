import Foundation
import TestSupport
import Testing

/// What a run of the command gave.
struct Outcome {
  /// The exit status; -1 when a signal ended it.
  let status: Int32
  /// Standard output.
  let output: String
  /// Standard error.
  let errors: String

  /// The lines of standard output.
  var lines: [String] { output.split(separator: "\n").map(String.init) }
}

/// The command that the package builds.
enum Usplit {
  /// Beside the test bundle.
  static let executable: URL? = {
    for argument in CommandLine.arguments {
      var place = URL(fileURLWithPath: argument).resolvingSymlinksInPath()
      for _ in 0..<5 {
        place.deleteLastPathComponent()
        let file = place.appendingPathComponent("usplit")
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: file.path, isDirectory: &isFolder),
          !isFolder.boolValue, FileManager.default.isExecutableFile(atPath: file.path)
        {
          return file
        }
      }
    }
    return nil
  }()

  /// Starts the command.
  static func process(
    _ arguments: [String], in folder: URL, environment: [String: String] = [:]
  ) throws -> Process {
    let process = Process()
    let executable: URL = try #require(executable, "usplit is not beside the test bundle")
    process.executableURL = executable
    process.arguments = arguments
    process.currentDirectoryURL = folder
    // One thread each: several commands run at once, and threads that wait for each other are slow.
    process.environment = ProcessInfo.processInfo.environment
      .merging(["OMP_NUM_THREADS": "1", "GOMP_SPINCOUNT": "1000"]) { $1 }.merging(environment) {
        $1
      }
    process.standardInput = FileHandle.nullDevice
    return process
  }

  /// Runs the command to its end.
  static func run(
    _ arguments: [String], in folder: URL, environment: [String: String] = [:],
    meanwhile: (Process) throws -> Void = { _ in }
  ) throws -> Outcome {
    let logs = try TemporaryFolder()
    let files = ["out", "err"].map { logs.url.appendingPathComponent($0) }
    for file in files { try Data().write(to: file) }
    let process = try process(arguments, in: folder, environment: environment)
    process.standardOutput = try FileHandle(forWritingTo: files[0])
    process.standardError = try FileHandle(forWritingTo: files[1])
    try process.run()
    try meanwhile(process)
    process.waitUntilExit()
    return Outcome(
      status: process.terminationReason == .exit ? process.terminationStatus : -1,
      output: try String(contentsOf: files[0], encoding: .utf8),
      errors: try String(contentsOf: files[1], encoding: .utf8))
  }
}

/// Waits until a file has something in it, for half a minute at most.
func waitForContent(of file: URL) {
  for _ in 0..<1500 where (try? Data(contentsOf: file))?.isEmpty != false {
    Thread.sleep(forTimeInterval: 0.02)
  }
}

/// Runs the command, which must succeed.
@discardableResult
func accepted(
  _ arguments: [String], in folder: URL, sourceLocation: SourceLocation = #_sourceLocation
) throws -> Outcome {
  let outcome = try Usplit.run(arguments, in: folder)
  #expect(
    outcome.status == 0, "\(arguments.joined(separator: " ")): \(outcome.errors)",
    sourceLocation: sourceLocation)
  return outcome
}

/// Runs the command, which must refuse with a sentence that holds the words, print nothing, and
/// leave the folder as it is.
func refused(
  _ arguments: [String], saying words: [String], status: Int32 = 1, in folder: URL,
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let before = try contents(of: folder)
  let outcome = try Usplit.run(arguments, in: folder)
  let what = "\(arguments.joined(separator: " ")): \(outcome.errors)"
  #expect(outcome.status == status, "\(what)", sourceLocation: sourceLocation)
  #expect(outcome.output.isEmpty, "\(what)", sourceLocation: sourceLocation)
  if status == 1 {
    #expect(outcome.errors.contains("usplit: error: "), "\(what)", sourceLocation: sourceLocation)
  }
  for word in words {
    #expect(
      outcome.errors.lowercased().contains(word.lowercased()), "\"\(word)\" in \(what)",
      sourceLocation: sourceLocation)
  }
  #expect(try contents(of: folder) == before, "\(what)", sourceLocation: sourceLocation)
}

/// Every file below a folder and its size; -1 for folders.
func contents(of folder: URL) throws -> [String: Int] {
  var sizes: [String: Int] = [:]
  for name in try FileManager.default.subpathsOfDirectory(atPath: folder.path) {
    let path = folder.appendingPathComponent(name).path
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    let isFolder = attributes[.type] as? FileAttributeType == .typeDirectory
    sizes[name] = isFolder ? -1 : (attributes[.size] as? NSNumber)?.intValue ?? 0
  }
  return sizes
}
