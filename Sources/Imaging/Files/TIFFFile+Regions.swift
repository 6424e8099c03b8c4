import CImageIO
import Foundation

/// A strip or tile of a page of a file.
struct TIFFSegmentKey: Hashable, Sendable {
  let path: String
  let page: UInt64
  let segment: UInt32
}

extension TIFFFile {
  /// A rectangle of a page to be read, and where it goes.
  struct Request {
    let page: TIFFPage
    /// The sample of every pixel that is wanted.
    let sample: Int
    let region: PlaneRegion
    /// Room for `region.count` elements.
    let target: UnsafeMutableRawPointer
  }

  /// The most bytes that are read at once of a plain strip or tile of which not all is wanted.
  private static let mostBytesAtOnce = 1 << 20

  /// Reads a rectangle of a page: of packed pages, decodes the strips or tiles that it meets; of
  /// plain ones, reads the rows that are wanted of them.
  func read(
    _ request: Request, cache: SegmentCache<TIFFSegmentKey>
  ) throws(ImagingError) {
    let page = request.page
    let region = request.region
    let firstOfPlane = page.isPlanar ? request.sample * page.across * page.down : 0
    let segments = IndexBox(
      from: [region.row / page.segmentHeight, region.column / page.segmentWidth],
      through: [
        (region.row + region.height - 1) / page.segmentHeight,
        (region.column + region.width - 1) / page.segmentWidth,
      ])
    // Strips and tiles fill parts of the target that do not overlap.
    nonisolated(unsafe) let request = request
    try Pieces(segments.count, bytesOfEach: page.segmentSize).forEach {
      number throws(ImagingError) in
      let (down, across) = (segments[number][0], segments[number][1])
      let index = firstOfPlane + down * page.across + across
      let top = down * page.segmentHeight
      let rows = page.isTiled ? page.segmentHeight : min(page.segmentHeight, page.height - top)
      let part = Part(
        top: top, left: across * page.segmentWidth, rows: rows, columns: page.segmentWidth,
        within: request)
      if page.isPlain {
        let offset = try place(of: index, page, size: rows * part.rowBytes)
        try copyStored(from: offset, part, request)
      } else {
        try copyDecoded(index, part, request, cache)
      }
    }
  }

  /// Reads a rectangle of one of the planes that follow a page's without directories of their own.
  func readContiguous(_ request: Request, plane: Int) throws(ImagingError) {
    let page = request.page
    let sample = page.isPlanar ? request.sample : 0
    let sampleSize = page.height * page.width * page.step * page.element.byteCount
    // The whole sequence of planes has been found to lie within the file.
    let offset = page.dataOffset + UInt64(plane * page.byteCount + sample * sampleSize)
    let part = Part(top: 0, left: 0, rows: page.height, columns: page.width, within: request)
    try copyStored(from: offset, part, request)
  }

  /// The part of a request that lies in one strip or tile.
  private struct Part {
    /// First row and column of the strip or tile in the page.
    let top: Int
    let left: Int
    /// Rows and columns of the page that are wanted of it.
    let rows: Range<Int>
    let columns: Range<Int>
    /// Bytes of a row of the strip or tile, and of a pixel of it.
    let rowBytes: Int
    let pixelBytes: Int

    init(top: Int, left: Int, rows: Int, columns: Int, within request: Request) {
      let region = request.region
      self.top = top
      self.left = left
      self.rows = max(top, region.row)..<min(top + rows, region.row + region.height)
      self.columns =
        max(left, region.column)..<min(left + columns, region.column + region.width)
      pixelBytes = request.page.step * request.page.element.byteCount
      rowBytes = columns * pixelBytes
    }

    /// Whether the rows that are wanted lie in memory as in the strip or tile.
    func isRun(of request: Request) -> Bool {
      request.page.step == 1 && columns.count * pixelBytes == rowBytes
        && columns.count == request.region.width
    }
  }

  private func copyDecoded(
    _ index: Int, _ part: Part, _ request: Request, _ cache: SegmentCache<TIFFSegmentKey>
  ) throws(ImagingError) {
    let page = request.page
    let rows =
      page.isTiled ? page.segmentHeight : min(page.segmentHeight, page.height - part.top)
    let size = rows * part.rowBytes
    if part.rows.count == rows, part.isRun(of: request) {
      try check(index, of: page, size: size)
      let target = target(row: part.top, part, request)
      return try decode(index, of: page, into: .init(start: target, count: size))
    }
    let key = TIFFSegmentKey(path: path, page: page.offset, segment: UInt32(index))
    let segment = try cache.segment(key) { () throws(ImagingError) in
      try check(index, of: page, size: size)
      let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
      defer { bytes.deallocate() }
      try decode(index, of: page, into: bytes)
      return [UInt8](bytes)
    }
    segment.bytes.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { return }
      for row in part.rows {
        copy(
          base + (row - part.top) * part.rowBytes
            + (part.columns.lowerBound - part.left) * part.pixelBytes, row: row, part, request)
      }
    }
  }

  /// Checks that a packed strip or tile is in the file and can be as large as it should, before
  /// memory is taken for it.
  private func check(_ index: Int, of page: TIFFPage, size: Int) throws(ImagingError) {
    try use(at: page) { handle throws(ImagingError) in
      try handle.go(to: page.offset, name: "page \(page.number)")
      var offset: UInt64 = 0
      var stored: UInt64 = 0
      cimageio_tiff_segment(handle.pointer, UInt32(index), &offset, &stored)
      guard offset < UInt64(self.size), stored > 0,
        size / TIFFPage.mostGain <= Int(clamping: stored)
      else {
        throw broken(page, index, " (its \(stored) bytes from \(offset) on are not in the file)")
      }
    }
  }

  private func decode(
    _ index: Int, of page: TIFFPage, into bytes: UnsafeMutableRawBufferPointer
  ) throws(ImagingError) {
    guard let base = bytes.baseAddress else { return }
    // Of a strip that holds more than its rows, libtiff leaves the last few pixels as they were.
    memset(base, 0, bytes.count)
    try use(at: page) { handle throws(ImagingError) in
      try handle.go(to: page.offset, name: "page \(page.number)")
      let decoded = cimageio_tiff_read(handle.pointer, UInt32(index), base, Int64(bytes.count))
      if decoded < bytes.count { throw broken(page, index, handle.reason) }
    }
  }

  /// Where a plain strip or tile begins in the file, all `size` bytes of it being there.
  private func place(
    of index: Int, _ page: TIFFPage, size: Int
  ) throws(ImagingError) -> UInt64 {
    if page.segments == 1 { return page.dataOffset }
    return try use(at: page) { handle throws(ImagingError) in
      try handle.go(to: page.offset, name: "page \(page.number)")
      var offset: UInt64 = 0
      var stored: UInt64 = 0
      cimageio_tiff_segment(handle.pointer, UInt32(index), &offset, &stored)
      guard offset > 0, stored >= UInt64(size), UInt64(self.size) >= UInt64(size),
        offset <= UInt64(self.size - size)
      else {
        throw broken(
          page, index, " (\(stored) bytes from \(offset) on, of \(size) that it needs)")
      }
      return offset
    }
  }

  /// Copies from bytes that lie in the file as they are.
  private func copyStored(
    from offset: UInt64, _ part: Part, _ request: Request
  ) throws(ImagingError) {
    let page = request.page
    let wanted = part.columns.count * part.pixelBytes
    defer {
      if isBigEndian != (1.bigEndian == 1) {
        for row in part.rows { swap(row: row, part, request) }
      }
    }
    if part.isRun(of: request) {
      return try use(at: nil) { handle throws(ImagingError) in
        try handle.bytes(
          at: offset + UInt64((part.rows.lowerBound - part.top) * part.rowBytes),
          count: part.rows.count * part.rowBytes,
          into: target(row: part.rows.lowerBound, part, request), name: "page \(page.number)")
      }
    }
    // Whole rows at once, unless little is wanted of long ones.
    let isSparse = part.rowBytes > 1 << 14 && wanted < part.rowBytes / 4
    let rowsAtOnce =
      isSparse ? 1 : max(1, min(part.rows.count, Self.mostBytesAtOnce / max(1, part.rowBytes)))
    let skipped = (part.columns.lowerBound - part.left) * part.pixelBytes
    let piece = (rowsAtOnce - 1) * part.rowBytes + wanted
    let scratch = UnsafeMutableRawPointer.allocate(byteCount: piece, alignment: 16)
    defer { scratch.deallocate() }
    try use(at: nil) { handle throws(ImagingError) in
      for first in stride(from: part.rows.lowerBound, to: part.rows.upperBound, by: rowsAtOnce) {
        let count = min(rowsAtOnce, part.rows.upperBound - first)
        try handle.bytes(
          at: offset + UInt64((first - part.top) * part.rowBytes + skipped),
          count: (count - 1) * part.rowBytes + wanted, into: scratch, name: "page \(page.number)")
        for row in 0..<count {
          copy(scratch + row * part.rowBytes, row: first + row, part, request)
        }
      }
    }
  }

  /// Copies the wanted sample of the wanted columns of a row.
  private func copy(
    _ source: UnsafeRawPointer, row: Int, _ part: Part, _ request: Request
  ) {
    let page = request.page
    let target = self.target(row: row, part, request)
    let count = part.columns.count
    if page.step == 1 {
      target.copyMemory(from: source, byteCount: count * page.element.byteCount)
      return
    }
    let first = source + request.sample * page.element.byteCount
    switch page.element.byteCount {
    case 1: Self.gather(first, UInt8.self, step: page.step, count: count, to: target)
    case 2: Self.gather(first, UInt16.self, step: page.step, count: count, to: target)
    case 4: Self.gather(first, UInt32.self, step: page.step, count: count, to: target)
    default: Self.gather(first, UInt64.self, step: page.step, count: count, to: target)
    }
  }

  private func swap(row: Int, _ part: Part, _ request: Request) {
    request.page.element.swapBytes(
      target(row: row, part, request), count: part.columns.count)
  }

  private func target(
    row: Int, _ part: Part, _ request: Request
  ) -> UnsafeMutableRawPointer {
    let place =
      (row - request.region.row) * request.region.width + part.columns.lowerBound
      - request.region.column
    return request.target + place * request.page.element.byteCount
  }

  @inline(__always)
  private static func gather<Word: FixedWidthInteger>(
    _ source: UnsafeRawPointer, _: Word.Type, step: Int, count: Int,
    to target: UnsafeMutableRawPointer
  ) {
    let size = MemoryLayout<Word>.size
    for index in 0..<count {
      let word = source.loadUnaligned(fromByteOffset: index &* step &* size, as: Word.self)
      target.storeBytes(of: word, toByteOffset: index &* size, as: Word.self)
    }
  }

  private func broken(_ page: TIFFPage, _ index: Int, _ reason: String) -> ImagingError {
    let row = index % (page.across * page.down) / page.across * page.segmentHeight
    return ImagingError(
      .truncated,
      "\(path), page \(page.number): its pixels cannot be decoded, row \(row) on\(reason); the file "
        + "is cut off or broken")
  }
}
