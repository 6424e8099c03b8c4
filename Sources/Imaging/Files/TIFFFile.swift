import CImageIO
import Foundation

/// A TIFF file open for reading.
final class TIFFFile {
  /// The file's path, for messages.
  let path: String
  /// Bytes of the file.
  let size: Int
  /// The first page's description.
  let description: String?
  /// ImageJ's binary metadata of the first page.
  let imagej: ImageJMetadata?
  /// Whether numbers are stored high byte first.
  let isBigEndian: Bool
  private let handle: OpaquePointer

  /// Opens a file and reads its first directory.
  init(_ url: URL) throws(ImagingError) {
    path = url.path
    size = try Self.checkedSize(of: url)
    var message = [CChar](repeating: 0, count: 512)
    // m: no memory mapping, so that a file cut short meanwhile is an error and not a signal;
    // c: no cutting of a large strip into many.
    guard let handle = cimageio_tiff_open(url.path, "rmc", &message, message.count) else {
      throw ImagingError(
        .truncated,
        "\(url.path) starts like a TIFF file but its first page cannot be read"
          + Self.reason(message) + "; it is empty, cut off or broken")
    }
    self.handle = handle
    isBigEndian = cimageio_tiff_is_big_endian(handle) != 0
    description = cimageio_tiff_description(handle).map(Self.text)
    imagej = ImageJMetadata(handle)
  }

  deinit {
    _ = cimageio_tiff_close(handle, nil, 0)
  }

  /// All pages but reduced copies of others; they have one size and one type.
  func pages() throws(ImagingError) -> [TIFFPage] {
    var pages: [TIFFPage] = []
    var directory = 0
    var total = 0
    var last: UInt64 = 0
    while true {
      var fields = CImageIOPage()
      cimageio_tiff_page(handle, &fields)
      last = fields.offset
      if fields.subfile_type & 1 == 0 {
        let page = try TIFFPage(
          fields, directory: directory, fileSize: size, name: "\(path), page \(directory + 1)")
        if let first = pages.first { try requireSameKind(first, page) }
        // Pages that share their bytes would let a small file claim any amount of memory.
        total += page.byteCount
        if total / (page.isPlain ? 1 : 40_000) > size {
          throw ImagingError(
            .truncated,
            "\(path): \(pages.count + 1) pages of \(page.height) × \(page.width) pixels are more "
              + "than its \(size) bytes can hold; it is cut off or broken")
        }
        pages.append(page)
      }
      let next = cimageio_tiff_next(handle)
      if next == 0 { break }
      directory += 1
      if next < 0 {
        throw ImagingError(
          .truncated,
          "\(path): page \(directory + 1) cannot be read" + reason
            + "; the file is cut off or its pages lead in a circle")
      }
    }
    try requireLink(after: last)
    if pages.isEmpty {
      throw ImagingError(.notAnImage, "\(path) holds only reduced copies of a page, not the page")
    }
    return pages
  }

  /// Makes a page the one that `decode` reads from.
  func go(to page: TIFFPage) throws(ImagingError) {
    if cimageio_tiff_go(handle, page.fields.offset) == 0 {
      throw ImagingError(.truncated, "\(path): page \(page.directory + 1) cannot be read" + reason)
    }
  }

  /// Decodes a strip or tile of the current page; false when fewer bytes came than `count`.
  func decode(segment: Int, into bytes: UnsafeMutableRawPointer, capacity: Int, atLeast count: Int)
    -> Bool
  {
    cimageio_tiff_read(handle, UInt32(segment), bytes, Int64(capacity)) >= Int64(count)
  }

  /// What libtiff said last, as the end of a phrase.
  var reason: String {
    let message = String(cString: cimageio_tiff_message(handle))
    return message.isEmpty ? "" : " (\(message))"
  }

  /// Checks that the file holds the whole last directory.
  ///
  /// libtiff takes a directory cut off just before its link to the next one for the last, which
  /// would lose pages without a word.
  private func requireLink(after offset: UInt64) throws(ImagingError) {
    var end = UInt64.max
    do {
      let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      defer { try? file.close() }  // nothing is lost where closing fails
      let start = try file.read(upToCount: 4) ?? Data()
      let isBig = start.contains(43)
      try file.seek(toOffset: offset)
      let count = Array(try file.read(upToCount: isBig ? 8 : 2) ?? Data())
      let entries = (isBigEndian ? count : count.reversed()).reduce(0) { $0 << 8 | UInt64($1) }
      // libtiff has read all entries, so their number is small unless the file changed meanwhile.
      end = offset + (isBig ? 16 + 20 * min(entries, 1 << 32) : 6 + 12 * entries)
    } catch {
      throw ImagingError(.missing, "\(path) can no longer be read: \(error.localizedDescription)")
    }
    if end > UInt64(size) {
      throw ImagingError(.truncated, "\(path) is cut off at the end of a page's directory")
    }
  }

  private func requireSameKind(_ first: TIFFPage, _ page: TIFFPage) throws(ImagingError) {
    let numbers = "pages \(first.directory + 1) and \(page.directory + 1)"
    if first.height != page.height || first.width != page.width {
      throw ImagingError(
        .mismatch,
        "\(path): \(numbers) differ in size, \(first.height) × \(first.width) and "
          + "\(page.height) × \(page.width) (rows × columns); a stack has one size")
    }
    if first.samples != page.samples || first.element != page.element
      || first.isColor != page.isColor
    {
      throw ImagingError(
        .mismatch,
        "\(path): \(numbers) differ in type, \(first.samples) × \(first.element) and "
          + "\(page.samples) × \(page.element) per pixel; a stack has one type")
    }
  }

  private static func checkedSize(of url: URL) throws(ImagingError) -> Int {
    var isFolder: ObjCBool = false
    if !FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) {
      throw ImagingError(.missing, "\(url.path) does not exist")
    }
    if isFolder.boolValue {
      throw ImagingError(.notAnImage, "\(url.path) is a folder, a TIFF file is meant")
    }
    let start: Data
    let size: UInt64
    do {
      let file = try FileHandle(forReadingFrom: url)
      start = try file.read(upToCount: 4) ?? Data()
      size = try file.seekToEnd()
      try file.close()
    } catch {
      throw ImagingError(.missing, "\(url.path) cannot be opened: \(error.localizedDescription)")
    }
    if size == 0 { throw ImagingError(.truncated, "\(url.path) is empty (0 bytes)") }
    let signatures: [[UInt8]] = [
      [0x49, 0x49, 42, 0], [0x4d, 0x4d, 0, 42], [0x49, 0x49, 43, 0], [0x4d, 0x4d, 0, 43],
    ]
    if !signatures.contains(Array(start)) {
      throw ImagingError(
        .notAnImage, "\(url.path) is not a TIFF file: it does not start with a TIFF signature")
    }
    return Int(clamping: size)
  }

  private static func reason(_ message: [CChar]) -> String {
    let bytes = message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    let text = String(decoding: bytes, as: UTF8.self)
    return text.isEmpty ? "" : " (\(text))"
  }

  /// UTF-8, or where it is not that, Latin-1, which older programs write.
  private static func text(_ characters: UnsafePointer<CChar>) -> String {
    if let text = String(validatingCString: characters) { return text }
    let bytes = UnsafeBufferPointer(start: characters, count: strlen(characters))
    return String(String.UnicodeScalarView(bytes.map { Unicode.Scalar(UInt8(bitPattern: $0)) }))
  }
}
