import Foundation
import Synchronization

/// Listens for Ctrl-C, SIGTERM and SIGUSR1, so that a training or a separation can end in order.
///
/// SIGUSR1 is what Slurm sends before a job's time is up. The first signal is remembered; a second
/// one ends the program at once.
final class Interruption: Sendable {
  private static let signals = [SIGINT, SIGTERM, SIGUSR1]

  private let state: Mutex<Int32?>
  private let first: String
  private let console: Console
  private nonisolated(unsafe) let sources: [any DispatchSourceSignal]

  /// Begins to listen.
  ///
  /// - Parameters:
  ///   - first: what comes before the end, for the message
  ///   - console: where the message goes
  init(first: String, _ console: Console = Console()) {
    let queue = DispatchQueue(label: "usplit.signals")
    self.state = Mutex(nil)
    self.first = first
    self.console = console
    self.sources = Self.signals.map { number in
      signal(number, SIG_IGN)
      return DispatchSource.makeSignalSource(signal: number, queue: queue)
    }
    for (source, number) in zip(sources, Self.signals) {
      source.setEventHandler { [self] in remember(number) }
      source.resume()
    }
  }

  /// The signal that came; nil so far.
  var signalNumber: Int32? { state.withLock { $0 } }

  /// The exit code of a program that a signal ended: 130 for Ctrl-C, 143 for SIGTERM.
  var exitCode: Int32? { signalNumber.map { 128 + $0 } }

  /// The exit code of a work that can be resumed: 130 for Ctrl-C, else 75, which `sysexits.h` calls
  /// a temporary failure and scripts take as a reason to start it again.
  var resumableExitCode: Int32? { signalNumber.map { $0 == SIGINT ? 130 : EX_TEMPFAIL } }

  private func remember(_ number: Int32) {
    let isFirst = state.withLock { state in
      defer { state = number }
      return state == nil
    }
    guard isFirst else { exit(128 + number) }
    console.answer("stopping: \(first) first; once more to quit at once")
  }
}
