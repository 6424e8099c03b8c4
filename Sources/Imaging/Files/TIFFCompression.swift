import CImageIO

extension TIFF {
  /// How pixels are packed in a written file; all are without loss.
  public enum Compression: String, Sendable, CaseIterable {
    /// As they are; opens fastest.
    case none
    /// LZW, which every program reads.
    case lzw
    /// Deflate, which nearly every program reads.
    case deflate
    /// Zstandard, smaller and faster than Deflate; not every program reads it.
    case zstd
  }
}

extension TIFF.Compression {
  /// TIFF's number of it.
  var tag: UInt16 {
    switch self {
    case .none: 1
    case .lzw: 5
    case .deflate: 8
    case .zstd: 50000
    }
  }

  /// What is packed best: 2 differences of integers, 3 those of floating point, 1 what is not packed.
  func predictor(for type: PixelType) -> UInt16 {
    self == .none ? 1 : type.isFloatingPoint ? 3 : 2
  }

  /// By how much pixels that cannot be packed may grow.
  ///
  /// LZW spends up to 12 bits on a byte; the others add a few bytes per strip or tile.
  var worstGrowth: Double { self == .lzw ? 1.55 : 1.02 }

  /// Refuses a compression that the installed libtiff does not have.
  func requireCodec() throws(ImagingError) {
    if cimageio_tiff_has_codec(tag) == 0 {
      throw ImagingError(
        .unsupported,
        "the installed libtiff cannot write compression \(rawValue); choose another one, such as "
          + "none or lzw, or install a libtiff that can")
    }
  }
}

extension PixelType {
  /// TIFF's number of the kind of numbers.
  var sampleFormat: UInt16 {
    switch self {
    case .uint8, .uint16, .uint32: 1
    case .int8, .int16, .int32: 2
    case .float16, .float32, .float64: 3
    }
  }
}
