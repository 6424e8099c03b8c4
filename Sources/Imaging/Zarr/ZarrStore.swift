import Foundation
import JSON

/// A folder inside a Zarr store whose files are opened only as long as they are in the store.
struct ZarrStore: Sendable {
  /// The folder's path as it was given, for messages.
  let path: String
  private let realRoot: String

  /// The most bytes of a metadata file.
  static let mostMetadataBytes = 16 << 20

  /// A folder of a store.
  ///
  /// - Parameters:
  ///   - folder: the folder
  ///   - root: the folder of the whole store
  /// - Throws: `ImagingError` where one is not there, no folder, or where `folder` is not inside
  ///   `root` once links are followed.
  init(_ folder: URL, root: URL) throws(ImagingError) {
    path = folder.path
    realRoot = try Self.real(root.path)
    let real = try Self.real(folder.path)
    if !Self.isInside(real, realRoot) { throw outside(folder.path, real) }
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: real, isDirectory: &isFolder), isFolder.boolValue
    else { throw ImagingError(.notAnImage, "\(path) is a file, the folder of a Zarr is meant") }
  }

  /// Opens the file of a key, such as `["c", "0", "1"]`; nil where there is none.
  ///
  /// - Throws: `ImagingError` where the file is no plain file, or a link on the way to it leads out
  ///   of the store or nowhere.
  func file(_ key: [String]) throws(ImagingError) -> ZarrFile? {
    var place = path
    var status = stat()
    for component in key {
      place += "/" + component
      if lstat(place, &status) != 0 {
        if errno == ENOENT { return nil }
        throw unreadable(place, String(cString: strerror(errno)))
      }
      if status.st_mode & S_IFMT == S_IFLNK {
        let real = try Self.real(place)
        if !Self.isInside(real, realRoot) { throw outside(place, real) }
      }
    }
    // Not blocking, so that a pipe under the name of a chunk is told instead of waited for.
    let descriptor = open(place, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    if descriptor < 0 { throw unreadable(place, String(cString: strerror(errno))) }
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw unreadable(place, "it is not a plain file")
    }
    return ZarrFile(path: place, descriptor: descriptor, size: Int(status.st_size))
  }

  /// Reads a metadata file of the folder; nil where there is none.
  func json(_ name: String) throws(ImagingError) -> JSONValue? {
    guard let file = try file([name]) else { return nil }
    if file.size > Self.mostMetadataBytes {
      throw ImagingError(
        .unsupported,
        "\(file.path) has \(file.size) bytes; metadata of at most \(Self.mostMetadataBytes) bytes "
          + "are read")
    }
    let text = try file.read(offset: 0, count: file.size)
    do throws(JSONParser.Failure) {
      return try JSONParser.parse(text, takesNonFinite: true)
    } catch {
      throw ImagingError(.notAnImage, "\(file.path) is not valid JSON: \(error.description)")
    }
  }

  /// Whether there is a folder of this name.
  func hasFolder(_ name: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: "\(path)/\(name)", isDirectory: &isFolder)
      && isFolder.boolValue
  }

  private func outside(_ place: String, _ real: String) -> ImagingError {
    ImagingError(
      .unsupported,
      "\(place) leads to \(real), out of the Zarr \(realRoot); what is outside is not read")
  }

  private func unreadable(_ place: String, _ reason: String) -> ImagingError {
    ImagingError(.missing, "\(place) cannot be read: \(reason)")
  }

  private static func isInside(_ path: String, _ root: String) -> Bool {
    path == root || path.hasPrefix(root.hasSuffix("/") ? root : root + "/")
  }

  private static func real(_ path: String) throws(ImagingError) -> String {
    guard let real = realpath(path, nil) else {
      throw ImagingError(
        .missing, "\(path) cannot be read: \(String(cString: strerror(errno)))")
    }
    defer { free(real) }
    return String(cString: real)
  }
}
