import Foundation
import Synchronization

/// The connections that are open, so that they can be counted, timed and ended.
final class ConnectionTable: Sendable {
  private struct State {
    var wires: [Int: Wire] = [:]
    var next = 0
  }

  private let limit: Int
  private let state = Mutex(State())

  /// A table of at most so many connections.
  init(limit: Int) { self.limit = limit }

  /// How many there are.
  var count: Int { state.withLock(\.wires.count) }

  /// Takes in a connection, and whether it is one too many.
  func add(_ wire: Wire) -> (number: Int, isTooMany: Bool) {
    state.withLock { state in
      state.next += 1
      state.wires[state.next] = wire
      return (state.next, state.wires.count > limit)
    }
  }

  /// Closes a connection and forgets it.
  func remove(_ number: Int) {
    let wire = state.withLock { $0.wires.removeValue(forKey: number) }
    wire?.close()
  }

  /// Ends the waits whose time is over, again and again.
  ///
  /// - Throws: `CancellationError` when the task is cancelled.
  func watch(every pause: Duration) async throws {
    while true {
      try await Task.sleep(for: pause)
      let now = ContinuousClock.now
      for wire in state.withLock({ Array($0.wires.values) }) { wire.check(now) }
    }
  }

  /// Ends all connections.
  func interrupt() {
    for wire in state.withLock({ Array($0.wires.values) }) { wire.interrupt() }
  }
}
