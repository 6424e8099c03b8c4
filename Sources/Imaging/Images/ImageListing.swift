import Foundation

/// The images that a path means: one image, those in a folder, or those that match a pattern.
public enum ImageListing {
  /// The most images that one path may mean.
  private static let most = 100_000
  /// What the names of images in a folder end with, for messages.
  private static let endings = ".tif, .tiff, .tf2, .tf8, .btf, .companion.ome, .zarr"
  /// What only a folder that is itself an image in Zarr holds.
  private static let markers = ["zarr.json", ".zgroup", ".zarray", ".zattrs"]

  /// Whether a text holds characters that stand for others in a pattern.
  public static func isPattern(_ path: String) -> Bool { path.contains { "*?[".contains($0) } }

  /// The files, or folders where an image is one, in the order of their names; numbers in names
  /// count by their value, so `a2` comes before `a10`.
  ///
  /// - Parameter path: a file, a folder, or a pattern as shells have them (`*`, `?`, `[a-z]`); what
  ///   is there under the very name is no pattern
  /// - Throws: `ImagingError` of kind `missing` where there is none.
  public static func images(at path: String) throws(ImagingError) -> [URL] {
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) {
      let url = URL(fileURLWithPath: path, isDirectory: isFolder.boolValue)
      return isFolder.boolValue && !isImage(url) ? try images(in: url) : [url]
    }
    guard isPattern(path) else { return [URL(fileURLWithPath: path)] }
    let found = try matches(path)
    guard !found.isEmpty else {
      throw ImagingError(
        .missing,
        "no file matches \(path); put the pattern in quotation marks, and check the folder")
    }
    return try limited(found, path)
  }

  /// Whether a folder is itself an image.
  private static func isImage(_ folder: URL) -> Bool {
    markers.contains {
      FileManager.default.fileExists(atPath: folder.appendingPathComponent($0).path)
    }
  }

  private static func images(in folder: URL) throws(ImagingError) -> [URL] {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    } catch {
      throw ImagingError(
        .missing, "cannot list the folder \(folder.path): \(error.localizedDescription)")
    }
    let found = names.filter {
      !$0.hasPrefix(".") && !ImageName($0).fileExtension.isEmpty
    }
    guard !found.isEmpty else {
      throw ImagingError(
        .missing,
        "the folder \(folder.path) holds no images; expected files whose names end with "
          + endings)
    }
    return try limited(found.map { folder.appendingPathComponent($0).path }, folder.path)
  }

  private static func limited(_ paths: [String], _ path: String) throws(ImagingError) -> [URL] {
    guard paths.count <= most else {
      throw ImagingError(
        .unsupported, "\(path) means \(paths.count) images, at most \(most) are taken")
    }
    return paths.sorted(by: isBefore).map { URL(fileURLWithPath: $0) }
  }

  private static func matches(_ pattern: String) throws(ImagingError) -> [String] {
    var found = glob_t()
    defer { globfree(&found) }
    let result = glob(pattern, 0, nil, &found)
    if result == GLOB_NOMATCH { return [] }
    guard result == 0 else {
      throw ImagingError(.missing, "the files that match \(pattern) cannot be listed")
    }
    return (0..<Int(found.gl_pathc)).compactMap { place in
      found.gl_pathv[place].map { String(cString: $0) }
    }
  }

  /// Whether a name comes before another one, numbers in it by their value.
  static func isBefore(_ first: String, _ second: String) -> Bool {
    var (a, b) = (Array(first.utf8)[...], Array(second.utf8)[...])
    while let x = a.first, let y = b.first {
      if isDigit(x), isDigit(y) {
        let (left, right) = (number(&a), number(&b))
        if left.count != right.count { return left.count < right.count }
        if left != right { return left.lexicographicallyPrecedes(right) }
      } else {
        if x != y { return x < y }
        a.removeFirst()
        b.removeFirst()
      }
    }
    return a.count == b.count ? first < second : a.count < b.count
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

  /// Takes the digits at the start, without leading zeros.
  private static func number(_ text: inout ArraySlice<UInt8>) -> [UInt8] {
    let digits = text.prefix(while: isDigit)
    text = text.dropFirst(digits.count)
    return Array(digits.drop { $0 == 0x30 })
  }
}
