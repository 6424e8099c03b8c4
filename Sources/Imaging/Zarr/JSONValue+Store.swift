import Foundation
import JSON

extension JSONValue {
  /// Reads a metadata file inside a store; nil where there is no such file.
  ///
  /// - Parameters:
  ///   - file: the file
  ///   - root: the folder of the whole store, which links must not lead out of
  /// - Throws: `ImagingError` that names the file where it is larger than 16 MiB, nested too deeply,
  ///   no JSON, unreadable or outside the store.
  package static func read(_ file: URL, root: URL) throws(ImagingError) -> JSONValue? {
    let store = try ZarrStore(file.deletingLastPathComponent(), root: root)
    return try store.json(file.lastPathComponent)
  }

  /// Writes the tree as readable text with sorted keys.
  ///
  /// - Throws: `ImagingError` of kind `unwritable` that names the file.
  package func write(to file: URL) throws(ImagingError) {
    let newFile = try ZarrNewFile(file.path)
    try newFile.append(Array(serialised.utf8))
    try newFile.finish()
  }
}
