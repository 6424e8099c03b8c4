import Foundation

/// Writes files so that a reader sees the old file or the whole new one, never a part.
enum FileReplacement {
  /// Has `write` fill a hidden file beside `url`, flushes it to disk and gives it the final name.
  ///
  /// On any error the hidden file is removed and what was at `url` stays.
  ///
  /// - Parameters:
  ///   - url: the file's final place; a symbolic link stays and what it leads to is replaced
  ///   - overwrite: whether a file that is there may be replaced
  ///   - write: fills the file at the path it is given
  static func write<Result>(
    to url: URL, overwrite: Bool, _ write: (String) throws(ImagingError) -> Result
  ) throws(ImagingError) -> Result {
    let target = url.resolvingSymlinksInPath()
    try check(target, overwrite: overwrite)
    let folder = target.deletingLastPathComponent()
    let temporary = folder.appendingPathComponent(".usplit-\(UUID().uuidString).tmp").path
    // Made here first, so that a folder that takes no files is told by the system's reason.
    let descriptor = open(temporary, O_CREAT | O_EXCL | O_WRONLY, 0o666)
    if descriptor < 0 {
      throw unwritable(target, reason: String(cString: strerror(errno)))
    }
    defer {
      close(descriptor)
      unlink(temporary)
    }
    let result = try write(temporary)
    // The descriptor still leads to the file, since it is filled in place.
    if fsync(descriptor) != 0 {
      throw unwritable(target, reason: String(cString: strerror(errno)))
    }
    try check(target, overwrite: overwrite)
    if rename(temporary, target.path) != 0 {
      throw unwritable(target, reason: String(cString: strerror(errno)))
    }
    return result
  }

  /// The error of a file that cannot be written.
  static func unwritable(_ url: URL, reason: String) -> ImagingError {
    ImagingError(.unwritable, "\(url.path) cannot be written: \(reason)")
  }

  private static func check(_ url: URL, overwrite: Bool) throws(ImagingError) {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) else { return }
    if isFolder.boolValue { throw unwritable(url, reason: "it is a folder") }
    if !overwrite {
      throw ImagingError(.exists, "\(url.path) exists; pass --force to replace it")
    }
  }
}
