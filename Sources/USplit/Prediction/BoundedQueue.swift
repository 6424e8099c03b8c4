import Dispatch
import Synchronization

/// Values that one thread hands to another, at most so many ahead.
///
/// One thread pushes, one takes. Either may end it: the first with `finish`, the second with
/// `cancel`.
final class BoundedQueue<Element: Sendable>: Sendable {
  private enum Entry {
    case element(Element)
    case end((any Error)?)
  }

  private struct State {
    var entries: [Entry] = []
    var isCancelled = false
  }

  private let state = Mutex(State())
  private let free = DispatchSemaphore(value: 0)
  private let filled = DispatchSemaphore(value: 0)

  /// An empty queue with room for so many values.
  init(room: Int) {
    // Counted up rather than begun with: a semaphore must not end below where it began.
    for _ in 0..<room { free.signal() }
  }

  /// Hands on a value, waiting for room; false when nobody takes values any more.
  func push(_ element: Element) -> Bool {
    free.wait()
    let isTaken = state.withLock { state -> Bool in
      if !state.isCancelled { state.entries.append(.element(element)) }
      return !state.isCancelled
    }
    if isTaken { filled.signal() } else { free.signal() }
    return isTaken
  }

  /// Says that no value follows, and why if that is by an error.
  func finish(_ error: (any Error)? = nil) {
    state.withLock { $0.entries.append(.end(error)) }
    filled.signal()
  }

  /// The next value, waiting for it; nil at the end.
  ///
  /// - Throws: the error that ended it.
  func next() throws -> Element? {
    filled.wait()
    switch state.withLock({ $0.entries.removeFirst() }) {
    case .element(let element):
      free.signal()
      return element
    case .end(let error):
      finish(error)  // Whoever asks again hears the same.
      if let error { throw error }
      return nil
    }
  }

  /// Says that no value is taken any more.
  func cancel() {
    state.withLock { $0.isCancelled = true }
    free.signal()
  }
}
