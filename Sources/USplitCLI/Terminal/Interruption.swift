import Foundation
import Synchronization

/// Listens for Ctrl-C and SIGTERM, so that a training or a separation can end in order.
///
/// The first signal is remembered; a second one ends the program at once.
final class Interruption: Sendable {
  private let state: Mutex<Int32?>
  private let first: String
  private nonisolated(unsafe) let sources: [any DispatchSourceSignal]

  /// Begins to listen.
  ///
  /// - Parameter first: what comes before the end, for the message
  init(first: String = "the model is validated and saved") {
    let queue = DispatchQueue(label: "usplit.signals")
    self.state = Mutex(nil)
    self.first = first
    self.sources = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      return DispatchSource.makeSignalSource(signal: number, queue: queue)
    }
    for (source, number) in zip(sources, [SIGINT, SIGTERM]) {
      source.setEventHandler { [self] in remember(number) }
      source.resume()
    }
  }

  /// The signal that came; nil so far.
  var signalNumber: Int32? { state.withLock { $0 } }

  /// The exit code of a program that a signal ended: 130 or 143.
  var exitCode: Int32? { signalNumber.map { 128 + $0 } }

  private func remember(_ number: Int32) {
    let isFirst = state.withLock { state in
      defer { state = number }
      return state == nil
    }
    guard isFirst else { exit(128 + number) }
    Console.complain("\nstopping: \(first) first; once more to quit at once")
  }
}
