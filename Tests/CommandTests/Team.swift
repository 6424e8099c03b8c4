import Foundation
import TestSupport

/// Runs the command in several processes that a launcher would have started.
func ranks(
  _ count: Int, _ arguments: [String], in folder: URL, environment: [String: String] = [:],
  meanwhile: ([Process]) throws -> Void = { _ in }
) throws -> [Outcome] {
  let logs = try TemporaryFolder()
  let port = String(freePort())
  var processes: [Process] = []
  var files: [[URL]] = []
  for rank in 0..<count {
    let names = ["out-\(rank)", "err-\(rank)"].map { logs.url.appendingPathComponent($0) }
    for file in names { try Data().write(to: file) }
    let process = try Usplit.process(
      arguments, in: folder,
      environment: [
        "RANK": String(rank), "LOCAL_RANK": String(rank), "WORLD_SIZE": String(count),
        "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port,
      ].merging(environment) { $1 })
    process.standardOutput = try FileHandle(forWritingTo: names[0])
    process.standardError = try FileHandle(forWritingTo: names[1])
    try process.run()
    processes.append(process)
    files.append(names)
  }
  try meanwhile(processes)
  return try zip(processes, files).map { process, files in
    process.waitUntilExit()
    return Outcome(
      status: process.terminationReason == .exit ? process.terminationStatus : -1,
      output: try String(contentsOf: files[0], encoding: .utf8),
      errors: try String(contentsOf: files[1], encoding: .utf8))
  }
}
