import Experiment
import Foundation
import JSON

/// An image that a form names, as an argument of the program.
struct ImageChoice: Sendable {
  /// The file or folder.
  let url: URL
  /// Which of its channels; nil for the only one.
  let channel: String?

  /// The argument: the absolute path, and the channel after a colon.
  var argument: String { url.path + (channel.map { ":" + $0 } ?? "") }

  /// An image, or a folder of images where that is allowed.
  ///
  /// - Throws: ``RequestError`` for a path that is none, or what is no image.
  init(
    _ path: String, channel: JSONValue?, mayBeFolder: Bool, _ roots: FileRoots
  ) throws(RequestError) {
    url = try roots.url(path)
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) else {
      throw RequestError(404, "There is no \(path).")
    }
    let isImage =
      isFolder.boolValue
      ? mayBeFolder || ImageFolder.isImage(folder: url.path) : ImageFolder.isImage(url.path)
    guard isImage else {
      throw RequestError(
        400, "\(path) is no image that can be read; choose a TIFF file or an OME-Zarr folder.")
    }
    switch channel {
    case nil: self.channel = nil
    case .integer(let number) where (0..<1_000_000).contains(number): self.channel = "\(number)"
    case .text(let name) where Self.isPlain(name): self.channel = name
    case .some(let value):
      throw RequestError(
        400,
        "The channel of \(path) has to be its number from 0 or its name, not "
          + "\(value.described).")
    }
  }

  private static func isPlain(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.count <= 200
      && name.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 127 }
  }
}

/// Names that people give to runs and structures.
enum GivenName {
  /// Whether a text can be the name of a new folder.
  static func isFolderName(_ text: String) -> Bool {
    let first = text.unicodeScalars.first
    return text.utf8.count <= 100 && first != "." && first != "-"
      && text.unicodeScalars.allSatisfy { scalar in
        scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
          || "-_.+ ".unicodeScalars
            .contains(scalar)
      } && !text.hasSuffix(" ") && !text.hasSuffix(".") && !text.hasPrefix(" ") && !text.isEmpty
  }

  /// Whether a text can be the name of a structure.
  static func isTargetName(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 100 && !text.contains("=") && !text.contains("/")
      && !text.contains(",")
  }
}
