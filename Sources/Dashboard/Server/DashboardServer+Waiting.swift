import Foundation
import Synchronization

extension DashboardServer {
  private final class Outcome: Sendable {
    let error = Mutex<(any Error)?>(nil)
    let isOver = DispatchSemaphore(value: 0)
  }

  /// How long requests may take to end, in seconds.
  private static let patience = 3.0

  /// Serves until somebody wants it to end, and waits for that.
  ///
  /// - Parameter isWanted: asked ten times a second
  /// - Throws: what keeps the server from going on.
  public func serve(while isWanted: () -> Bool) throws {
    let outcome = Outcome()
    let task = Task {
      do { try await run() } catch { outcome.error.withLock { $0 = error } }
      outcome.isOver.signal()
    }
    while outcome.isOver.wait(timeout: .now() + 0.1) == .timedOut {
      guard !isWanted() else { continue }
      task.cancel()
      // What does not end by then ends with the process.
      _ = outcome.isOver.wait(timeout: .now() + Self.patience)
      return
    }
    if let error = outcome.error.withLock({ $0 }) { throw error }
  }
}
