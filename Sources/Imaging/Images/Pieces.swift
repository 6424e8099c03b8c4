import Foundation
import Synchronization

/// Pieces of work that do not depend on each other, done on several threads.
package struct Pieces: Sendable {
  /// Number of pieces.
  package let count: Int
  private let workers: Int

  /// The most bytes that all threads together take beside each other.
  private static let mostBytes = 256 << 20
  /// Less work than this, in bytes, is done on the caller's thread.
  private static let leastBytes = 1 << 20

  /// So many pieces, each of which takes so many bytes of memory while it is worked on.
  ///
  /// - Parameter most: threads that may work at once; as many as the machine has by default
  package init(_ count: Int, bytesOfEach bytes: Int, threads most: Int = .max) {
    self.count = count
    let total = bytes.multipliedReportingOverflow(by: count)
    let isLittle = !total.overflow && total.partialValue < Self.leastBytes
    workers =
      isLittle
      ? 1
      : max(
        1,
        min(
          ProcessInfo.processInfo.activeProcessorCount, most, count,
          Self.mostBytes / max(bytes, 1)))
  }

  /// Does the work of every piece, by its number; they are begun in order.
  ///
  /// - Throws: the error of one of the pieces that fail; those that follow it are left out.
  package func forEach(
    _ work: @Sendable (Int) throws(ImagingError) -> Void
  ) throws(ImagingError) {
    guard workers > 1 else {
      for number in 0..<count { try work(number) }
      return
    }
    let state = Mutex<(next: Int, failure: ImagingError?)>((0, nil))
    DispatchQueue.concurrentPerform(iterations: workers) { _ in
      while true {
        let number = state.withLock { state -> Int? in
          guard state.next < count, state.failure == nil else { return nil }
          defer { state.next += 1 }
          return state.next
        }
        guard let number else { return }
        do throws(ImagingError) {
          try work(number)
        } catch {
          state.withLock { $0.failure = $0.failure ?? error }
        }
      }
    }
    if let failure = state.withLock({ $0.failure }) { throw failure }
  }
}
