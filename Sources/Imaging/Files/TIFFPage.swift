import CImageIO

/// One page of a TIFF file, or a reduced copy of one, found to be readable.
struct TIFFPage: Sendable {
  /// What messages call it, such as `page 3`.
  let number: Int
  /// Place of its directory in the file.
  let offset: UInt64
  let height: Int
  let width: Int
  let samples: Int
  let element: PixelType
  /// Whether the samples are the parts of a colour, in 8 bits.
  let isColor: Bool
  /// Whether each sample has a plane of its own.
  let isPlanar: Bool
  /// Whether the bytes lie in the file as they are.
  let isPlain: Bool
  let isTiled: Bool
  /// Rows of a strip or tile.
  let segmentHeight: Int
  /// Columns of a strip or tile.
  let segmentWidth: Int
  /// Strips or tiles of all planes.
  let segments: Int
  /// Bytes of one whole strip or tile when decoded.
  let segmentSize: Int
  /// Place of the first strip or tile in the file.
  let dataOffset: UInt64

  /// Bytes of all samples when not compressed.
  var byteCount: Int { height * width * samples * element.byteCount }
  /// Samples that lie side by side.
  var step: Int { isPlanar ? 1 : samples }
  /// Strips or tiles side by side.
  var across: Int { (width + segmentWidth - 1) / segmentWidth }
  /// Strips or tiles on top of each other.
  var down: Int { (height + segmentHeight - 1) / segmentHeight }
  /// Its size as a level of a pyramid.
  var level: ImageDescription.Level { ImageDescription.Level(height: height, width: width) }

  /// The most bytes of a compressed strip or tile when decoded.
  static let mostSegmentBytes = 1 << 30
  /// The most that a compression of TIFF gains; larger claims are broken headers.
  static let mostGain = 40_000

  /// Checks that a page can be read.
  ///
  /// - Parameters:
  ///   - fields: what libtiff says
  ///   - number: its place in the file, from 1
  ///   - fileSize: bytes of the file, to refuse sizes that it cannot hold
  ///   - allowsPalette: whether values that a colour is looked up for count as grey
  ///   - path: the file's path, for messages
  init(
    _ fields: CImageIOPage, number: Int, fileSize: Int, allowsPalette: Bool = false, path: String
  ) throws(ImagingError) {
    let name = "\(path), page \(number)"
    let height = Int(fields.height)
    let width = Int(fields.width)
    let samples = Int(fields.samples_per_pixel)
    if height < 1 || width < 1 || samples < 1 {
      throw ImagingError(
        .notAnImage, "\(name): a size of \(height) × \(width) × \(samples) samples is no image")
    }
    try Self.refuseStrangeKinds(fields, allowsPalette: allowsPalette, name: name)
    element = try Self.element(fields, name: name)
    let (area, areaOverflow) = height.multipliedReportingOverflow(by: width)
    let (bytes, byteOverflow) = area.multipliedReportingOverflow(by: samples * element.byteCount)
    isPlain = fields.compression == 1 && fields.fill_order != 2
    if areaOverflow || byteOverflow
      || bytes / (fields.compression == 1 ? 1 : Self.mostGain) > fileSize
    {
      throw ImagingError(
        .truncated,
        "\(name): \(height) × \(width) pixels of \(samples) × \(element.byteCount) bytes are more "
          + "than a file of \(fileSize) bytes can hold; it is cut off or its header is broken")
    }
    isPlanar = fields.planar == 2 && samples > 1
    isTiled = fields.is_tiled != 0
    segmentHeight = isTiled ? Int(fields.tile_height) : min(Int(fields.rows_per_strip), height)
    segmentWidth = isTiled ? Int(fields.tile_width) : width
    segments = Int(fields.segments)
    segmentSize = Int(clamping: fields.segment_size)
    isColor =
      element == .uint8 && samples >= 3 && fields.photometric == 2 || fields.photometric == 6
    self.number = number
    offset = fields.offset
    dataOffset = fields.data_offset
    self.height = height
    self.width = width
    self.samples = samples
    try checkSegments(bytes: bytes, fileSize: fileSize, name: name)
  }

  private func checkSegments(bytes: Int, fileSize: Int, name: String) throws(ImagingError) {
    guard segmentHeight > 0, segmentWidth > 0, segmentSize > 0, segments > 0,
      segmentSize <= max(2 * min(bytes, 1 << 61), 256 << 20)
    else {
      throw ImagingError(
        .notAnImage,
        "\(name): strips or tiles of \(segmentSize) bytes do not fit a page of \(bytes)")
    }
    // Subsampled colours, which are not read, have smaller strips and tiles than is reckoned here.
    let rowBytes = segmentWidth.multipliedReportingOverflow(by: step * element.byteCount)
    let size = rowBytes.partialValue.multipliedReportingOverflow(by: segmentHeight)
    guard isColor || !rowBytes.overflow && !size.overflow && size.partialValue <= segmentSize,
      segments / across >= down * (isPlanar ? samples : 1)
    else { throw ImagingError(.truncated, "\(name) has too few or too small strips or tiles") }
    if isPlain, segments == 1, dataOffset > UInt64(fileSize - bytes) {
      throw ImagingError(
        .truncated,
        "\(name): its \(bytes) bytes from \(dataOffset) on lie beyond the \(fileSize) bytes of the "
          + "file; it is cut off or its header is broken")
    }
    if !isPlain, segmentSize > Self.mostSegmentBytes {
      throw ImagingError(
        .unsupported,
        "\(name) is compressed in \(isTiled ? "tiles" : "strips") of \(segmentSize) bytes, more than "
          + "\(Self.mostSegmentBytes >> 30) GiB that would have to be unpacked at once; save it with "
          + "tiles, or with fewer rows per strip")
    }
  }

  private static func element(
    _ fields: CImageIOPage, name: String
  ) throws(ImagingError) -> PixelType {
    let bits = Int(fields.bits_per_sample)
    let format = Int(fields.sample_format)
    if let element = PixelType(bits: bits, format: format) { return element }
    let kinds = [
      1: "unsigned integer", 2: "signed integer", 3: "floating-point", 5: "complex integer",
      6: "complex",
    ]
    throw ImagingError(
      .unsupported,
      "\(name): \(bits)-bit \(kinds[format] ?? "format \(format)") samples cannot be read; save "
        + "as 8-bit, 16-bit or 32-bit")
  }

  private static func refuseStrangeKinds(
    _ fields: CImageIOPage, allowsPalette: Bool, name: String
  ) throws(ImagingError) {
    let kinds: [UInt16: String] = [
      3: "a palette picture", 5: "a CMYK picture", 8: "a CIELAB picture", 9: "a CIELAB picture",
      10: "a CIELAB picture", 32803: "a camera's raw picture", 32844: "a LogLuv picture",
      32845: "a LogLuv picture", 34892: "a camera's raw picture",
    ]
    if let kind = kinds[fields.photometric], fields.photometric != 3 || !allowsPalette {
      throw ImagingError(
        .unsupported,
        "\(name) is \(kind), a grey image is meant (in Fiji: Image > Type > 8-bit or 16-bit)")
    }
    if fields.is_stk != 0 {
      throw ImagingError(
        .unsupported,
        "\(name) is a MetaMorph stack, which keeps its planes in a way of its own; "
          + "save it as TIFF with Fiji")
    }
    if fields.depth > 1 {
      throw ImagingError(
        .unsupported, "\(name) keeps \(fields.depth) slices in one page; save one page per slice")
    }
    if cimageio_tiff_has_codec(fields.compression) == 0 {
      throw ImagingError(
        .unsupported,
        "\(name): the installed libtiff cannot read compression \(fields.compression); save "
          + "without compression or with Deflate")
    }
  }
}

extension PixelType {
  /// The type of the given tags; nil when it cannot be read.
  ///
  /// - Parameters:
  ///   - bits: bits per sample
  ///   - format: 1 unsigned (also when 4, undefined), 2 signed, 3 floating point
  fileprivate init?(bits: Int, format: Int) {
    switch (format, bits) {
    case (1, 8), (4, 8): self = .uint8
    case (1, 16), (4, 16): self = .uint16
    case (1, 32), (4, 32): self = .uint32
    case (2, 8): self = .int8
    case (2, 16): self = .int16
    case (2, 32): self = .int32
    case (3, 16): self = .float16
    case (3, 32): self = .float32
    case (3, 64): self = .float64
    default: return nil
    }
  }
}
