import Foundation

/// What is known of the terminal behind a stream.
enum Terminal {
  /// Whether lines may be written over: on a terminal that can do that, if nobody objects.
  static func isLive(_ stream: Int32) -> Bool {
    let environment = ProcessInfo.processInfo.environment
    let isPlain = environment["NO_COLOR"]?.isEmpty == false || environment["TERM"] == "dumb"
    return !isPlain && isatty(stream) == 1
  }

  /// Its columns and rows; 80 and 24 when it does not say.
  static func size(_ stream: Int32) -> (columns: Int, rows: Int) {
    var size = winsize()
    guard ioctl(stream, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 1, size.ws_row > 1 else {
      return (80, 24)
    }
    return (Int(size.ws_col), Int(size.ws_row))
  }
}
