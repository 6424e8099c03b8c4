import Foundation

/// Writes files so that a reader sees the old file or the whole new one, never a part.
enum FileReplacement {
  /// Writes a hidden file beside `url`, flushes it to disk and gives it the final name.
  ///
  /// - Throws: ``ReportError`` when that fails; then the hidden file is removed and what was at
  ///   `url` stays.
  static func write(_ data: Data, to url: URL) throws(ReportError) {
    let temporary = url.deletingLastPathComponent()
      .appendingPathComponent(".usplit-\(UUID().uuidString).tmp")
    do {
      try Data().write(to: temporary, options: .withoutOverwriting)
      let handle = try FileHandle(forWritingTo: temporary)
      do {
        try handle.write(contentsOf: data)
        try handle.synchronize()
      } catch {
        try? handle.close()  // the first error is the one to tell
        throw error
      }
      try handle.close()
      guard rename(temporary.path, url.path) == 0 else {
        throw ReportError(
          .unwritable, "\(url.path) cannot be written: \(String(cString: strerror(errno)))")
      }
    } catch {
      try? FileManager.default.removeItem(at: temporary)  // it may never have been made
      throw error as? ReportError
        ?? ReportError(
          .unwritable, "\(url.path) cannot be written: \(error.localizedDescription)")
    }
  }
}
