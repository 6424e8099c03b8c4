import Foundation
import Imaging

/// Paths of images out of what was named: files, folders of images, patterns that no shell expanded.
enum ImagePaths {
  private static let zarrFiles = [".zattrs", ".zgroup", ".zarray", "zarr.json"]

  /// The paths of all images, in the order they were named; those of a folder or a pattern sorted.
  ///
  /// - Throws: `ImagingError` where a pattern matches nothing and where a folder holds no image.
  static func expanded(_ names: [String]) throws(ImagingError) -> [String] {
    var paths: [String] = []
    for name in names {
      for path in try matches(name) { paths += try images(at: path) }
    }
    return paths
  }

  /// The files of a pattern; the name itself where it is none or something has that name.
  private static func matches(_ name: String) throws(ImagingError) -> [String] {
    guard name.contains(where: { "*?[".contains($0) }),
      !FileManager.default.fileExists(atPath: name)
    else { return [name] }
    var found = glob_t()
    defer { globfree(&found) }
    guard glob(name, 0, nil, &found) == 0, let paths = found.gl_pathv else {
      throw ImagingError(.missing, "no file matches \(name)")
    }
    return (0..<Int(found.gl_pathc)).compactMap { paths[$0].map { String(cString: $0) } }
  }

  /// The images of a folder; the path itself where it is a file or a folder of the Zarr form.
  private static func images(at path: String) throws(ImagingError) -> [String] {
    let files = FileManager.default
    let folder = URL(fileURLWithPath: path)
    var isFolder: ObjCBool = false
    guard files.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue,
      !zarrFiles.contains(where: {
        files.fileExists(atPath: folder.appendingPathComponent($0).path)
      })
    else { return [path] }
    let names: [String]
    do {
      names = try files.contentsOfDirectory(atPath: path).sorted()
    } catch {
      throw ImagingError(
        .missing, "the folder \(path) cannot be read: \(error.localizedDescription)")
    }
    let images = names.filter { !$0.hasPrefix(".") && !ImageName($0).fileExtension.isEmpty }
    guard !images.isEmpty else {
      throw ImagingError(
        .missing,
        "the folder \(path) holds no images: no names that end in .tif, .tiff, .ome.tif or "
          + ".ome.zarr")
    }
    return images.map { path == "." ? $0 : (path.hasSuffix("/") ? path : path + "/") + $0 }
  }
}
