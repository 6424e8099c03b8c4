import Foundation

/// The folders whose files clients may name, as `ROOT/folder/file`.
///
/// Nothing outside is reached: not by names, not by links, and nothing hidden. What a name means is
/// found out without links first, and files are opened from there without following any.
package struct FileRoots: Sendable {
  /// The folders; the first is the one that is written to.
  let roots: [Root]

  /// The names of the first folder and of the others.
  static let first = "files"

  /// Takes in the folder of runs, and folders that are only read.
  ///
  /// - Throws: ``DashboardError`` where one is missing.
  package init(_ folder: String, images: [String] = []) throws(DashboardError) {
    var roots = [try Root(id: Self.first, folder: folder, writable: true)]
    for (place, path) in images.enumerated() {
      roots.append(try Root(id: "images\(place + 1)", folder: path, writable: false))
    }
    self.roots = roots
  }

  /// The folder that is written to.
  var home: Root { roots[0] }

  /// The file or folder that a name means, without links.
  ///
  /// - Throws: ``RequestError``: 400 for a name that is none, 403 for one that leaves its root or is
  ///   hidden, 404 where nothing is there.
  package func url(_ name: String) throws(RequestError) -> URL {
    let (root, components) = try split(name)
    guard let real = RealPath.of(([root.path] + components).joined(separator: "/")) else {
      switch errno {
      case EACCES: throw RequestError(403, "\(name) may not be read; check its permissions.")
      case ELOOP: throw RequestError(403, "\(name) is a link to itself.")
      default: throw RequestError(404, "There is no \(name).")
      }
    }
    guard let inside = root.components(of: real), !inside.contains(where: { $0.hasPrefix(".") })
    else {
      throw RequestError(
        403,
        "\(name) is a link that leads out of \(root.id); start the server with --images and "
          + "the folder it leads to.")
    }
    return URL(fileURLWithPath: real)
  }

  /// The path of a file or folder that is to be made in the folder that is written to.
  ///
  /// - Throws: ``RequestError``, as ``url(_:)``; 403 in another root, 409 where something is there.
  package func newURL(_ name: String) throws(RequestError) -> URL {
    let (root, components) = try split(name)
    guard root.writable, let last = components.last else {
      throw RequestError(403, "Nothing can be made at \(name); use a path in \(Self.first).")
    }
    let parent = try url(([root.id] + components.dropLast()).joined(separator: "/"))
    let url = parent.appendingPathComponent(last)
    var status = stat()
    guard lstat(url.path, &status) != 0 else {
      throw RequestError(409, "\(name) is there already; take another name.")
    }
    return url
  }

  /// What clients call a path; nil for one outside.
  package func name(of url: URL) -> String? {
    let real = RealPath.of(url.path) ?? url.standardizedFileURL.path
    for root in roots {
      if let components = root.components(of: real) {
        return ([root.id] + components).joined(separator: "/")
      }
    }
    return nil
  }

  /// The root and the names that a client's name consists of.
  private func split(_ name: String) throws(RequestError) -> (Root, [String]) {
    var parts = name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    if parts.count > 1, parts.last == "" { parts.removeLast() }
    let first = parts.removeFirst()
    guard name.utf8.count <= 4096, let root = roots.first(where: { $0.id == first }) else {
      throw RequestError(
        400,
        "\"\(name.prefix(100))\" is no path of this server; paths begin with "
          + roots.map { $0.id + "/" }.joined(separator: ", ") + ".")
    }
    for part in parts {
      let isPlain = part.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 127 }
      guard !part.isEmpty, part != ".", part != "..", !part.contains("\\"), isPlain else {
        throw RequestError(400, "\"\(name.prefix(100))\" is no path: each part has to be a name.")
      }
      guard !part.hasPrefix(".") else {
        throw RequestError(403, "\(name) is hidden, and hidden files are not served.")
      }
    }
    return (root, parts)
  }
}
