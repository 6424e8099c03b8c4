import Foundation

/// The images of a collection in the layout of bioformats2raw.
///
/// Specification 0.5, section "bioformats2raw.layout": the `OME` group lists the images, or they
/// are in folders "0", "1", …; `OME/METADATA.ome.xml` describes them in the same order.
struct OMEZarrSeries {
  private let group: OMEZarrGroup
  private let images: [OMEZarrGroup]

  private static let mostImages = 10_000
  private static let mostMetadataBytes = 64 << 20

  /// Finds the images of a collection.
  ///
  /// - Throws: `ImagingError` where the layout is another one or an image is missing.
  init(_ group: OMEZarrGroup, layout: OMEZarrNode) throws(ImagingError) {
    guard layout.value.number == 3 else {
      throw ImagingError(
        .unsupported,
        "\(layout.file.path): \(layout.key) is \(layout.value.described), only layout 3 is read")
    }
    self.group = group
    var images: [OMEZarrGroup] = []
    let inside = group.folder.appendingPathComponent("OME", isDirectory: true)
    let list = try OMEZarrGroup(inside, root: group.root)?.attributes?.member("series")
    if let list {
      let paths = try list.elements()
      guard (1...Self.mostImages).contains(paths.count) else {
        throw list.malformed(expected: "a list of 1 to \(Self.mostImages) images")
      }
      for path in paths {
        let folder = try group.folder(at: path)
        guard let image = try OMEZarrGroup(folder, root: group.root), !image.isArray else {
          throw ImagingError(
            .missing, "\(path.file.path): \(path.key) names \(folder.path), which is no Zarr group")
        }
        images.append(image)
      }
    } else {
      while images.count < Self.mostImages {
        let folder = group.folder.appendingPathComponent("\(images.count)", isDirectory: true)
        guard let image = try OMEZarrGroup(folder, root: group.root), !image.isArray else { break }
        images.append(image)
      }
      if images.isEmpty {
        throw ImagingError(
          .missing,
          "\(group.folder.path) is a collection of images, but there is no image "
            + "\(group.folder.path)/0")
      }
    }
    self.images = images
  }

  /// Opens the images, all of them.
  ///
  /// - Parameter place: the folder as the user named it
  func images(
    place: URL, _ options: ImageReadingOptions
  ) throws(ImagingError) -> [OMEZarrImage] {
    let names = names()
    var opened: [OMEZarrImage] = []
    for (index, image) in images.enumerated() {
      let path = image.folder.path.dropFirst(group.folder.path.count)
      opened.append(
        try OMEZarrImage(
          image, name: names?[index], place: place.path + path, options: options))
    }
    return opened
  }

  /// The images' names in the OME-XML; nil where it does not describe as many images.
  private func names() -> [String?]? {
    let file = group.folder.appendingPathComponent("OME/METADATA.ome.xml")
      .resolvingSymlinksInPath()
    guard file.path.hasPrefix(group.root.path + "/"),
      let values = try? file.resourceValues(forKeys: [.fileSizeKey, .isRegularFileKey]),
      values.isRegularFile == true, let size = values.fileSize,
      size <= Self.mostMetadataBytes, let data = try? Data(contentsOf: file)
    else { return nil }
    // What cannot be parsed names nothing; the pixels do not depend on it.
    guard
      let description = try? OMEDescription(
        String(decoding: data, as: UTF8.self), path: file.path),
      description.images.count == images.count
    else { return nil }
    return description.images.map { $0.name.flatMap { $0.isEmpty ? nil : $0 } }
  }
}
