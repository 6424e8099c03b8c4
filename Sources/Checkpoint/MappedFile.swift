import Foundation

/// Reading whole files.
enum MappedFile {
  /// The file's bytes, mapped into memory where the system can.
  ///
  /// Do not shorten a file in place while its bytes are in use.
  static func data(_ url: URL) throws(CheckpointError) -> Data {
    let path = url.path
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw .unreadable(path: path, reason: "there is no such file")
    }
    guard !isFolder.boolValue else {
      throw .unreadable(path: path, reason: "it is a folder; name a file inside it")
    }
    do {
      return try Data(contentsOf: url, options: .mappedIfSafe)
    } catch {
      throw .unreadable(path: path, reason: error.localizedDescription)
    }
  }
}
