import Dispatch
import Foundation
import Synchronization

/// Hands results on, in order, on a thread of its own.
final class DeliveryThread: Sendable {
  private let queue: BoundedQueue<PredictedTiles>
  private let failure = Mutex<(any Error)?>(nil)
  private let ended = DispatchSemaphore(value: 0)

  /// Starts the thread.
  ///
  /// - Parameters:
  ///   - room: results that may wait
  ///   - deliver: what is done with each
  init(room: Int, _ deliver: @escaping @Sendable (PredictedTiles) throws -> Void) {
    self.queue = BoundedQueue(room: room)
    let thread = Thread { [self] in
      do {
        while let result = try queue.next() { try deliver(result) }
      } catch {
        failure.withLock { $0 = error }
        queue.cancel()
      }
      ended.signal()
    }
    thread.name = "usplit.results"
    thread.start()
  }

  /// Hands over a result, waiting for room; false when delivering has failed.
  func push(_ result: PredictedTiles) -> Bool { queue.push(result) }

  /// Waits until all results are delivered.
  ///
  /// - Throws: what delivering threw.
  func end() throws {
    queue.finish()
    ended.wait()
    if let error = failure.withLock({ $0 }) { throw error }
  }
}
