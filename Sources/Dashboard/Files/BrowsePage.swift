import Foundation

/// Shows what lies in the folders that are served, so that images and runs can be chosen.
struct BrowsePage: Sendable {
  /// The folders.
  let roots: FileRoots
  /// Where disks are waited for.
  let queue: WorkQueue

  /// What answers where.
  var routes: [Route] {
    [
      Route(method: "GET", path: "/api/browse") { request in
        try await queue.run { try .json(list(request.query["path"] ?? "")) }
      }
    ]
  }

  private struct Listing: Encodable {
    let path: String
    let parent: String?
    let entries: [Entry]
    let truncated: Bool
  }

  private struct Entry: Encodable {
    enum Kind: String, Encodable { case folder, image, run, model, other }
    let name: String
    let path: String
    let kind: Kind
    let bytes: Int?
    let modified: Double?
  }

  private func list(_ path: String) throws(RequestError) -> Listing {
    guard !path.isEmpty else {
      let entries = roots.roots.map { root in
        Entry(
          name: root.path, path: root.id, kind: .folder, bytes: nil,
          modified: FileStamp(path: root.path)?.modified)
      }
      return Listing(path: "", parent: nil, entries: entries, truncated: false)
    }
    let folder = try roots.url(path).path
    guard let found = FolderListing.entries(of: folder) else {
      throw RequestError(404, "\(path) is no folder that can be listed.")
    }
    let name = path.hasSuffix("/") ? String(path.dropLast()) : path
    let entries = found.compactMap { entry($0, in: name) }.sorted(by: Self.isBefore)
    let parts = name.split(separator: "/")
    return Listing(
      path: name, parent: parts.dropLast().joined(separator: "/"), entries: entries,
      truncated: found.count >= FolderListing.most)
  }

  /// Nil for a link that leads nowhere or out.
  private func entry(_ entry: FolderEntry, in folder: String) -> Entry? {
    let path = folder + "/" + entry.name
    guard let url = try? roots.url(path) else { return nil }
    var status = stat()
    guard stat(url.path, &status) == 0 else { return nil }
    let isFolder = status.st_mode & S_IFMT == S_IFDIR
    return Entry(
      name: entry.name, path: path, kind: Self.kind(entry.name, url.path, isFolder: isFolder),
      bytes: isFolder ? nil : Int(status.st_size), modified: FileStamp(status).modified)
  }

  private static func kind(_ name: String, _ path: String, isFolder: Bool) -> Entry.Kind {
    guard isFolder else {
      if ImageFolder.isImage(name) { return .image }
      return name.hasSuffix(".safetensors") ? .model : .other
    }
    if ImageFolder.isImage(folder: path) { return .image }
    return RunFinder.isRun(path) ? .run : .folder
  }

  /// Folders first, then by name.
  private static func isBefore(_ one: Entry, _ other: Entry) -> Bool {
    let places = [one, other].map { $0.kind == .folder || $0.kind == .run ? 0 : 1 }
    guard places[0] == places[1] else { return places[0] < places[1] }
    return one.name.localizedStandardCompare(other.name) == .orderedAscending
  }
}
