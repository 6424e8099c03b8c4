import Foundation

/// The system's browser.
enum Browser {
  /// Opens a link.
  static func open(_ link: String, _ console: Console) {
    #if os(macOS)
      let program = "/usr/bin/open"
    #else
      let program = "/usr/bin/xdg-open"
    #endif
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = [link]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    do {
      try process.run()
    } catch {
      console.warn("no browser can be opened (\(program)); open the link yourself")
    }
  }
}
