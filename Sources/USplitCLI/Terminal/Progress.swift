import USplit

/// Tells how far a piece of work is, as often as suits the form.
final class Progress {
  private let console: Console
  private let pause: Duration
  private var last: ContinuousClock.Instant?
  private var begun: (done: Double, at: ContinuousClock.Instant)?

  /// The part of the whole work that is being done; what is told of it counts so much.
  var part = 0.0...1.0

  /// Progress of a work that begins now.
  init(_ console: Console) {
    self.console = console
    switch console.progress {
    case .live: pause = .milliseconds(100)
    case .lines, .none: pause = .seconds(10)
    case .json: pause = .milliseconds(500)
    }
    // Who reads JSON hears of the beginning; a line for people waits until there is something to tell.
    last = console.progress == .json ? nil : .now
  }

  /// Tells how far the part of the work is, when it is time for it again, and how long the whole still
  /// takes.
  ///
  /// - Parameters:
  ///   - done: the share of the part that is done
  ///   - text: what is done, without the time that is left
  func tell(done: Double, _ text: @autoclosure () -> String) {
    let whole = shareOfWhole(done)
    let now = ContinuousClock.now
    let begun = begun ?? (whole, now)
    self.begun = begun
    guard isDue(now) else { return }
    let spent = begun.at.duration(to: now).seconds
    let remaining =
      whole > begun.done && spent > 0 ? spent / (whole - begun.done) * (1 - whole) : nil
    tell(done: whole, remaining: remaining, text())
  }

  /// Tells how far the whole work is, when it is time for it again.
  ///
  /// - Parameter remaining: seconds that it still takes; nil where that is not known
  func tell(done: Double, remaining: Double?, _ text: @autoclosure () -> String) {
    let now = ContinuousClock.now
    guard isDue(now) else { return }
    last = now
    var text = text()
    if let remaining { text += ", \(Words.time(remaining)) left" }
    console.tell(done: done, remaining: remaining, text: text)
  }

  /// The share of the whole work that is done when the given share of the part is.
  func shareOfWhole(_ done: Double) -> Double {
    part.lowerBound + min(max(done, 0), 1) * (part.upperBound - part.lowerBound)
  }

  /// Removes the live line.
  func end() { console.clearLive() }

  private func isDue(_ now: ContinuousClock.Instant) -> Bool {
    console.progress != .none && last.map { $0.duration(to: now) >= pause } ?? true
  }
}
