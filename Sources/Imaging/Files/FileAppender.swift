import Foundation

/// A file that is filled from its start to its end.
final class FileAppender {
  private let descriptor: Int32
  private let url: URL

  /// Opens a file that is there, and empties it.
  ///
  /// - Parameters:
  ///   - path: where to write
  ///   - url: the file's final name, for messages
  init(path: String, name url: URL) throws(ImagingError) {
    descriptor = open(path, O_WRONLY | O_TRUNC)
    self.url = url
    if descriptor < 0 {
      throw FileReplacement.unwritable(url, reason: String(cString: strerror(errno)))
    }
  }

  deinit { close(descriptor) }

  /// Appends bytes.
  func append(_ bytes: [UInt8]) throws(ImagingError) {
    var code: Int32 = 0
    bytes.withUnsafeBytes { bytes in
      if let start = bytes.baseAddress { code = write(start, bytes.count) }
    }
    try check(code)
  }

  /// Appends bytes.
  func append(_ bytes: UnsafeRawPointer, count: Int) throws(ImagingError) {
    try check(write(bytes, count))
  }

  /// Writes all bytes; the system's number of what went wrong, or 0.
  private func write(_ bytes: UnsafeRawPointer, _ count: Int) -> Int32 {
    var done = 0
    while done < count {
      // Some systems take no more than 2 GiB at once.
      let written = Foundation.write(descriptor, bytes + done, min(count - done, 1 << 30))
      if written < 0, errno == EINTR { continue }
      if written <= 0 { return written < 0 ? errno : ENOSPC }
      done += written
    }
    return 0
  }

  private func check(_ code: Int32) throws(ImagingError) {
    if code != 0 { throw FileReplacement.unwritable(url, reason: String(cString: strerror(code))) }
  }
}
