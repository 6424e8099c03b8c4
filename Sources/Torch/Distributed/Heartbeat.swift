import Foundation

/// Tells the other processes of a group that this one lives, and notices when one of them does not.
///
/// A process that waits for the others in a sum or a barrier cannot look for itself, and a machine
/// that was switched off closes no connection. So this happens on threads of its own: one talks to
/// the store, one watches that the store answers.
final class Heartbeat: @unchecked Sendable {  // What changes is behind `condition`.
  /// Seconds between two signs.
  static let period = 3.0
  /// Seconds without a sign after which a process counts as gone.
  static let limit = 30.0
  /// Seconds that a goodbye may take.
  private static let goodbye = 5.0

  private let store: RendezvousStore
  private let rank: Int
  private let others: [Int]
  private let lost: @Sendable (String) -> Void
  private let condition = NSCondition()
  private var last: Pulse.Sign?
  private var isOver = false
  private var answered: Double

  /// Begins.
  ///
  /// - Parameters:
  ///   - store: a connection of its own; all ranks have given their first sign
  ///   - lost: told, on another thread, what happened to a process that is gone
  init(
    _ store: RendezvousStore, rank: Int, count: Int, lost: @escaping @Sendable (String) -> Void
  ) {
    self.store = store
    self.rank = rank
    self.others = (0..<count).filter { $0 != rank }
    self.lost = lost
    self.answered = Self.now
    for (name, work) in [("usplit.heartbeat", beat), ("usplit.watch", watch)] {
      let thread = Thread(block: work)
      thread.name = name
      thread.start()
    }
  }

  /// The name under which a rank gives its signs.
  static func name(_ rank: Int) -> String { "sign/\(rank)" }

  /// Says goodbye, so that nobody misses this process.
  func end() { end(.ended) }

  /// Tells the others that this process ends with an error.
  func fail(_ words: String) { end(.failed(words)) }

  private func end(_ sign: Pulse.Sign) {
    condition.lock()
    defer { condition.unlock() }
    guard last == nil else { return }
    last = sign
    condition.broadcast()
    let deadline = Date(timeIntervalSinceNow: Self.goodbye)
    while !isOver, condition.wait(until: deadline) {}
  }

  private var isEnding: Bool {
    condition.lock()
    defer { condition.unlock() }
    return last != nil
  }

  private func beat() {
    var pulse = Pulse(period: Self.period, limit: Self.limit)
    var number = 1
    var news: String?
    while news == nil, !isEnding {
      do throws(TorchError) {
        try store.set(Self.name(rank), to: Pulse.Sign.beat(number).text)
        number += 1
        var signs: [Int: Pulse.Sign] = [:]
        for other in others { signs[other] = Pulse.Sign(try store.text(Self.name(other))) }
        noteAnswer()
        news = pulse.note(signs, at: Self.now)
        if news == nil { pause(Self.period) }
      } catch {
        // Perhaps the group has just ended in order and with it whoever held the store.
        pause(1)
        news = "the process that holds the group together, rank 0 or its launcher, is gone"
      }
    }
    if let news { tell(news) }
    condition.lock()
    while last == nil { condition.wait() }
    let sign = last ?? .ended
    condition.unlock()
    // Where the store is gone, nobody is left to be told.
    try? store.set(Self.name(rank), to: sign.text)
    condition.lock()
    isOver = true
    condition.broadcast()
    condition.unlock()
  }

  private func watch() {
    var looked = Self.now
    while !isEnding {
      pause(Self.period)
      let now = Self.now
      // Whoever slept, as after Ctrl-Z, has not asked.
      if now - looked > 3 * Self.period { noteAnswer() }
      looked = now
      let silence = now - lastAnswer
      if silence > Self.limit {
        return tell(
          "the process that holds the group together, rank 0 or its launcher, has not answered for "
            + "\(Int(silence)) s")
      }
    }
  }

  private func noteAnswer() {
    condition.lock()
    answered = Self.now
    condition.unlock()
  }

  private var lastAnswer: Double {
    condition.lock()
    defer { condition.unlock() }
    return answered
  }

  private func tell(_ news: String) {
    if !isEnding { lost(news) }
  }

  private func pause(_ seconds: Double) {
    condition.lock()
    defer { condition.unlock() }
    let deadline = Date(timeIntervalSinceNow: seconds)
    while last == nil, condition.wait(until: deadline) {}
  }

  private static let start = SuspendingClock.now

  /// Seconds of a clock that stands still while the machine sleeps.
  private static var now: Double {
    let elapsed = start.duration(to: .now).components
    return Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18
  }
}
