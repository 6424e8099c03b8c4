import Foundation

/// Writes Zarr stores so that a reader sees the old folder or the whole new one, never a part.
enum OMEZarrReplacement {
  /// Has `fill` fill a hidden folder beside `url` and gives it the final name.
  ///
  /// On any error the hidden folder is removed and what was at `url` stays. A store that is
  /// replaced is moved aside first and removed last.
  ///
  /// - Parameters:
  ///   - url: the folder's final place; a symbolic link stays and what it leads to is replaced
  ///   - overwrite: whether a store that is there may be replaced; a folder that is none never is
  ///   - fill: writes into the folder it is given
  static func write(
    to url: URL, overwrite: Bool, _ fill: (URL) throws(ImagingError) -> Void
  ) throws(ImagingError) {
    let target = url.resolvingSymlinksInPath()
    _ = try check(target, overwrite: overwrite)
    let parent = target.deletingLastPathComponent()
    let name = ".usplit-\(UUID().uuidString)"
    let temporary = parent.appendingPathComponent("\(name).tmp", isDirectory: true)
    guard mkdir(temporary.path, 0o777) == 0 else { throw unwritable(target) }
    var isPlaced = false
    defer { if !isPlaced { try? FileManager.default.removeItem(at: temporary) } }
    try fill(temporary)

    let old = parent.appendingPathComponent("\(name).old", isDirectory: true)
    let isReplacing = try check(target, overwrite: overwrite)
    if isReplacing, rename(target.path, old.path) != 0 { throw unwritable(target) }
    if rename(temporary.path, target.path) != 0 {
      let error = unwritable(target)
      if isReplacing, rename(old.path, target.path) != 0 {
        throw ImagingError(
          .unwritable, "\(error.description); what was there is now \(old.path)")
      }
      throw error
    }
    isPlaced = true
    guard isReplacing else { return }
    do {
      try FileManager.default.removeItem(at: old)
    } catch {
      throw ImagingError(
        .unwritable,
        "\(target.path) is written, but the old store could not be removed: \(old.path) "
          + "(\(error.localizedDescription))")
    }
  }

  /// Whether there is a store to be replaced.
  ///
  /// - Throws: `ImagingError` where something is there that may not be replaced.
  private static func check(_ url: URL, overwrite: Bool) throws(ImagingError) -> Bool {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) else {
      return false
    }
    if !overwrite {
      throw ImagingError(.exists, "\(url.path) exists; pass --force to replace it")
    }
    guard isFolder.boolValue else {
      throw FileReplacement.unwritable(url, reason: "it is a file, OME-Zarr is a folder")
    }
    if let stranger = try stranger(in: url) {
      throw FileReplacement.unwritable(
        url,
        reason:
          "it is a folder \(stranger), and only a Zarr store is replaced; choose another name "
          + "or remove it yourself")
    }
    return true
  }

  /// What in a folder is no part of a Zarr store, in words; nil where all is.
  ///
  /// An array holds chunks, a group holds groups and arrays; what a user keeps beside them is not
  /// removed.
  private static func stranger(in folder: URL) throws(ImagingError) -> String? {
    guard let group = try OMEZarrGroup(folder, root: folder) else { return "without Zarr metadata" }
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    } catch {
      throw FileReplacement.unwritable(folder, reason: error.localizedDescription)
    }
    for name in names.sorted() where !companions.contains(name) {
      let item = folder.appendingPathComponent(name)
      var isFolder: ObjCBool = false
      _ = FileManager.default.fileExists(atPath: item.path, isDirectory: &isFolder)
      let isChunk = name == "c" || name.allSatisfy { $0.isASCII && ($0.isNumber || $0 == ".") }
      let belongs =
        group.isArray ? isChunk : isFolder.boolValue && (name == "OME" || OMEZarrGroup.isNode(item))
      if !belongs { return "that also holds \(name)" }
    }
    return nil
  }

  /// Files that stand beside arrays and groups.
  private static let companions = Set(
    OMEZarrGroup.metadataFiles + [".zmetadata", ".DS_Store", "ro-crate-metadata.json"])

  private static func unwritable(_ url: URL) -> ImagingError {
    FileReplacement.unwritable(url, reason: String(cString: strerror(errno)))
  }
}
