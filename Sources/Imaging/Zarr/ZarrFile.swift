import Foundation

/// A file of a Zarr store, open for reading at any place from any thread.
final class ZarrFile: Sendable {
  /// Its path, for messages.
  let path: String
  /// Its bytes when it was opened.
  let size: Int
  private let descriptor: Int32

  /// Takes over an open descriptor of a regular file.
  init(path: String, descriptor: Int32, size: Int) {
    self.path = path
    self.descriptor = descriptor
    self.size = size
  }

  deinit { close(descriptor) }

  /// Reads `count` bytes from `offset`, which lie inside `size`.
  func read(offset: Int, count: Int) throws(ImagingError) -> [UInt8] {
    var reason: String?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialised in
      while initialised < count, let start = buffer.baseAddress {
        let got = pread(
          descriptor, start + initialised, min(count - initialised, 1 << 30),
          off_t(offset + initialised))
        if got < 0, errno == EINTR { continue }
        if got < 0 { reason = String(cString: strerror(errno)) }
        if got <= 0 { break }
        initialised += got
      }
    }
    if let reason { throw ImagingError(.missing, "\(path) cannot be read: \(reason)") }
    if bytes.count < count {
      throw ImagingError(
        .truncated,
        "\(path) ends at byte \(offset + bytes.count) and had \(size) when it was opened")
    }
    return bytes
  }
}
