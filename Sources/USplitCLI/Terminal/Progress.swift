import Foundation

/// Tells how far a piece of work is: a live line, or else a plain line every ten seconds.
final class Progress {
  private static let pause = Duration.seconds(10)
  private static let livePause = Duration.milliseconds(100)

  private let console: Console
  private var last: ContinuousClock.Instant

  init(_ console: Console) {
    self.console = console
    self.last = .now
  }

  /// Tells the text when it is time for it again.
  func tell(_ text: @autoclosure () -> String) {
    guard !console.isQuiet,
      last.duration(to: .now) >= (console.isLive ? Self.livePause : Self.pause)
    else { return }
    last = .now
    if console.isLive { console.live(text()) } else { console.note(text()) }
  }

  /// Removes the live line.
  func end() { console.clearLive() }
}
