import Foundation

/// A folder whose files clients may name.
struct Root: Sendable, Encodable {
  /// What the names of its files begin with.
  let id: String
  /// The folder without links, absolute.
  let path: String
  /// Whether files may be made in it.
  let writable: Bool

  /// Takes in a folder.
  ///
  /// - Throws: ``DashboardError`` where there is none.
  init(id: String, folder: String, writable: Bool) throws(DashboardError) {
    guard let real = RealPath.of(folder) else {
      throw DashboardError("there is no folder \(folder); name one that exists")
    }
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: real, isDirectory: &isFolder), isFolder.boolValue
    else { throw DashboardError("\(folder) is a file; name the folder it lies in") }
    self.id = id
    self.path = real
    self.writable = writable
  }

  /// The names that lead from the root to a path without links; nil for one outside.
  func components(of real: String) -> [String]? {
    if real == path { return [] }
    let prefix = path == "/" ? "/" : path + "/"
    guard real.hasPrefix(prefix) else { return nil }
    return real.dropFirst(prefix.count).split(separator: "/").map(String.init)
  }
}

/// Paths without links.
enum RealPath {
  /// The absolute path without links; nil where nothing is there or it cannot be reached.
  static func of(_ path: String) -> String? {
    guard let real = realpath(path, nil) else { return nil }
    defer { free(real) }
    return String(validatingCString: real)
  }
}
