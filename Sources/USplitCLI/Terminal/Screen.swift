import Foundation

/// A terminal on standard output, part of which is drawn again and again.
final class Screen {
  private var shown = 0

  /// The terminal; nil when standard output is none, or cannot or shall not be drawn over.
  init?() {
    let environment = ProcessInfo.processInfo.environment
    let isPlain = environment["NO_COLOR"]?.isEmpty == false || environment["TERM"] == "dumb"
    guard !isPlain, isatty(STDOUT_FILENO) == 1 else { return nil }
  }

  /// Its columns; 80 when it does not say.
  var width: Int { size.columns }

  /// Draws lines over those that were drawn before.
  ///
  /// - Parameter isLast: whether nothing is drawn after; otherwise what does not fit is cut off, so
  ///   that it can be drawn over
  /// - Throws: `CommandError` when the terminal is gone.
  func show(_ lines: [String], isLast: Bool) throws {
    let (columns, rows) = size
    let visible = isLast ? lines : lines.prefix(rows - 1).map { String($0.prefix(columns - 1)) }
    let up = shown > 0 ? "\r\u{1B}[\(shown)A" : ""
    try Results.line(up + "\u{1B}[J" + visible.joined(separator: "\n"))
    shown = visible.count
  }

  private var size: (columns: Int, rows: Int) {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 1, size.ws_row > 1
    else { return (80, 24) }
    return (Int(size.ws_col), Int(size.ws_row))
  }
}
