import CImageIO
import Foundation

/// Writes grey pages into a TIFF file one after the other, packed by libtiff.
final class TIFFPageWriter {
  /// What the tags of a page say.
  struct Page {
    /// Size, strips or tiles.
    let segments: TIFFSegments
    /// Type of the pixels.
    let type: PixelType
    /// How they are packed.
    let compression: TIFF.Compression
    /// What is packed: 1 the pixels, 2 differences of integers, 3 those of floating point.
    let predictor: UInt16
    /// Pixels per unit of length.
    var resolution: TIFFResolution?
    /// Whether it is a reduced copy of the page before.
    var isReduced = false
    /// How many pages follow as reduced copies of this one.
    var reducedCopies = 0
    /// What a file's first page says of the whole file.
    var head: Head?
  }

  /// What the first page says of the whole file.
  struct Head {
    /// The description.
    let description: String
    /// The program's name and version.
    let software: String
    /// ImageJ's binary metadata.
    var metadata: ImageJMetadata?
  }

  private var handle: OpaquePointer?
  private let url: URL

  /// Opens a file for writing.
  ///
  /// - Parameters:
  ///   - path: where to write
  ///   - isBig: whether offsets have 64 bits
  ///   - url: the file's final name, for messages
  init(path: String, isBig: Bool, name url: URL) throws(ImagingError) {
    var message = [CChar](repeating: 0, count: 512)
    handle = cimageio_tiff_open(path, isBig ? "w8" : "w", &message, message.count)
    self.url = url
    if handle == nil { throw FileReplacement.unwritable(url, reason: Self.text(message)) }
  }

  deinit {
    // Only where writing was given up; the file is then removed.
    if let handle { _ = cimageio_tiff_close(handle, nil, 0) }
  }

  /// Writes what is still held back, and closes the file.
  func close() throws(ImagingError) {
    guard let handle else { return }
    self.handle = nil
    var message = [CChar](repeating: 0, count: 512)
    if cimageio_tiff_close(handle, &message, message.count) == 0 { throw failure(message) }
  }

  /// Writes one page with the pixels of a level of an image's plane.
  ///
  /// - Parameters:
  ///   - page: the page; its type is the image's, or `float32` for a `float16` image
  ///   - image: where the pixels come from
  ///   - plane: the plane
  ///   - level: the level
  ///   - progress: called with the number of pixels that each band has
  func write(
    _ page: Page, _ image: any ImageSource, _ plane: PlaneIndex, level: Int,
    progress: (Int) throws(ImagingError) -> Void
  ) throws(ImagingError) {
    guard let handle else { preconditionFailure("the file \(url.path) is closed") }
    if !begin(page, handle) { throw failure() }
    let segments = page.segments
    let reader = BandReader(
      image, plane: plane, level: level, type: page.type,
      mostPixels: segments.height * segments.width * segments.columnsPerBand(of: page.type))
    let pixelBytes = page.type.byteCount
    let segmentBytes = segments.height * segments.width * pixelBytes
    let tile = UnsafeMutableRawPointer.allocate(byteCount: segmentBytes, alignment: 16)
    defer { tile.deallocate() }
    let step = segments.columnsPerBand(of: page.type)
    for row in 0..<segments.rows {
      for first in stride(from: 0, to: segments.columns, by: step) {
        let columns = min(step, segments.columns - first)
        let region = segments.region(row: row, columns: first..<first + columns)
        let band = try reader.read(region)
        for column in 0..<columns {
          var bytes = UnsafeRawPointer(band)
          var size = region.count * pixelBytes
          if segments.isTiled {
            segments.cut(column, from: band, region, pixelBytes: pixelBytes, to: tile)
            (bytes, size) = (UnsafeRawPointer(tile), segmentBytes)
          }
          let index = UInt32(row * segments.columns + first + column)
          if cimageio_tiff_write(handle, index, bytes, Int64(size)) == 0 { throw failure() }
        }
        try progress(region.count)
      }
    }
    if cimageio_tiff_end(handle) == 0 { throw failure() }
  }

  private func begin(_ page: Page, _ handle: OpaquePointer) -> Bool {
    var fields = CImageIONewPage()
    fields.width = UInt32(page.segments.level.width)
    fields.height = UInt32(page.segments.level.height)
    if page.segments.isTiled {
      fields.tile_width = UInt32(page.segments.width)
      fields.tile_height = UInt32(page.segments.height)
    } else {
      fields.rows_per_strip = UInt32(page.segments.height)
    }
    fields.bits_per_sample = UInt16(page.type.byteCount * 8)
    fields.sample_format = page.type.sampleFormat
    fields.compression = page.compression.tag
    fields.predictor = page.predictor
    fields.is_reduced = page.isReduced ? 1 : 0
    fields.reduced_copies = UInt16(page.reducedCopies)
    if let resolution = page.resolution {
      fields.x_resolution = resolution.x
      fields.y_resolution = resolution.y
      fields.resolution_unit = resolution.unit.rawValue
    }
    guard let head = page.head else { return cimageio_tiff_begin(handle, &fields) != 0 }
    let binary = head.metadata?.encoded() ?? (counts: [], bytes: [])
    return head.description.withCString { description in
      head.software.withCString { software in
        binary.counts.withUnsafeBufferPointer { counts in
          binary.bytes.withUnsafeBufferPointer { bytes in
            fields.description = description
            fields.software = software
            if !counts.isEmpty {
              fields.imagej_counts = counts.baseAddress
              fields.imagej_count = UInt32(counts.count)
              fields.imagej_bytes = bytes.baseAddress
              fields.imagej_size = UInt32(bytes.count)
            }
            return cimageio_tiff_begin(handle, &fields) != 0
          }
        }
      }
    }
  }

  private func failure(_ message: [CChar]? = nil) -> ImagingError {
    let reason =
      message.map(Self.text) ?? handle.map { String(cString: cimageio_tiff_message($0)) } ?? ""
    return FileReplacement.unwritable(
      url, reason: (reason.isEmpty ? "no reason given" : reason) + "; is the disk full?")
  }

  private static func text(_ message: [CChar]) -> String {
    String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

extension TIFFSegments {
  /// Tiles side by side that are read at once: a whole row of them, or 64 MiB of it.
  fileprivate func columnsPerBand(of type: PixelType) -> Int {
    max(1, min(columns, (64 << 20) / (height * width * type.byteCount)))
  }

  /// The pixels under a row of strips or tiles.
  fileprivate func region(row: Int, columns: Range<Int>) -> PlaneRegion {
    let (top, left) = (row * height, columns.lowerBound * width)
    return PlaneRegion(
      row: top, column: left, height: min(height, level.height - top),
      width: min(columns.count * width, level.width - left))
  }

  /// Copies one tile out of a band; what reaches beyond the page is 0.
  fileprivate func cut(
    _ column: Int, from band: UnsafeRawPointer, _ region: PlaneRegion, pixelBytes: Int,
    to tile: UnsafeMutableRawPointer
  ) {
    let filled = min(width, region.width - column * width)
    if filled < width || region.height < height {
      tile.initializeMemory(as: UInt8.self, repeating: 0, count: height * width * pixelBytes)
    }
    for row in 0..<region.height {
      (tile + row * width * pixelBytes).copyMemory(
        from: band + (row * region.width + column * width) * pixelBytes,
        byteCount: filled * pixelBytes)
    }
  }
}
