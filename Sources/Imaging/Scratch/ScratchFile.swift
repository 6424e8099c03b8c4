import Foundation

/// A file that is read and written at any place, from several threads at once.
///
/// It has its full size from the start; what was never written takes no room on most disks and
/// reads as zeros.
package final class ScratchFile: Sendable {
  /// Where it is.
  let url: URL
  /// Its size in bytes.
  package let byteCount: Int
  private let descriptor: Int32

  /// Makes a file of the given size; one that is there is replaced.
  ///
  /// - Throws: `ImagingError` of kind `unwritable` where the folder or the disk does not take it.
  package convenience init(creating url: URL, byteCount: Int) throws(ImagingError) {
    let descriptor = open(url.path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    if descriptor < 0 { throw FileReplacement.unwritable(url, reason: Self.reason) }
    self.init(url, descriptor, byteCount: byteCount)
    if ftruncate(descriptor, off_t(byteCount)) != 0 {
      throw FileReplacement.unwritable(
        url, reason: "a file of \(byteCount) bytes is not taken: \(Self.reason)")
    }
  }

  /// Opens a file that has to have the given size.
  ///
  /// - Throws: `ImagingError` where it is missing, cannot be opened, or has another size.
  convenience init(opening url: URL, byteCount: Int) throws(ImagingError) {
    let descriptor = open(url.path, O_RDWR | O_CLOEXEC)
    if descriptor < 0 {
      throw ImagingError(
        errno == ENOENT ? .missing : .unwritable, "\(url.path) cannot be opened: \(Self.reason)")
    }
    self.init(url, descriptor, byteCount: byteCount)
    let size = Int(lseek(descriptor, 0, SEEK_END))
    if size != byteCount {
      throw ImagingError(
        .truncated, "\(url.path) has \(size) bytes, \(byteCount) were expected; remove it")
    }
  }

  private init(_ url: URL, _ descriptor: Int32, byteCount: Int) {
    self.url = url
    self.descriptor = descriptor
    self.byteCount = byteCount
  }

  deinit { close(descriptor) }

  /// Reads bytes from a place on.
  ///
  /// - Throws: `ImagingError` where the disk does not give them.
  package func read(at offset: Int, into bytes: UnsafeMutableRawBufferPointer) throws(ImagingError)
  {
    check(offset, bytes.count)
    var done = 0
    while done < bytes.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: bytes[done...])
      let count = pread(descriptor, rest.baseAddress, rest.count, off_t(offset + done))
      if count < 0, errno == EINTR { continue }
      if count <= 0 {
        throw ImagingError(
          .truncated,
          "\(url.path) cannot be read at byte \(offset + done): "
            + (count < 0 ? Self.reason : "it was cut off meanwhile"))
      }
      done += count
    }
  }

  /// Writes bytes from a place on.
  ///
  /// - Throws: `ImagingError` of kind `unwritable`, as when the disk is full.
  package func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(ImagingError) {
    check(offset, bytes.count)
    var done = 0
    while done < bytes.count {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
      let count = pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset + done))
      if count < 0, errno == EINTR { continue }
      if count <= 0 { throw FileReplacement.unwritable(url, reason: Self.reason) }
      done += count
    }
  }

  /// Waits until the disk has all that was written.
  ///
  /// - Throws: `ImagingError` of kind `unwritable` where it does not take it.
  func synchronize() throws(ImagingError) {
    if fsync(descriptor) != 0 { throw FileReplacement.unwritable(url, reason: Self.reason) }
  }

  private func check(_ offset: Int, _ count: Int) {
    precondition(
      offset >= 0 && count >= 0 && offset <= byteCount - count,
      "bytes \(offset) to \(offset + count) of a file of \(byteCount) bytes")
  }

  private static var reason: String { String(cString: strerror(errno)) }
}
