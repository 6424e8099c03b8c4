import Foundation

/// Appends events to a metrics file, each at once.
public final class MetricsWriter {
  /// The file.
  public let url: URL
  /// Bytes of all whole lines.
  public private(set) var byteCount: UInt64
  private let handle: FileHandle

  /// Opens the file, which is made when it is not there.
  ///
  /// A last line that was cut short, as by a crash, is removed.
  ///
  /// - Parameter limit: bytes of the lines that are kept; those after them are removed
  /// - Throws: ``RunDirectoryError`` when the file cannot be opened for writing.
  public init(
    appendingTo url: URL, keeping limit: UInt64 = .max
  ) throws(RunDirectoryError) {
    self.url = url
    do {
      if !FileManager.default.fileExists(atPath: url.path) {
        try Data().write(to: url, options: .withoutOverwriting)
      }
      handle = try FileHandle(forUpdating: url)
      let end = min(try Self.endOfLastLine(handle), limit)
      try handle.truncate(atOffset: end)
      try handle.seek(toOffset: end)
      byteCount = end
    } catch {
      throw Self.failure(url, error)
    }
  }

  /// Appends one line, which a reader sees when this returns.
  ///
  /// - Throws: ``RunDirectoryError`` when that fails, as on a full disk; nothing is written then.
  public func write(_ event: MetricEvent) throws(RunDirectoryError) {
    let line = try event.line()
    do {
      try handle.write(contentsOf: line)
      byteCount += UInt64(line.count)
    } catch {
      let failure = Self.failure(url, error)
      do {
        try handle.truncate(atOffset: byteCount)
        try handle.seek(toOffset: byteCount)
      } catch {
        throw Self.failure(url, error)
      }
      throw failure
    }
  }

  /// Closes the file; nothing can be written after.
  ///
  /// - Throws: ``RunDirectoryError`` when that fails.
  public func close() throws(RunDirectoryError) {
    do {
      try handle.close()
    } catch {
      throw Self.failure(url, error)
    }
  }

  private static func endOfLastLine(_ handle: FileHandle) throws -> UInt64 {
    let block: UInt64 = 65536
    var end = try handle.seekToEnd()
    while end > 0 {
      let start = end > block ? end - block : 0
      try handle.seek(toOffset: start)
      let bytes = try handle.read(upToCount: Int(end - start)) ?? Data()
      if let feed = bytes.lastIndex(of: UInt8(ascii: "\n")) {
        return start + UInt64(bytes.distance(from: bytes.startIndex, to: feed)) + 1
      }
      end = start
    }
    return 0
  }

  private static func failure(_ url: URL, _ error: any Error) -> RunDirectoryError {
    RunDirectoryError(.unwritable, "cannot write \(url.path): \(error.localizedDescription)")
  }
}
