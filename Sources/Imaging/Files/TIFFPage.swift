import CImageIO

/// One page of a TIFF file, found to be readable.
struct TIFFPage {
  /// Place of its directory in the chain of directories, from 0.
  let directory: Int
  let height: Int
  let width: Int
  let samples: Int
  let element: PixelType
  /// Whether the samples are the parts of a colour, in 8 bits.
  let isColor: Bool
  /// libtiff's fields.
  let fields: CImageIOPage

  /// Bytes of all samples when not compressed.
  var byteCount: Int { height * width * samples * element.byteCount }

  /// Whether each sample has a plane of its own.
  var isPlanar: Bool { fields.planar == 2 && samples > 1 }

  /// Whether the bytes lie in the file as they are.
  var isPlain: Bool { fields.compression == 1 }

  /// Checks that a page can be read.
  ///
  /// - Parameters:
  ///   - fields: what libtiff says
  ///   - directory: its place in the file, from 0
  ///   - fileSize: bytes of the file, to refuse sizes that it cannot hold
  ///   - name: the page for messages, such as `a.tif, page 3`
  init(
    _ fields: CImageIOPage, directory: Int, fileSize: Int, name: String
  ) throws(ImagingError) {
    let height = Int(fields.height)
    let width = Int(fields.width)
    let samples = Int(fields.samples_per_pixel)
    if height < 1 || width < 1 || samples < 1 {
      throw ImagingError(
        .notAnImage, "\(name): a size of \(height) × \(width) × \(samples) samples is no image")
    }
    try Self.refuseStrangeKinds(fields, name: name)
    let bits = Int(fields.bits_per_sample)
    let format = Int(fields.sample_format)
    guard let element = PixelType(bits: bits, format: format) else {
      let kinds = [1: "unsigned integer", 2: "signed integer", 3: "floating-point"]
      throw ImagingError(
        .unsupported,
        "\(name): \(bits)-bit \(kinds[format] ?? "format \(format)") samples cannot be read; save "
          + "as 8-bit, 16-bit or 32-bit")
    }
    let (area, areaOverflow) = height.multipliedReportingOverflow(by: width)
    let (bytes, byteOverflow) = area.multipliedReportingOverflow(by: samples * element.byteCount)
    // No compression of TIFF gains more than this factor, so larger claims are broken headers.
    let factor = fields.compression == 1 ? 1 : 40_000
    if areaOverflow || byteOverflow || bytes / factor > fileSize {
      throw ImagingError(
        .truncated,
        "\(name): \(height) × \(width) pixels of \(samples) × \(element.byteCount) bytes are more "
          + "than a file of \(fileSize) bytes can hold; it is cut off or its header is broken")
    }
    let segment = fields.segment_size
    if segment < 1 || segment > UInt64(max(2 * bytes, 256 << 20)) || fields.segments < 1 {
      throw ImagingError(
        .notAnImage, "\(name): strips or tiles of \(segment) bytes do not fit a page of \(bytes)")
    }
    self.directory = directory
    self.height = height
    self.width = width
    self.samples = samples
    self.element = element
    self.fields = fields
    self.isColor =
      element == .uint8 && samples >= 3 && fields.photometric == 2 || fields.photometric == 6
  }

  private static func refuseStrangeKinds(
    _ fields: CImageIOPage, name: String
  ) throws(ImagingError) {
    let kinds: [UInt16: String] = [
      3: "a palette picture", 5: "a CMYK picture", 8: "a CIELAB picture", 9: "a CIELAB picture",
      10: "a CIELAB picture", 32803: "a camera's raw picture", 32844: "a LogLuv picture",
      32845: "a LogLuv picture", 34892: "a camera's raw picture",
    ]
    if let kind = kinds[fields.photometric] {
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
