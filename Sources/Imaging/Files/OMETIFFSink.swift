import Foundation

/// Writes images as OME-TIFF: one page per plane, with OME-XML in the first page's description.
///
/// Planes keep the order of the image's axes. Large pages are cut into tiles of 512 × 512 pixels;
/// the further levels of a pyramid are written as reduced copies of every page (tag SubIFDs), as
/// the OME-TIFF specification has it. Files that may grow beyond 4 GiB, and pyramids of more than
/// 1 GiB, are written as BigTIFF.
///
/// OME knows no `float16`: such images are written as `float32`, which holds every value of theirs.
/// A pixel size in a unit that is no unit of length, such as `pixel`, is left out.
public struct OMETIFFSink: ImageSink {
  /// How pixels are packed.
  public var compression: TIFF.Compression
  /// The program's name and version, for the file.
  public var software: String

  /// A sink.
  ///
  /// - Parameters:
  ///   - compression: how to pack pixels
  ///   - software: the program's name and version, for the file
  public init(compression: TIFF.Compression = .deflate, software: String) {
    self.compression = compression
    self.software = software
  }

  /// Writes an image; `progress` is called after every row of tiles.
  ///
  /// - Throws: as `ImageSink` has it; `unsupported` also where the installed libtiff lacks the
  ///   compression
  public func write(
    _ image: any ImageSource, to url: URL, overwrite: Bool,
    progress: (Double) throws(ImagingError) -> Void
  ) throws(ImagingError) {
    try compression.requireCodec()
    let description = image.description
    try check(description, place: image.place)
    let type = description.type == .float16 ? PixelType.float32 : description.type
    let segments = description.levels.map { TIFFSegments(tiling: $0) }
    let order = PlaneOrder(keeping: description.axes)
    let text = OMEText(
      image: description, order: order, type: OMEText.name(of: type) ?? type.rawValue,
      software: software
    ).text(id: UUID())
    let isBig = isBig(description, type: type, segments: segments, textBytes: text.utf8.count)
    let total =
      Double(description.planes)
      * description.levels.reduce(0) { $0 + Double($1.height) * Double($1.width) }
    try FileReplacement.write(to: url, overwrite: overwrite) { path throws(ImagingError) in
      let writer = try TIFFPageWriter(path: path, isBig: isBig, name: url)
      var done = 0.0
      for index in 0..<description.planes {
        let plane = order.plane(index, of: description)
        for (level, segments) in segments.enumerated() {
          var page = TIFFPageWriter.Page(
            segments: segments, type: type, compression: compression,
            predictor: compression.predictor(for: type))
          page.isReduced = level > 0
          if level == 0 {
            page.reducedCopies = description.levels.count - 1
            page.resolution = description.pixelSize.flatMap(TIFFResolution.init(perCentimeter:))
            if index == 0 { page.head = .init(description: text, software: software) }
          }
          try writer.write(page, image, plane, level: level) { pixels throws(ImagingError) in
            done += Double(pixels)
            try progress(done / total)
          }
        }
      }
      try writer.close()
    }
  }

  /// Why a TIFF file cannot hold an image, with advice; nil where it can.
  public func obstacle(to image: ImageDescription) -> WritingObstacle? {
    let most = Int(Int32.max)
    let advice = "write it as OME-Zarr"
    // libtiff follows no more directories than this, in writing and in reading.
    guard image.planes <= 1 << 20, image.levels.count <= 64 else {
      return WritingObstacle(
        "\(image.planes) planes of \(image.levels.count) levels are more than a TIFF file is "
          + "written with, which are 1048576 of 64", advice: advice)
    }
    for level in image.levels {
      let segments = TIFFSegments(
        tiling: .init(height: min(level.height, most), width: min(level.width, most)))
      guard level.height <= most, level.width <= most,
        segments.rows * segments.columns <= most
      else {
        return WritingObstacle(
          "planes of \(level.height) × \(level.width) pixels are larger than a TIFF page can be",
          advice: advice)
      }
    }
    return nil
  }

  /// What OME-TIFF has no place for: 16-bit floating point, a pixel size in units that are none of
  /// length.
  public func losses(of image: ImageDescription) -> [String] {
    var losses: [String] = []
    if image.type == .float16 {
      losses.append("OME has no float16; pixels become float32, which holds all their values")
    }
    if let size = image.pixelSize, !size.isMeaningful || LengthUnit.omeSymbol(size.unit) == nil {
      losses.append("the pixel size in \(size.unit) is left out")
    }
    return losses
  }

  /// Whether offsets need 64 bits, should nothing be gained by packing.
  private func isBig(
    _ image: ImageDescription, type: PixelType, segments: [TIFFSegments], textBytes: Int
  ) -> Bool {
    var bytes = Double(textBytes)
    for segments in segments {
      let pixels = segments.storedPixels * Double(type.byteCount) * compression.worstGrowth
      let directory = 1024 + 16 * Double(segments.rows) * Double(segments.columns)
      bytes += Double(image.planes) * (pixels + directory)
    }
    return bytes > (segments.count > 1 ? 0x1p30 : Double(TIFF.mostClassicBytes))
  }
}
