import Experiment
import Foundation

/// What the server is.
struct AboutPage: Sendable {
  /// What the server was told.
  let options: DashboardOptions
  /// Its folders.
  let roots: FileRoots
  /// Its port.
  let port: Int

  /// What answers where.
  var routes: [Route] { [Route(method: "GET", path: "/api/about") { _ in try answer() }] }

  private struct Answer: Encodable {
    let version: String
    let host: String
    let roots: [Root]
    let port: Int
    let threads: Int
    let memoryBytes: UInt64
    let uploadLimit: Int
  }

  private func answer() throws -> Response {
    let system = ProcessInfo.processInfo
    return try .json(
      Answer(
        version: options.version, host: HostName.current, roots: roots.roots, port: port,
        threads: system.activeProcessorCount, memoryBytes: system.physicalMemory,
        uploadLimit: options.uploadLimit))
  }
}
