import Foundation
import Imaging

/// Tells images from other files and folders by their names.
enum ImageFolder {
  /// What only a folder that is itself an image in Zarr holds.
  private static let markers: Set = ["zarr.json", ".zgroup", ".zarray", ".zattrs"]

  /// Whether a name is one of an image.
  static func isImage(_ name: String) -> Bool { !ImageName(name).fileExtension.isEmpty }

  /// Whether a folder is an image, by its name or by what lies in it.
  static func isImage(folder path: String) -> Bool {
    isImage(path)
      || markers.contains { FileManager.default.fileExists(atPath: path + "/" + $0) }
  }
}
