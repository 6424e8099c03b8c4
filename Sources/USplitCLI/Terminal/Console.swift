import Foundation

/// What a command tells beside its results, on standard error.
struct Console: Sendable {
  /// Whether remarks and progress are left out; warnings and errors never are.
  let isQuiet: Bool
  /// Whether warnings are left out too, as another process gives them.
  private let isSilent: Bool
  /// Whether a line may be written over: on a terminal that can do that, if nobody objects.
  let isLive: Bool

  init(isQuiet: Bool = false, isSilent: Bool = false) {
    let environment = ProcessInfo.processInfo.environment
    let isPlain = environment["NO_COLOR"]?.isEmpty == false || environment["TERM"] == "dumb"
    self.isQuiet = isQuiet || isSilent
    self.isSilent = isSilent
    self.isLive = !isPlain && isatty(STDERR_FILENO) == 1
  }

  /// A remark, on a line of its own.
  func note(_ text: String) {
    if !isQuiet { Self.complain(text) }
  }

  /// Something that the user should know even when quiet.
  func warn(_ text: String) {
    if !isSilent { Self.complain("usplit: warning: \(text)") }
  }

  /// Writes a line over the last live line.
  func live(_ text: String) {
    guard isLive, !isQuiet else { return }
    Self.write("\r\u{1B}[K" + String(text.prefix(Self.width - 1)))
  }

  /// Removes the live line.
  func clearLive() {
    guard isLive, !isQuiet else { return }
    Self.write("\r\u{1B}[K")
  }

  /// Writes a line to standard error.
  static func complain(_ text: String) { write(text + "\n") }

  private static func write(_ text: String) {
    // When standard error is closed there is nobody to tell.
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }

  /// Columns of the terminal; 80 when it does not say.
  private static var width: Int {
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }
}
