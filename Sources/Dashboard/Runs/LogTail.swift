import Foundation

/// The end of a file of lines.
enum LogTail {
  private static let mostBytes = 64 << 10

  /// The last lines of an open file, which is closed.
  static func text(_ handle: FileHandle, bytes: Int, lines: Int) -> String? {
    defer { try? handle.close() }  // reading is over: nothing can be lost
    let start = max(bytes - mostBytes, 0)
    guard (try? handle.seek(toOffset: UInt64(start))) != nil,
      let data = try? handle.read(upToCount: mostBytes)
    else { return nil }
    let text = String(decoding: data, as: UTF8.self)
    return text.split(whereSeparator: \.isNewline).suffix(lines).joined(separator: "\n")
  }

  /// The last lines of a file; nil where it is not there.
  static func text(_ url: URL, lines: Int) -> String? {
    guard let handle = try? FileHandle(forReadingFrom: url), let end = try? handle.seekToEnd()
    else { return nil }
    return text(handle, bytes: Int(end), lines: lines)
  }
}
