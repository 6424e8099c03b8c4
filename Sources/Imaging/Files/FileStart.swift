import Foundation

/// The first bytes of a file and its size.
enum FileStart {
  /// Reads them.
  ///
  /// - Throws: `ImagingError` where there is no such file, it is a folder, or cannot be read
  static func read(_ url: URL, count: Int) throws(ImagingError) -> (bytes: Data, size: Int) {
    var isFolder: ObjCBool = false
    if !FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) {
      throw ImagingError(.missing, "\(url.path) does not exist")
    }
    if isFolder.boolValue {
      throw ImagingError(.notAnImage, "\(url.path) is a folder, a TIFF file is meant")
    }
    var status = stat()
    if stat(url.path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
      // Opening a pipe that nobody writes to would wait for ever.
      throw ImagingError(.notAnImage, "\(url.path) is not a regular file, a TIFF file is meant")
    }
    do {
      let file = try FileHandle(forReadingFrom: url)
      defer { try? file.close() }  // nothing is lost where closing fails
      let start = try file.read(upToCount: count) ?? Data()
      return (start, Int(clamping: try file.seekToEnd()))
    } catch {
      throw ImagingError(.missing, "\(url.path) cannot be opened: \(error.localizedDescription)")
    }
  }
}
