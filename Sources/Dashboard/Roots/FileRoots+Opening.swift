import Foundation

extension FileRoots {
  /// A file that was opened, and what is known of it.
  struct Opened: Sendable {
    /// To read it.
    let handle: FileHandle
    /// Its size in bytes.
    let bytes: Int
    /// Changes with its content.
    let version: String
  }

  /// Opens a file for reading, without following a link that was put there since its path was found.
  ///
  /// - Parameter url: from ``url(_:)``
  /// - Throws: ``RequestError``: 403 for what is no plain file inside a root, 404 where nothing is
  ///   there.
  func open(_ url: URL) throws(RequestError) -> Opened {
    for root in roots {
      if let components = root.components(of: url.path), !components.isEmpty {
        return try open(components, in: root, url)
      }
    }
    throw RequestError(403, "\(url.lastPathComponent) lies outside of what is served.")
  }

  private func open(
    _ components: [String], in root: Root, _ url: URL
  ) throws(RequestError) -> Opened {
    var descriptor = Foundation.open(root.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    for (place, name) in components.enumerated() {
      guard descriptor >= 0 else { break }
      let kind = place == components.count - 1 ? O_NONBLOCK : O_DIRECTORY
      let next = openat(descriptor, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | kind)
      let reason = errno
      close(descriptor)
      errno = reason
      descriptor = next
    }
    guard descriptor >= 0 else {
      let isMissing = errno == ENOENT
      throw RequestError(
        isMissing ? 404 : 403,
        "\(url.lastPathComponent) "
          + (isMissing ? "is not there any more." : "cannot be opened; check its permissions."))
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw RequestError(403, "\(url.lastPathComponent) is no plain file.")
    }
    return Opened(
      handle: FileHandle(fileDescriptor: descriptor, closeOnDealloc: true),
      bytes: Int(status.st_size), version: FileStamp(status).text)
  }
}

/// When a file was last written and how large it is.
struct FileStamp: Hashable, Sendable {
  /// Bytes.
  let size: Int
  /// Seconds since 1970.
  let modified: Double

  /// Of what the system says.
  init(_ status: stat) {
    size = Int(status.st_size)
    #if canImport(Darwin)
      let time = status.st_mtimespec
    #else
      let time = status.st_mtim
    #endif
    modified = Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// Of a path, links followed; nil where nothing is there.
  init?(path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    self.init(status)
  }

  /// As part of a tag or a version.
  var text: String { "\(String(size, radix: 36))-\(String(Int64(modified * 1e6), radix: 36))" }
}
