import Foundation

/// A file of a Zarr store that is being written from its start to its end.
final class ZarrNewFile {
  private let path: String
  private var descriptor: Int32
  /// Bytes written so far.
  private(set) var count = 0

  /// Makes a file, in place of one that is there, with the folders above it.
  ///
  /// - Throws: `ImagingError` of kind `unwritable` that names the file, as all calls here.
  init(_ path: String) throws(ImagingError) {
    let flags = O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC
    self.path = path
    descriptor = open(path, flags, 0o666)
    if descriptor < 0, errno == ENOENT {
      try Self.makeFolder(URL(fileURLWithPath: path).deletingLastPathComponent())
      descriptor = open(path, flags, 0o666)
    }
    if descriptor < 0 { throw unwritable }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  /// Writes bytes behind what is there.
  func append(_ bytes: UnsafeRawBufferPointer) throws(ImagingError) {
    guard let start = bytes.baseAddress else { return }
    var written = 0
    while written < bytes.count {
      let more = write(descriptor, start + written, min(bytes.count - written, 1 << 30))
      if more < 0, errno == EINTR { continue }
      if more <= 0 { throw unwritable }
      written += more
    }
    count += written
  }

  /// Writes bytes behind what is there.
  func append(_ bytes: [UInt8]) throws(ImagingError) {
    try bytes.withUnsafeBufferPointer { buffer throws(ImagingError) in
      try append(UnsafeRawBufferPointer(buffer))
    }
  }

  /// Closes the file; some file systems tell only here that the disk is full.
  func finish() throws(ImagingError) {
    let result = close(descriptor)
    descriptor = -1
    if result != 0 { throw unwritable }
  }

  /// Makes a folder and those above it where they are missing.
  static func makeFolder(_ folder: URL) throws(ImagingError) {
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw FileReplacement.unwritable(folder, reason: error.localizedDescription)
    }
  }

  private var unwritable: ImagingError {
    FileReplacement.unwritable(
      URL(fileURLWithPath: path), reason: String(cString: strerror(errno)))
  }
}
