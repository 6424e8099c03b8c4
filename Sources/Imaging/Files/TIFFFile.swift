import CImageIO
import Foundation

/// A TIFF file whose directories have been read.
final class TIFFFile: Sendable {
  /// One directory of the chain.
  struct Directory: Sendable {
    /// libtiff's fields.
    let fields: CImageIOPage
    /// Places of the directories below it.
    let subdirectories: [UInt64]
    /// tifffile's description, where the page has one.
    let shape: ShapedDescription?

    /// Whether it is a reduced copy of another page.
    var isReduced: Bool { fields.subfile_type & 1 != 0 }
  }

  /// The file's path.
  let path: String
  /// Bytes of the file.
  let size: Int
  /// The first page's description.
  let description: String?
  /// ImageJ's binary metadata of the first page.
  let imagej: ImageJMetadata?
  /// The colour that the first page's values are looked up in, where it runs from black to one.
  let mapColor: RGBColor?
  /// Whether numbers are stored high byte first.
  let isBigEndian: Bool
  /// All directories of the chain, at least one.
  let directories: [Directory]
  private let handles: TIFFHandles

  /// The most directories below a page.
  private static let mostSubdirectories = 64

  /// Reads a file's directories.
  init(_ url: URL, handles: TIFFHandles) throws(ImagingError) {
    let path = url.path
    let size = try Self.checkedSize(of: url)
    let handle = try TIFFHandle(path)
    self.path = path
    self.size = size
    self.handles = handles
    isBigEndian = cimageio_tiff_is_big_endian(handle.pointer) != 0
    description = cimageio_tiff_description(handle.pointer).map(Self.text)
    imagej = ImageJMetadata(handle.pointer)
    mapColor = RGBColor(mapOf: handle.pointer)
    directories = try Self.readDirectories(handle)
    try requireLink(after: directories.last?.fields.offset ?? 0, handle)
  }

  /// The page of a directory, checked.
  ///
  /// - Parameters:
  ///   - index: its place in the chain, from 0
  ///   - allowsPalette: as for `TIFFPage`
  func page(_ index: Int, allowsPalette: Bool = false) throws(ImagingError) -> TIFFPage {
    try TIFFPage(
      directories[index].fields, number: index + 1, fileSize: size, allowsPalette: allowsPalette,
      path: path)
  }

  /// The pages of the directories below a directory.
  ///
  /// - Parameters:
  ///   - index: the directory's place in the chain, from 0
  ///   - allowsPalette: as for `TIFFPage`
  ///   - skipsStrangeKinds: whether to leave out those of kinds that cannot be read
  func subpages(
    _ index: Int, allowsPalette: Bool, skipsStrangeKinds: Bool
  ) throws(ImagingError) -> [(page: TIFFPage, isReduced: Bool)] {
    let offsets = directories[index].subdirectories
    if offsets.isEmpty { return [] }
    let (path, size) = (path, size)
    return try handles.use(path, at: nil) { handle throws(ImagingError) in
      var pages: [(page: TIFFPage, isReduced: Bool)] = []
      for (place, offset) in offsets.enumerated() {
        try handle.go(to: offset, name: "the reduced copy \(place + 1) of page \(index + 1)")
        var fields = CImageIOPage()
        cimageio_tiff_page(handle.pointer, &fields)
        do throws(ImagingError) {
          let page = try TIFFPage(
            fields, number: index + 1, fileSize: size, allowsPalette: allowsPalette, path: path)
          pages.append((page, fields.subfile_type & 1 != 0))
        } catch {
          if !skipsStrangeKinds || error.kind != .unsupported { throw error }
        }
      }
      return pages
    }
  }

  /// Runs something with an open handle.
  func use<Result>(
    at page: TIFFPage?, _ body: (TIFFHandle) throws(ImagingError) -> Result
  ) throws(ImagingError) -> Result {
    try handles.use(path, at: page?.offset, body)
  }

  /// Refuses pages that are together more than the file can hold.
  ///
  /// Pages that share their bytes would let a small file claim any amount of memory.
  func requireRoom(for pages: some Sequence<TIFFPage>) throws(ImagingError) {
    var total = 0
    var count = 0
    for page in pages {
      let (sum, overflow) = total.addingReportingOverflow(
        page.isPlain ? page.byteCount : page.byteCount / TIFFPage.mostGain)
      total = sum
      count += 1
      if overflow || total > size {
        throw ImagingError(
          .truncated,
          "\(path): \(count) pages, the last of \(page.height) × \(page.width) pixels, are more "
            + "than its \(size) bytes can hold; it is cut off or broken")
      }
    }
  }

  private static func readDirectories(_ handle: TIFFHandle) throws(ImagingError) -> [Directory] {
    var directories: [Directory] = []
    while true {
      var fields = CImageIOPage()
      cimageio_tiff_page(handle.pointer, &fields)
      var offsets: UnsafePointer<UInt64>?
      let count = Int(cimageio_tiff_sub_directories(handle.pointer, &offsets))
      if count > mostSubdirectories {
        throw ImagingError(
          .unsupported,
          "\(handle.path), page \(directories.count + 1) has \(count) pages below it; at most "
            + "\(mostSubdirectories) levels of a pyramid are read")
      }
      let description = cimageio_tiff_description(handle.pointer)
      let isShape = description.map { $0.pointee == CChar(UInt8(ascii: "{")) } ?? false
      directories.append(
        Directory(
          fields: fields,
          subdirectories: Array(UnsafeBufferPointer(start: offsets, count: count)),
          shape: isShape ? description.flatMap { ShapedDescription(text($0)) } : nil))
      let next = cimageio_tiff_next(handle.pointer)
      if next == 0 { return directories }
      if next < 0 {
        throw ImagingError(
          .truncated,
          "\(handle.path): page \(directories.count + 1) cannot be read" + handle.reason
            + "; the file is cut off or its pages lead in a circle")
      }
    }
  }

  /// Checks that the file holds the whole last directory.
  ///
  /// libtiff takes a directory cut off just before its link to the next one for the last, which
  /// would lose pages without a word.
  private func requireLink(
    after offset: UInt64, _ handle: TIFFHandle
  ) throws(ImagingError) {
    func number(at offset: UInt64, _ count: Int) throws(ImagingError) -> UInt64 {
      var bytes = [UInt8](repeating: 0, count: count)
      let read = bytes.withUnsafeMutableBytes { buffer in
        buffer.baseAddress.map {
          cimageio_tiff_bytes(handle.pointer, offset, $0, Int64(count))
        } ?? 0
      }
      if read != Int64(count) {
        throw ImagingError(.truncated, "\(path) is cut off at \(offset) of \(size) bytes")
      }
      return (isBigEndian ? bytes : bytes.reversed()).reduce(0) { $0 << 8 | UInt64($1) }
    }
    let isBig = try number(at: 2, 2) == 43
    // libtiff has read all entries, so their number is small unless the file changed meanwhile.
    let entries = min(try number(at: offset, isBig ? 8 : 2), 1 << 32)
    let end = offset.addingReportingOverflow(isBig ? 16 + 20 * entries : 6 + 12 * entries)
    if end.overflow || end.partialValue > UInt64(size) {
      throw ImagingError(.truncated, "\(path) is cut off at the end of a page's directory")
    }
  }

  /// Whether a file starts as TIFF files do.
  static func hasSignature(_ start: some Sequence<UInt8>) -> Bool {
    let signatures: [[UInt8]] = [
      [0x49, 0x49, 42, 0], [0x4d, 0x4d, 0, 42], [0x49, 0x49, 43, 0], [0x4d, 0x4d, 0, 43],
    ]
    return signatures.contains(Array(start.prefix(4)))
  }

  private static func checkedSize(of url: URL) throws(ImagingError) -> Int {
    let (start, size) = try FileStart.read(url, count: 4)
    if size == 0 { throw ImagingError(.truncated, "\(url.path) is empty (0 bytes)") }
    if !hasSignature(start) {
      throw ImagingError(
        .notAnImage, "\(url.path) is not a TIFF file: it does not start with a TIFF signature")
    }
    return size
  }

  /// UTF-8, or where it is not that, Latin-1, which older programs write.
  private static func text(_ characters: UnsafePointer<CChar>) -> String {
    if let text = String(validatingCString: characters) { return text }
    let bytes = UnsafeBufferPointer(start: characters, count: strlen(characters))
    return String(String.UnicodeScalarView(bytes.map { Unicode.Scalar(UInt8(bitPattern: $0)) }))
  }
}
