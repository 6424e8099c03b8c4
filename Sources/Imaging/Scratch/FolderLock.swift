import Foundation

/// The claim of one process on a folder; it ends with the process, however that ends.
///
/// A file `lock` in the folder is locked by the system (`flock`). Where the file system knows no
/// locks, as some network drives do, a folder is claimed without one.
package final class FolderLock: Sendable {
  private let descriptor: Int32
  /// Whether the system gave the lock; without it nobody knows whether another process has it.
  let isSure: Bool

  /// Claims a folder that is there; nil where another process, or another part of this one, has it.
  ///
  /// - Throws: `ImagingError` where no file can be made in the folder.
  package init?(_ folder: URL) throws(ImagingError) {
    let file = folder.appendingPathComponent("lock")
    let descriptor = open(file.path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    if descriptor < 0 {
      throw FileReplacement.unwritable(file, reason: String(cString: strerror(errno)))
    }
    self.descriptor = descriptor
    if flock(descriptor, LOCK_EX | LOCK_NB) == 0 {
      // Somebody who took the folder for left over may have removed it in between.
      var opened = stat()
      var named = stat()
      guard fstat(descriptor, &opened) == 0, stat(file.path, &named) == 0,
        opened.st_ino == named.st_ino
      else {
        isSure = false
        return nil
      }
      isSure = true
    } else {
      isSure = false
      if errno == EWOULDBLOCK { return nil }
    }
  }

  deinit { close(descriptor) }
}
