import Foundation

/// OME-XML and the TIFF files beside it that it tells of.
final class OMEFiles {
  /// What the metadata say.
  let ome: OMEDescription
  /// The file that was opened.
  let path: String
  /// The TIFF file that was opened; nil when it was a file of OME-XML alone.
  let own: TIFFFile?
  /// The file of OME-XML alone that the metadata are from; nil where they are in the TIFF file.
  private let companion: String?
  private let folder: URL
  private let handles: TIFFHandles
  private let namesOneFile: Bool
  private var known: [String: TIFFFile] = [:]
  /// What had to be assumed, in sentences.
  private(set) var remarks: [String] = []

  /// The files that the metadata of an open TIFF file tell of.
  ///
  /// - Parameter url: the TIFF file; files that it names lie in its folder
  init(
    _ ome: OMEDescription, in file: TIFFFile, at url: URL, _ handles: TIFFHandles
  ) throws(ImagingError) {
    own = file
    path = file.path
    folder = url.deletingLastPathComponent()
    self.handles = handles
    guard let elsewhere = ome.elsewhere else {
      self.ome = ome
      companion = nil
      namesOneFile = Self.namesOneFile(ome)
      return
    }
    guard let name = elsewhere.fileName else {
      throw ImagingError(
        .missing, "\(path): its OME metadata are in another file, which they do not name")
    }
    let companion = try Self.sibling(name, in: folder, namedBy: path)
    guard let metadata = try Self.read(companion) else {
      throw ImagingError(
        .notAnImage, "\(companion.path), which \(path) names for its metadata, is not OME-XML")
    }
    if let wanted = elsewhere.uuid, let found = metadata.uuid, wanted != found {
      throw ImagingError(
        .mismatch,
        "\(path) belongs to metadata with the UUID \(wanted), but \(companion.path) has \(found)")
    }
    self.ome = metadata
    self.companion = companion.path
    namesOneFile = Self.namesOneFile(metadata)
  }

  /// The files that a file of OME-XML alone tells of; nil where it is not OME-XML.
  init?(companion url: URL, _ handles: TIFFHandles) throws(ImagingError) {
    guard let metadata = try Self.read(url) else { return nil }
    ome = metadata
    own = nil
    path = url.path
    companion = url.path
    folder = url.deletingLastPathComponent()
    self.handles = handles
    namesOneFile = Self.namesOneFile(metadata)
  }

  /// The paths of all files that were opened, and of that with the metadata, sorted.
  var paths: [String] {
    Set([path] + [companion].compactMap(\.self) + known.values.map(\.path)).sorted()
  }

  /// The file that a block of planes is in.
  func file(of block: OMEDescription.PlaneBlock) throws(ImagingError) -> TIFFFile {
    if let own, try isOwn(block, own) { return own }
    guard let name = block.fileName else {
      throw ImagingError(
        .missing,
        "\(path): its OME metadata do not name the file of some planes"
          + (block.uuid.isEmpty ? "" : ", only its UUID \(block.uuid)"))
    }
    if let file = known[name] { return file }
    let url: URL
    do throws(ImagingError) {
      url = try Self.sibling(name, in: folder, namedBy: path)
    } catch {
      // A file alone that was renamed still tells of its old name.
      guard error.kind == .missing, let own, namesOneFile, ome.elsewhere == nil else { throw error }
      remarks.append(
        "Its OME metadata name the file \(name), which is not there; the planes are taken "
          + "from \(own.path), as of a file that was renamed.")
      known[name] = own
      return own
    }
    let file = try TIFFFile(url, handles: handles)
    try requireIdentity(block.uuid, of: file)
    known[name] = file
    return file
  }

  /// Whether planes are in the file that was opened.
  private func isOwn(
    _ block: OMEDescription.PlaneBlock, _ own: TIFFFile
  ) throws(ImagingError) -> Bool {
    if block.fileName == nil {
      return block.uuid.isEmpty || ome.uuid == nil || block.uuid == ome.uuid
    }
    if ome.elsewhere == nil, !block.uuid.isEmpty, block.uuid == ome.uuid { return true }
    guard block.fileName == URL(fileURLWithPath: own.path).lastPathComponent else { return false }
    try requireIdentity(block.uuid, of: own)
    return true
  }

  private func requireIdentity(_ uuid: String, of file: TIFFFile) throws(ImagingError) {
    guard !uuid.isEmpty, let text = file.description,
      let found = try OMEDescription.uuid(in: text, path: file.path), found != uuid
    else { return }
    throw ImagingError(
      .mismatch,
      "\(path) wants the file with the UUID \(uuid), but \(file.path) has \(found); put the right "
        + "file in its place")
  }

  private static func namesOneFile(_ ome: OMEDescription) -> Bool {
    Set(ome.images.flatMap { $0.blocks.map(\.fileName) }).count == 1
  }

  /// A file in a folder, by the name that metadata give.
  ///
  /// - Throws: `ImagingError` of kind `missing` where it is not there, and `unsupported` where the
  ///   name leads out of the folder
  static func sibling(
    _ name: String, in folder: URL, namedBy path: String
  ) throws(ImagingError) -> URL {
    let url = folder.appendingPathComponent(name)
    if name.isEmpty || name == "." || name == ".."
      || name.contains(where: { "/\\\0".contains($0) })
    {
      throw ImagingError(
        .unsupported,
        "\(path): its OME metadata name the file \"\(name)\", which is not a plain name; files of a "
          + "set have to be in one folder")
    }
    guard let resolved = realPath(url.path) else {
      throw ImagingError(
        .missing, "\(url.path), which the OME metadata of \(path) name, does not exist")
    }
    let parent = URL(fileURLWithPath: resolved).deletingLastPathComponent().path
    guard parent == realPath(folder.path) else {
      throw ImagingError(
        .unsupported,
        "\(url.path), which the OME metadata of \(path) name, is a link to \(resolved), out of the "
          + "folder; files of a set have to be in one folder")
    }
    return url
  }

  private static func realPath(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  /// The metadata in a file of OME-XML alone; nil where it is something else.
  private static func read(_ url: URL) throws(ImagingError) -> OMEDescription? {
    let (start, size) = try FileStart.read(url, count: 4096)
    guard start.drop(while: { $0 <= 32 || $0 >= 0xbb }).first == UInt8(ascii: "<") else {
      return nil
    }
    if size > MarkupRoot.mostBytes {
      throw ImagingError(
        .unsupported,
        "\(url.path) has \(size) bytes, more than the \(MarkupRoot.mostBytes >> 20) MiB of OME-XML "
          + "that are read")
    }
    let data: Data
    do {
      data = try Data(contentsOf: url)
    } catch {
      throw ImagingError(.missing, "\(url.path) cannot be read: \(error.localizedDescription)")
    }
    return try OMEDescription(String(decoding: data, as: UTF8.self), path: url.path)
  }
}
