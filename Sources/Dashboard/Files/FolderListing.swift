import Foundation

/// What lies in a folder, as far as it may be seen.
struct FolderEntry: Sendable {
  /// The name.
  let name: String
  /// Whether it is a folder itself; a link is none.
  let isFolder: Bool
  /// Whether it is a link.
  let isLink: Bool
}

/// Lists folders, a bounded number of entries each.
enum FolderListing {
  /// At most so many entries of a folder are read.
  static let most = 20_000

  /// The entries that are not hidden, in no order; nil where the folder cannot be read.
  static func entries(of path: String) -> [FolderEntry]? {
    guard let folder = opendir(path) else { return nil }
    defer { closedir(folder) }
    var entries: [FolderEntry] = []
    while entries.count < most, let entry = readdir(folder) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) {
        String(validating: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      guard let name, !name.hasPrefix(".") else { continue }
      var kind = Int32(entry.pointee.d_type)
      if kind == Int32(DT_UNKNOWN) { kind = Self.kind(of: path + "/" + name) }
      entries.append(
        FolderEntry(name: name, isFolder: kind == Int32(DT_DIR), isLink: kind == Int32(DT_LNK)))
    }
    return entries
  }

  /// What some file systems do not tell in a listing.
  private static func kind(of path: String) -> Int32 {
    var status = stat()
    guard lstat(path, &status) == 0 else { return Int32(DT_UNKNOWN) }
    switch status.st_mode & S_IFMT {
    case S_IFDIR: return Int32(DT_DIR)
    case S_IFLNK: return Int32(DT_LNK)
    default: return Int32(DT_REG)
    }
  }
}

/// Walks through a tree of folders, a bounded part of it.
struct FolderWalk {
  /// At most so many folders lie between the first and what is found.
  static let deepest = 5
  /// At most so many folders are looked into.
  static let mostFolders = 20_000

  /// Whether something was left out.
  private(set) var isTruncated = false
  private var visited = 0

  /// Visits a folder and those in it, the ones that are not hidden and no links.
  ///
  /// - Parameter visit: told the path of a folder and its entries; whether to go into it
  mutating func walk(
    _ path: String, depth: Int = 0, _ visit: (String, [FolderEntry]) -> Bool
  ) {
    guard visited < Self.mostFolders else { return isTruncated = true }
    visited += 1
    guard let entries = FolderListing.entries(of: path) else { return }
    if entries.count >= FolderListing.most { isTruncated = true }
    guard visit(path, entries), depth < Self.deepest else { return }
    for entry in entries.sorted(by: { $0.name < $1.name }) where entry.isFolder {
      guard !ImageFolder.isImage(entry.name) else { continue }
      walk(path + "/" + entry.name, depth: depth + 1, visit)
    }
  }
}
