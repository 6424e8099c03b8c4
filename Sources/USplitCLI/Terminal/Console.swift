import Foundation
import JSON

/// What a command tells beside its results, on standard error.
///
/// For people these are lines of text. For programs (`--progress json`) each is a JSON object on a line
/// of its own with the key `note`, `warning`, or `done` with `remaining` and `text`. Errors are
/// sentences for both.
struct Console: Sendable {
  /// Whether remarks and progress are left out; warnings and errors never are.
  let isQuiet: Bool
  /// Whether warnings are left out too, as another process gives them.
  private let isSilent: Bool
  /// How progress is told; never `auto`.
  let progress: Progress

  /// How progress is told.
  enum Progress {
    /// On one line that is written over.
    case live
    /// On plain lines.
    case lines
    /// As JSON.
    case json
    /// Not at all.
    case none
  }

  init(isQuiet: Bool = false, isSilent: Bool = false, style: ProgressStyle = .auto) {
    self.isQuiet = isQuiet || isSilent
    self.isSilent = isSilent
    if self.isQuiet {
      progress = .none
    } else {
      progress =
        switch style {
        case .auto: Terminal.isLive(STDERR_FILENO) ? .live : .lines
        case .lines: .lines
        case .json: .json
        case .none: .none
        }
    }
  }

  /// A remark, on a line of its own.
  func note(_ text: String) {
    if !isQuiet { tell("note", text, plain: text) }
  }

  /// Something that the user should know even when quiet.
  func warn(_ text: String) {
    if !isSilent { tell("warning", text, plain: "usplit: warning: \(text)") }
  }

  /// The answer to a signal, given even when quiet; on a terminal behind the `^C` that it shows.
  func answer(_ text: String) {
    if !isSilent {
      tell("note", text, plain: (isatty(STDERR_FILENO) == 1 ? "\n" : "") + text)
    }
  }

  /// How far the work is, in the form that was asked for.
  ///
  /// - Parameters:
  ///   - done: the share of the whole work
  ///   - remaining: seconds that are left; nil where that is not known yet
  func tell(done: Double, remaining: Double?, text: String) {
    switch progress {
    case .live:
      Self.write("\r\u{1B}[K" + String(text.prefix(Terminal.size(STDERR_FILENO).columns - 1)))
    case .lines: Self.complain(text)
    case .json:
      let share = min(max(done.isFinite ? done : 0, 0), 1)
      let rest = remaining.flatMap { $0.isFinite ? max($0, 0).formatted(digits: 1) : nil }
      Self.complain(
        "{\"done\":\(share.formatted(digits: 4)),\"remaining\":\(rest ?? "null"),"
          + "\"text\":\(JSONValue.literal(text))}")
    case .none: break
    }
  }

  /// Removes the live line.
  func clearLive() {
    if progress == .live { Self.write("\r\u{1B}[K") }
  }

  /// Writes a line to standard error.
  static func complain(_ text: String) { write(text + "\n") }

  private func tell(_ key: String, _ text: String, plain: String) {
    Self.complain(progress == .json ? "{\"\(key)\":\(JSONValue.literal(text))}" : plain)
  }

  private static func write(_ text: String) {
    // When standard error is closed there is nobody to tell.
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }
}
