import Foundation
import Imaging
import Synchronization

/// Prepares batches ahead of time on threads of its own and hands them out in order.
package final class BatchLoader {
  private let sampler: PatchSampler
  private let queue: OperationQueue
  private var pending: [Pending] = []
  private var following: Int

  /// - Parameters:
  ///   - first: number of the first batch
  ///   - threads: how many batches are prepared at once
  package init(_ sampler: PatchSampler, from first: Int = 0, threads: Int) {
    self.sampler = sampler
    self.following = first
    self.queue = OperationQueue()
    queue.maxConcurrentOperationCount = threads
  }

  /// The next batch; waits for it when it is not ready.
  ///
  /// - Throws: `ImagingError` where images that are not in memory cannot be read.
  package func next() throws(ImagingError) -> Batch {
    while pending.count < 4 + queue.maxConcurrentOperationCount {
      let promise = Pending()
      let (sampler, index) = (sampler, following)
      queue.addOperation { promise.fulfil { () throws(ImagingError) in try sampler(index) } }
      pending.append(promise)
      following += 1
    }
    return try pending.removeFirst().wait()
  }
}

/// A batch that another thread is making.
private final class Pending: Sendable {
  private let result = Mutex<Result<Batch, ImagingError>?>(nil)
  private let done = DispatchSemaphore(value: 0)

  func fulfil(_ make: () throws(ImagingError) -> Batch) {
    let made = Result(catching: make)
    result.withLock { $0 = made }
    done.signal()
  }

  func wait() throws(ImagingError) -> Batch {
    done.wait()
    let made = result.withLock { value in
      guard let value else { preconditionFailure("a batch was announced and is not there") }
      return value
    }
    return try made.get()
  }
}
