import Foundation

/// Decodes pages of a TIFF file into planes of 32-bit floating point.
enum TIFFPixels {
  /// Where a page's samples go: per sample that is wanted, the number of the plane.
  private typealias Destinations = [(sample: Int, plane: Int)]

  /// The pixels of the frames asked for, `[N, C, H, W]`.
  static func read(
    _ file: TIFFFile, pages: [TIFFPage], layout: TIFFLayout, frames: Range<Int>
  ) throws(ImagingError) -> [Float] {
    let page = pages[0]
    let area = page.height * page.width
    let (planes, overflow) = frames.count.multipliedReportingOverflow(by: layout.channels)
    let (count, pixelOverflow) = planes.multipliedReportingOverflow(by: area)
    if overflow || pixelOverflow || count > TIFF.mostBytes / 4 {
      throw ImagingError(
        .unsupported,
        "\(file.path): \(frames.count) frames × \(layout.channels) channels × \(page.height) × "
          + "\(page.width) pixels need more than \(TIFF.mostBytes >> 30) GiB of memory; read fewer "
          + "frames at a time")
    }
    var wanted: [Int: Destinations] = [:]
    for frame in frames {
      for channel in 0..<layout.channels {
        let source = layout.source(frame: frame, channel: channel)
        let plane = (frame - frames.lowerBound) * layout.channels + channel
        wanted[source.page, default: []].append((source.sample, plane))
      }
    }
    var pixels = [Float](repeating: 0, count: count)
    var check = FiniteCheck()
    let result = pixels.withUnsafeMutableBufferPointer { buffer -> Result<Void, ImagingError> in
      guard let base = buffer.baseAddress else { return .success(()) }
      do throws(ImagingError) {
        let decoder = PageDecoder(file: file, pages: pages)
        defer { decoder.scratch.deallocate() }
        for number in wanted.keys.sorted() {
          let targets = (wanted[number] ?? []).map { ($0.sample, base + $0.plane * area) }
          if layout.isContiguous {
            try decoder.decodeContiguous(page, plane: number, to: targets)
          } else {
            try decoder.decode(pages[number], to: targets)
          }
          if page.element.isFloatingPoint {
            let name = layout.isContiguous ? number : pages[number].directory
            for target in targets {
              check.add(target.1, height: page.height, width: page.width, page: name + 1)
            }
          }
        }
        return .success(())
      } catch {
        return .failure(error)
      }
    }
    try result.get()
    try check.throwIfAny(path: file.path, of: count)
    return pixels
  }
}

/// Counts values that are not finite and remembers where the first one is.
private struct FiniteCheck {
  private var count = 0
  private var first = ""

  mutating func add(_ values: UnsafePointer<Float>, height: Int, width: Int, page: Int) {
    var bad = 0
    for index in 0..<height * width where !values[index].isFinite { bad += 1 }
    if bad == 0 { return }
    if count == 0, let index = (0..<height * width).first(where: { !values[$0].isFinite }) {
      first = "page \(page), row \(index / width), column \(index % width)"
    }
    count += bad
  }

  func throwIfAny(path: String, of total: Int) throws(ImagingError) {
    if count == 0 { return }
    throw ImagingError(
      .invalidPixels,
      "\(path): \(count) of \(total) pixels are NaN, infinite or beyond 32-bit floating point, the "
        + "first at \(first) (pages from 1, rows and columns from 0); replace them and try again")
  }
}

/// Decodes one page after the other through one piece of memory.
private struct PageDecoder {
  let file: TIFFFile
  let scratch: UnsafeMutableRawPointer
  private let capacity: Int

  init(file: TIFFFile, pages: [TIFFPage]) {
    self.file = file
    capacity = pages.reduce(1) { max($0, Int($1.fields.segment_size), $1.byteCount) }
    scratch = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
  }

  /// Reads one of the planes that follow the first page's, past libtiff.
  func decodeContiguous(
    _ page: TIFFPage, plane: Int, to targets: [(sample: Int, pixels: UnsafeMutablePointer<Float>)]
  ) throws(ImagingError) {
    let offset = page.fields.data_offset + UInt64(plane) * UInt64(page.byteCount)
    let bytes: Data?
    do {
      let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: file.path))
      defer { try? handle.close() }  // nothing is lost where closing fails
      try handle.seek(toOffset: offset)
      bytes = try handle.read(upToCount: page.byteCount)
    } catch {
      throw ImagingError(
        .truncated,
        "\(file.path), page \(plane + 1) cannot be read: "
          + error.localizedDescription)
    }
    guard let bytes, bytes.count == page.byteCount else {
      throw ImagingError(.truncated, "\(file.path), page \(plane + 1) is cut off")
    }
    bytes.copyBytes(
      to: UnsafeMutableRawBufferPointer(start: scratch, count: capacity), count: bytes.count)
    let count = page.height * page.width
    let isMachineOrder = file.isBigEndian == (1.bigEndian == 1)
    if !isMachineOrder { page.element.swapBytes(scratch, count: count * page.samples) }
    for target in targets {
      page.element.convert(
        scratch + target.sample * page.element.byteCount, step: page.samples, count: count,
        to: target.pixels)
    }
  }

  /// Decodes a page strip by strip or tile by tile.
  func decode(
    _ page: TIFFPage, to targets: [(sample: Int, pixels: UnsafeMutablePointer<Float>)]
  ) throws(ImagingError) {
    try file.go(to: page)
    let fields = page.fields
    let isTiled = fields.is_tiled != 0
    let isPlanar = page.isPlanar
    let step = isPlanar ? 1 : page.samples
    let tall = isTiled ? Int(fields.tile_height) : min(Int(fields.rows_per_strip), page.height)
    let wide = isTiled ? Int(fields.tile_width) : page.width
    guard tall > 0, wide > 0 else {
      throw broken(page, "strips of \(tall) rows and \(wide) columns")
    }
    let rowBytes = wide * step * page.element.byteCount
    let across = (page.width + wide - 1) / wide
    let down = (page.height + tall - 1) / tall
    let perPlane = across * down
    guard Int(fields.segments) >= perPlane * (isPlanar ? page.samples : 1),
      tall * rowBytes <= Int(fields.segment_size), Int(fields.segment_size) <= capacity
    else { throw broken(page, "too few strips or tiles") }
    let planes = isPlanar ? Set(targets.map(\.sample)).sorted() : [0]
    for plane in planes {
      let here = isPlanar ? targets.filter { $0.sample == plane } : targets
      for segment in 0..<perPlane {
        let top = segment / across * tall
        let left = segment % across * wide
        let rows = min(tall, page.height - top)
        let columns = min(wide, page.width - left)
        let size = isTiled ? tall * rowBytes : rows * rowBytes
        if !file.decode(
          segment: plane * perPlane + segment, into: scratch, capacity: size, atLeast: size)
        {
          throw broken(page, "row \(top) on" + file.reason)
        }
        for target in here {
          let first = scratch + (isPlanar ? 0 : target.sample * page.element.byteCount)
          for row in 0..<rows {
            page.element.convert(
              first + row * rowBytes, step: step, count: columns,
              to: target.pixels + (top + row) * page.width + left)
          }
        }
      }
    }
  }

  private func broken(_ page: TIFFPage, _ what: String) -> ImagingError {
    ImagingError(
      .truncated,
      "\(file.path), page \(page.directory + 1): its pixels cannot be decoded, \(what); the file is "
        + "cut off or broken")
  }
}
