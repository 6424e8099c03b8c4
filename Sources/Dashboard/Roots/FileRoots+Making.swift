import Foundation

extension FileRoots {
  /// Makes a folder of the folder that is written to, where there is none.
  ///
  /// - Returns: what clients call it
  /// - Throws: ``RequestError`` where that is not possible.
  func makeFolder(_ name: String) throws(RequestError) -> String {
    let path = "\(Self.first)/\(name)"
    if let url = try? url(path) {
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder),
        isFolder.boolValue
      else { throw RequestError(409, "\(path) is a file; a folder has to be made there.") }
      return path
    }
    try make(try newURL(path), path)
    return path
  }

  /// Makes a folder under a name that is not taken: the given one, or with a number.
  ///
  /// - Parameters:
  ///   - name: the name
  ///   - parent: a folder, as clients name it
  /// - Returns: the folder
  /// - Throws: ``RequestError`` where that is not possible.
  func makeNewFolder(_ name: String, in parent: String) throws(RequestError) -> URL {
    for number in 1...1000 {
      let path = "\(parent)/\(name)" + (number > 1 ? "_\(number)" : "")
      do {
        let url = try newURL(path)
        try make(url, path)
        return url
      } catch {
        guard error.status == 409 else { throw error }
      }
    }
    throw RequestError(409, "\(parent) holds 1000 folders called \(name); remove some.")
  }

  private func make(_ url: URL, _ path: String) throws(RequestError) {
    guard mkdir(url.path, 0o777) != 0 else { return }
    switch errno {
    case EEXIST: throw RequestError(409, "\(path) is there already.")
    case ENOSPC: throw RequestError(507, "The disk is full: \(path) cannot be made.")
    default:
      throw RequestError(
        403, "\(path) cannot be made: \(String(cString: strerror(errno))).")
    }
  }
}
