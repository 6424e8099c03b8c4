import CImageIO
import Foundation

/// Writes one stack into one TIFF file.
struct TIFFWriter {
  private let handle: OpaquePointer
  private let stack: ImageStack
  private let software: String
  private let description: String
  private let metadata: ImageJMetadata?
  private let compression: TIFF.Compression
  private let url: URL

  /// Opens the file.
  ///
  /// - Parameters:
  ///   - path: where to write
  ///   - name: the file's final name, for messages
  init(
    path: String, stack: ImageStack, software: String, notes: [(String, String)],
    compression: TIFF.Compression, name url: URL
  ) throws(ImagingError) {
    let bytes = stack.pixels.count * stack.type.byteCount
    var message = [CChar](repeating: 0, count: 512)
    guard
      let handle = cimageio_tiff_open(
        path, bytes > TIFF.mostClassicBytes ? "w8" : "w", &message, message.count)
    else { throw FileReplacement.unwritable(url, reason: Self.text(message)) }
    self.handle = handle
    self.stack = stack
    self.software = software
    self.compression = compression
    self.url = url
    if [.uint8, .uint16, .float32].contains(stack.type) {
      let ranges = Self.displayRanges(of: stack)
      description = ImageJDescription.text(for: stack, display: ranges[0], notes: notes)
      metadata = Self.metadata(of: stack, ranges: ranges)
    } else {
      description = ShapedDescription.text(for: stack, notes: notes)
      metadata = nil
    }
  }

  /// Writes all planes and closes the file; the number of clamped pixels.
  func writeAll() throws(ImagingError) -> Int {
    var message = [CChar](repeating: 0, count: 512)
    var clamped = 0
    do throws(ImagingError) {
      let plane = UnsafeMutableRawPointer.allocate(
        byteCount: stack.planeCount * stack.type.byteCount, alignment: 16)
      defer { plane.deallocate() }
      if isContiguous { try reserveAll() }
      for index in 0..<stack.frames * stack.channels {
        stack.pixels.withUnsafeBufferPointer { pixels in
          let start = index * stack.planeCount
          clamped += stack.type.encode(
            UnsafeBufferPointer(rebasing: pixels[start..<start + stack.planeCount]), to: plane)
        }
        try write(plane, isFirst: index == 0)
      }
    } catch {
      _ = cimageio_tiff_close(handle, nil, 0)
      throw error
    }
    if cimageio_tiff_close(handle, &message, message.count) == 0 {
      throw FileReplacement.unwritable(url, reason: Self.text(message))
    }
    return clamped
  }

  /// Rows of a strip.
  ///
  /// One strip per page lets ImageJ read it in one go; packed strips of this size open quickly.
  private var rowsPerStrip: Int {
    let most = compression == .none ? 1 << 30 : 1 << 18
    return max(1, min(stack.height, most / (stack.width * stack.type.byteCount)))
  }

  /// Whether all planes follow one another without directories between them.
  ///
  /// ImageJ looks at the first directory of an unpacked stack only, and takes what follows its
  /// first plane as the others.
  private var isContiguous: Bool {
    stack.frames * stack.channels > 1 && compression == .none && rowsPerStrip == stack.height
  }

  /// Writes the directories of all pages.
  private func reserveAll() throws(ImagingError) {
    for index in 0..<stack.frames * stack.channels {
      guard begin(rows: rowsPerStrip, isFirst: index == 0), cimageio_tiff_reserve(handle) != 0
      else { throw failure() }
    }
  }

  private func write(_ plane: UnsafeMutableRawPointer, isFirst: Bool) throws(ImagingError) {
    let rowBytes = stack.width * stack.type.byteCount
    let rows = rowsPerStrip
    let isReady =
      isContiguous
      ? cimageio_tiff_revisit(handle, isFirst ? 1 : 0) != 0 : begin(rows: rows, isFirst: isFirst)
    guard isReady else { throw failure() }
    for (strip, top) in stride(from: 0, to: stack.height, by: rows).enumerated() {
      let size = min(rows, stack.height - top) * rowBytes
      let written = cimageio_tiff_write(
        handle, UInt32(strip), plane + top * rowBytes, Int64(size))
      if written == 0 { throw failure() }
    }
    let isDone = isContiguous ? cimageio_tiff_settle(handle) : cimageio_tiff_end(handle)
    if isDone == 0 { throw failure() }
  }

  private func begin(rows: Int, isFirst: Bool) -> Bool {
    var page = CImageIONewPage()
    page.width = UInt32(stack.width)
    page.height = UInt32(stack.height)
    page.rows_per_strip = UInt32(rows)
    page.bits_per_sample = UInt16(stack.type.byteCount * 8)
    page.sample_format =
      switch stack.type {
      case .uint8, .uint16, .uint32: 1
      case .int8, .int16, .int32: 2
      case .float16, .float32, .float64: 3
      }
    page.compression = compression == .none ? 1 : 8
    let isSmallInteger = stack.type.range != nil && stack.type.byteCount < 4
    page.predictor = compression == .deflate && isSmallInteger ? 2 : 1
    setResolution(&page)
    guard isFirst else { return cimageio_tiff_begin(handle, &page) != 0 }
    let binary = metadata?.encoded() ?? (counts: [], bytes: [])
    return description.withCString { description in
      software.withCString { software in
        binary.counts.withUnsafeBufferPointer { counts in
          binary.bytes.withUnsafeBufferPointer { bytes in
            page.description = description
            page.software = software
            if !counts.isEmpty {
              page.imagej_counts = counts.baseAddress
              page.imagej_count = UInt32(counts.count)
              page.imagej_bytes = bytes.baseAddress
              page.imagej_size = UInt32(bytes.count)
            }
            return cimageio_tiff_begin(handle, &page) != 0
          }
        }
      }
    }
  }

  private func setResolution(_ page: inout CImageIONewPage) {
    guard let size = stack.pixelSize, size.width > 0, size.height > 0,
      LengthUnit.canonical(size.unit) != nil
    else { return }
    page.x_resolution = 1 / size.width
    page.y_resolution = 1 / size.height
    page.resolution_unit = 1
  }

  private func failure() -> ImagingError {
    let reason = String(cString: cimageio_tiff_message(handle))
    return FileReplacement.unwritable(
      url, reason: (reason.isEmpty ? "no reason given" : reason) + "; is the disk full?")
  }

  private static func displayRanges(of stack: ImageStack) -> [ClosedRange<Float>] {
    (0..<stack.channels).map { channel in
      var low = Float.infinity
      var high = -Float.infinity
      stack.pixels.withUnsafeBufferPointer { pixels in
        for frame in 0..<stack.frames {
          let start = (frame * stack.channels + channel) * stack.planeCount
          for index in start..<start + stack.planeCount where pixels[index].isFinite {
            low = min(low, pixels[index])
            high = max(high, pixels[index])
          }
        }
      }
      if let limits = stack.type.range {
        low = min(max(low.rounded(), Float(limits.lowerBound)), Float(limits.upperBound))
        high = min(max(high.rounded(), Float(limits.lowerBound)), Float(limits.upperBound))
      }
      return low < high ? low...high : low.isFinite ? low...(low + 1) : 0...1
    }
  }

  private static func metadata(
    of stack: ImageStack, ranges: [ClosedRange<Float>]
  ) -> ImageJMetadata? {
    let names = stack.channelNames.map { $0 ?? "" }
    let isNamed = names.contains { !$0.isEmpty }
    if stack.channels == 1, !isNamed { return nil }
    let labels = isNamed ? (0..<stack.frames).flatMap { _ in names } : []
    if stack.channels == 1 {
      return ImageJMetadata(labels: labels, ranges: [], colors: [])
    }
    let colors = (0..<stack.channels).map { RGBColor.channels[$0 % RGBColor.channels.count] }
    return ImageJMetadata(labels: labels, ranges: ranges, colors: colors)
  }

  private static func text(_ message: [CChar]) -> String {
    String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
