import Foundation

/// A terminal on standard output, part of which is drawn again and again.
final class Screen {
  private var shown = 0

  /// The terminal; nil when standard output is none, or cannot or shall not be drawn over.
  init?() {
    guard Terminal.isLive(STDOUT_FILENO) else { return nil }
  }

  /// Its columns; 80 when it does not say.
  var width: Int { Terminal.size(STDOUT_FILENO).columns }

  /// Draws lines over those that were drawn before.
  ///
  /// - Parameter isLast: whether nothing is drawn after; otherwise what does not fit is cut off, so
  ///   that it can be drawn over
  /// - Throws: `CommandError` when the terminal is gone.
  func show(_ lines: [String], isLast: Bool) throws {
    let (columns, rows) = Terminal.size(STDOUT_FILENO)
    let visible = isLast ? lines : lines.prefix(rows - 1).map { String($0.prefix(columns - 1)) }
    let up = shown > 0 ? "\r\u{1B}[\(shown)A" : ""
    try Results.line(up + "\u{1B}[J" + visible.joined(separator: "\n"))
    shown = visible.count
  }
}
