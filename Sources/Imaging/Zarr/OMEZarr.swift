import Foundation

/// Images in folders of OME-Zarr 0.4 and 0.5, and in plain Zarr arrays.
///
/// The specification is "Next-generation file formats (NGFF)" of the Open Microscopy Environment.
public enum OMEZarr {
  /// A version of OME-Zarr that can be written.
  public enum Version: String, Sendable, CaseIterable {
    /// Version 0.4, in Zarr version 2.
    case v04 = "0.4"
    /// Version 0.5, in Zarr version 3.
    case v05 = "0.5"
  }

  /// Whether a folder holds metadata of Zarr, so that `images` reads it or says what to open.
  public static func isStore(_ url: URL) -> Bool { OMEZarrGroup.isNode(url) }

  /// Opens all images of a folder: the one of an image group or an array, or the series of a
  /// collection that bioformats2raw has written.
  ///
  /// - Throws: `ImagingError` where the folder is no Zarr, where it is a plate, a well or a group
  ///   of labels (the message names what to open instead), where the metadata are broken or
  ///   contradict the arrays, and of kind `ambiguous` where the axes are not plain.
  public static func images(
    _ url: URL, _ options: ImageReadingOptions = ImageReadingOptions()
  ) throws(ImagingError) -> [OMEZarrImage] {
    let root = url.resolvingSymlinksInPath()
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: root.path, isDirectory: &isFolder) else {
      throw ImagingError(.missing, "\(url.path) does not exist")
    }
    guard isFolder.boolValue else {
      let isMetadata = OMEZarrGroup.metadataFiles.contains(url.lastPathComponent)
      throw ImagingError(
        .notAnImage,
        "\(url.path) is a file, an image in Zarr is a folder"
          + (isMetadata ? "; open \(url.deletingLastPathComponent().path)" : ""))
    }
    guard let group = try OMEZarrGroup(root, root: root) else {
      throw ImagingError(
        .notAnImage,
        "\(url.path) is a folder without Zarr metadata (zarr.json, .zgroup or .zarray)"
          + hint(root, url))
    }
    if group.isArray {
      return [try OMEZarrImage(array: root, root: root, place: url.path, options: options)]
    }
    try refuseOthers(group, url)
    if let attributes = group.attributes {
      if try attributes.member("multiscales") != nil {
        return [try OMEZarrImage(group, place: url.path, options: options)]
      }
      if let layout = try attributes.member("bioformats2raw.layout") {
        return try OMEZarrSeries(group, layout: layout).images(place: url, options)
      }
      if let labels = try attributes.member("labels"), let list = labels.value.list {
        let first = list.first?.text.map { ", or a label image such as \(url.path)/\($0)" } ?? ""
        throw ImagingError(
          .unsupported,
          "\(url.path) lists the label images of an image; open the image above it"
            + (first.contains("..") ? "" : first))
      }
    }
    throw ImagingError(
      .notAnImage,
      "\(url.path) is a Zarr group without an image of OME-Zarr (multiscales)" + hint(root, url))
  }

  /// Plates and wells hold many images; the message names one of them.
  private static func refuseOthers(_ group: OMEZarrGroup, _ url: URL) throws(ImagingError) {
    guard let attributes = group.attributes else { return }
    func example(_ list: OMEZarrNode?, _ suffix: String) throws(ImagingError) -> String {
      let path = try list?.elements().first?.member("path")?.value.text ?? "A/1"
      return path.contains("..") ? "\(url.path)/A/1\(suffix)" : "\(url.path)/\(path)\(suffix)"
    }
    if let plate = try attributes.member("plate") {
      throw ImagingError(
        .unsupported,
        "\(url.path) is a plate of many wells; open one field of view of it, such as "
          + (try example(try plate.member("wells"), "/0")))
    }
    if let well = try attributes.member("well") {
      throw ImagingError(
        .unsupported,
        "\(url.path) is a well of a plate; open one field of view of it, such as "
          + (try example(try well.member("images"), "")))
    }
  }

  /// Names what a folder holds that can be opened.
  private static func hint(_ folder: URL, _ url: URL) -> String {
    let nodes = OMEZarrGroup.nodes(in: folder)
    guard let first = nodes.first else { return "" }
    let names = nodes.prefix(5).joined(separator: ", ") + (nodes.count > 5 ? ", …" : "")
    return "; it holds \(names): open one of them, such as \(url.path)/\(first)"
  }
}
