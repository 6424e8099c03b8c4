/// Judges from what the processes of a group say at intervals which of them is gone.
///
/// Time is whatever clock the caller has, in seconds; it should not run while the machine sleeps.
package struct Pulse: Sendable {
  /// What a process says.
  package enum Sign: Equatable, Sendable {
    /// It lives; the number grows.
    case beat(Int)
    /// It has ended as it should.
    case ended
    /// It has ended with an error; the words.
    case failed(String)

    /// The sign as a text.
    package var text: String {
      switch self {
      case .beat(let number): String(number)
      case .ended: "ended"
      case .failed(let words): "failed " + words
      }
    }

    /// The sign of a text; nil for one that is none.
    package init?(_ text: String) {
      if let number = Int(text) {
        self = .beat(number)
      } else if text == "ended" {
        self = .ended
      } else if text.hasPrefix("failed ") {
        self = .failed(String(text.dropFirst("failed ".count)))
      } else {
        return nil
      }
    }
  }

  private let limit: Double
  private let period: Double
  private var latest: [Int: (sign: Sign, time: Double)] = [:]
  private var round: Double?

  /// - Parameters:
  ///   - period: seconds between two signs
  ///   - limit: seconds without a new sign after which a process counts as gone
  package init(period: Double, limit: Double) {
    self.period = period
    self.limit = limit
  }

  /// Takes note of the signs of the other processes.
  ///
  /// - Parameters:
  ///   - signs: the latest sign of each rank
  ///   - now: the time
  /// - Returns: what happened to the first rank that is gone; nil where all are there
  package mutating func note(_ signs: [Int: Sign], at now: Double) -> String? {
    // Whoever slept, as after Ctrl-Z, cannot tell what the others did meanwhile.
    let slept = round.map { now - $0 > 3 * period } ?? true
    round = now
    for (rank, sign) in signs.sorted(by: { $0.key < $1.key }) {
      switch sign {
      case .ended: latest[rank] = nil
      case .failed(let words): return "rank \(rank) ended with an error: \(words)"
      case .beat:
        guard !slept, let last = latest[rank], last.sign == sign else {
          latest[rank] = (sign, now)
          continue
        }
        if now - last.time > limit {
          return "rank \(rank) has not been heard of for \(Int(now - last.time)) s"
        }
      }
    }
    return nil
  }
}
