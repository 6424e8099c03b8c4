import Foundation
import Synchronization

/// Does work that waits for disks or computes for long, away from the threads of Swift's tasks,
/// which are few and must not wait.
final class WorkQueue: Sendable {
  private let queue: OperationQueue
  private let waiting = Mutex(0)
  private let limit: Int

  /// A queue with so many threads.
  ///
  /// - Parameter limit: how much work may wait
  init(threads: Int = ProcessInfo.processInfo.activeProcessorCount, limit: Int = 4096) {
    queue = OperationQueue()
    queue.name = "usplit.work"
    queue.maxConcurrentOperationCount = max(threads, 2)
    self.limit = limit
  }

  /// The result of some work.
  ///
  /// - Throws: what the work throws; ``RequestError`` (503) when too much waits.
  func run<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
    let isTaken = waiting.withLock { count in
      guard count < limit else { return false }
      count += 1
      return true
    }
    guard isTaken else {
      throw RequestError(503, "The server has too much to do; try again in a moment.")
    }
    return try await withCheckedThrowingContinuation { continuation in
      queue.addOperation { [self] in
        let result = Result { try work() }
        waiting.withLock { $0 -= 1 }
        continuation.resume(with: result)
      }
    }
  }
}
