import ArgumentParser
import Experiment
import Foundation
import Torch

/// The processes that a command runs in: most often this one alone.
struct Team {
  /// Where this process stands.
  let launch: Launch
  private let timeout: Double

  /// Finds out where this process stands; connects to nobody yet.
  ///
  /// - Throws: `LaunchError` for options or variables without sense.
  init(_ options: LaunchOptions, _ telling: ProgressOptions) throws {
    launch = try options.launch()
    timeout = options.connectTimeout?.seconds ?? 300
    if let warning = launch.warning { telling.console.warn(warning) }
  }

  /// Whether this process writes files and reports.
  var isFirst: Bool { launch.rank == 0 }

  /// Where remarks go: only rank 0 has any.
  func console(_ telling: ProgressOptions) -> Console {
    isFirst ? telling.console : Console(isSilent: true)
  }

  /// The device of a name: each rank of a machine has a GPU of its own unless the name has a number.
  ///
  /// - Throws: `TorchError` for a device that is not there.
  func device(named name: String) throws(TorchError) -> Device {
    guard name == "cuda", launch.count > 1, let number = launch.localRank else {
      return try Device(named: name)
    }
    return try Device(named: "cuda:\(number)")
  }

  /// Meets the other processes and does the work with them.
  ///
  /// - Parameters:
  ///   - advice: what to do when a process is lost
  ///   - work: given the group; nil where this process is alone
  /// - Throws: what the work throws, with the rank in front.
  func run(
    on device: Device, ifLost advice: String, _ work: (ProcessGroup?) throws -> Void
  ) throws {
    guard launch.count > 1 else { return try work(nil) }
    let rank = launch.rank
    var meeting = ProcessGroup.Meeting(
      rank: rank, count: launch.count, address: launch.address, port: launch.port,
      session: launch.session, timeout: timeout)
    if launch.launcherListens { meeting.holdsStore = false }
    let group = try ProcessGroup(meeting, device: device) { news in
      // The main thread may wait for the lost process for ever.
      Console.complain("usplit: error: rank \(rank) ends: \(news); \(advice)")
      _exit(ExitCode.failure.rawValue)
    }
    do {
      try work(group)
      try group.leave()
    } catch let code as ExitCode {
      // All ranks end so, each by itself.
      try? group.leave()
      throw code
    } catch let error as TorchError {
      group.fail("\(error)")
      guard case .group = error else { throw CommandError("rank \(rank): \(error)") }
      throw CommandError("\(error); \(advice)")
    } catch {
      group.fail("\(error)")
      throw CommandError("rank \(rank): \(error)")
    }
  }
}
