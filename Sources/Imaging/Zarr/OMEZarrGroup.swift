import Foundation
import JSON

/// A folder of a Zarr store with the metadata in it: a group or an array of version 2 or 3.
struct OMEZarrGroup {
  /// The folder.
  let folder: URL
  /// The folder of the whole store, which no path leads out of.
  let root: URL
  /// 2 or 3.
  let zarrFormat: Int
  /// Whether the folder is an array.
  let isArray: Bool
  /// The metadata that OME-Zarr defines: in version 0.5 what is inside `ome`; nil where the folder
  /// has no attributes.
  let attributes: OMEZarrNode?
  /// Whether the metadata are inside `ome`, as from version 0.5.
  let hasNamespace: Bool

  /// Files that make a folder a group or an array.
  static let metadataFiles = ["zarr.json", ".zgroup", ".zarray", ".zattrs"]

  /// Reads the metadata in a folder; nil where there are none.
  ///
  /// - Throws: `ImagingError` where a metadata file is broken or outside the store.
  init?(_ folder: URL, root: URL) throws(ImagingError) {
    self.folder = folder
    self.root = root
    guard FileManager.default.fileExists(atPath: folder.path) else { return nil }
    let file = folder.appendingPathComponent("zarr.json")
    if let json = try JSONValue.read(file, root: root) {
      let node = OMEZarrNode(value: json, file: file, key: "")
      let kind = try node.required("node_type")
      guard ["array", "group"].contains(try kind.text()) else {
        throw kind.malformed(expected: "\"group\" or \"array\"")
      }
      zarrFormat = 3
      isArray = kind.value.text == "array"
      let all = try node.member("attributes")
      let inside = try all?.member("ome")
      attributes = inside ?? all
      hasNamespace = inside != nil
      return
    }
    func read(_ name: String) throws(ImagingError) -> OMEZarrNode? {
      let file = folder.appendingPathComponent(name)
      let json = try JSONValue.read(file, root: root)
      return json.map { OMEZarrNode(value: $0, file: file, key: "") }
    }
    isArray = try read(".zarray") != nil
    let all = try read(".zattrs")
    let isGroup = try read(".zgroup") != nil
    if !isArray, !isGroup, all == nil { return nil }
    zarrFormat = 2
    let inside = try all?.member("ome")
    attributes = inside ?? all
    hasNamespace = inside != nil
  }

  /// The folder at a path that the metadata name.
  ///
  /// - Throws: `ImagingError` where the path is absolute, empty or leads upwards.
  func folder(at path: OMEZarrNode) throws(ImagingError) -> URL {
    let text = try path.text()
    let parts = text.split(separator: "/").filter { $0 != "." }
    let isInside =
      !text.hasPrefix("/") && !parts.isEmpty
      && !parts.contains { $0 == ".." || $0.contains("\\") || $0.contains("\0") }
    guard isInside else {
      throw path.malformed(expected: "the path of a folder inside \(folder.path)")
    }
    return parts.reduce(folder) { $0.appendingPathComponent(String($1), isDirectory: true) }
  }

  /// Names of folders in a folder that are groups or arrays, for hints; none where the folder
  /// cannot be listed.
  static func nodes(in folder: URL) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.sorted().prefix(1000).filter { isNode(folder.appendingPathComponent($0)) }
  }

  /// The image group right above a folder; nil where that is none that can be read.
  static func image(above folder: URL) -> URL? {
    let parent = folder.deletingLastPathComponent()
    let group = try? OMEZarrGroup(parent, root: parent)
    return group?.attributes?.value["multiscales"] == nil ? nil : parent
  }

  /// Whether a folder holds Zarr's metadata.
  static func isNode(_ folder: URL) -> Bool {
    metadataFiles.contains {
      FileManager.default.fileExists(atPath: folder.appendingPathComponent($0).path)
    }
  }
}
