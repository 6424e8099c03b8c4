import ArgumentParser

/// A span of time: `420`, `90s`, `7m` or `1h30m`.
struct TimeArgument: ExpressibleByArgument {
  /// Seconds.
  let seconds: Double

  init?(argument: String) {
    let form = /(?:([0-9]+)h)?(?:([0-9]+)m)?(?:([0-9]+(?:\.[0-9]+)?)s?)?/
    guard !argument.isEmpty, let match = argument.wholeMatch(of: form) else { return nil }
    func number(_ text: Substring?) -> Double { text.flatMap { Double($0) } ?? 0 }
    let seconds = 3600 * number(match.1) + 60 * number(match.2) + number(match.3)
    guard seconds.isFinite, seconds < 1e9 else { return nil }
    self.seconds = seconds
  }
}
