import Foundation

/// The context pyramid of one plane of an image that is not held in memory.
///
/// Scale 0 is read from the image when it is needed; the zoomed-out scales are made once, row by
/// row, and kept as 32-bit floating point in a scratch folder. All are the same, bit for bit, as
/// those of a `ContextPyramid`. Reduced levels that the file itself may have are not used: they are
/// rounded, and made in whatever way the program that wrote the file saw fit.
public final class StreamedPyramid: PyramidRows {
  /// What becomes of some rows of the image before anything else, pixel by pixel.
  public typealias Preparation = @Sendable (Plane) throws(ImagingError) -> Plane

  /// The sizes of all scales.
  public let sizes: [ImageDescription.Level]
  private let source: any ImageSource
  private let plane: PlaneIndex
  private let prepare: Preparation
  private let levels: HalvedLevels?
  private let scratch: ScratchFolder?

  /// Makes the zoomed-out scales of a plane.
  ///
  /// - Parameters:
  ///   - source: the image
  ///   - plane: a plane inside it
  ///   - contexts: number K of zoomed-out scales
  ///   - folder: where the scratch folder is made; not used when there are none
  ///   - bandBytes: about how much memory the rows may take that are worked on at once
  ///   - progress: called with the share of the image's rows that was read
  ///   - prepare: makes the pixels what the network knows; must work pixel by pixel
  /// - Throws: `ImagingError` where the image cannot be read or the disk takes no more, what
  ///   `progress` throws.
  public init(
    _ source: any ImageSource, plane: PlaneIndex, contexts: Int, scratch folder: URL,
    bandBytes: Int, progress: (Double) throws(ImagingError) -> Void = { _ in },
    prepare: @escaping Preparation = { plane throws(ImagingError) in plane }
  ) throws(ImagingError) {
    let image = source.description
    let size = ImageDescription.Level(height: image.height, width: image.width)
    let reduced = HalvedLevels.sizes(height: size.height, width: size.width, count: contexts)
    self.source = source
    self.plane = plane
    self.prepare = prepare
    self.sizes = [size] + reduced
    guard contexts > 0 else {
      (levels, scratch) = (nil, nil)
      return
    }
    let scratch = try ScratchFolder(in: folder)
    let file = try ScratchFile(
      creating: scratch.newFile(), byteCount: HalvedLevels.byteCount(reduced))
    self.levels = try HalvedLevels(
      of: size, count: contexts, in: file, bandBytes: bandBytes
    ) { rows throws(ImagingError) in
      try progress(Double(rows.lowerBound) / Double(size.height))
      return try Self.rows(rows, of: source, plane, prepare)
    }
    self.scratch = scratch
    try progress(1)
  }

  /// Reads some rows of a scale.
  ///
  /// - Throws: `ImagingError` where the image or the scratch file cannot be read.
  public func rows(_ rows: Range<Int>, scale: Int) throws(ImagingError) -> [Float] {
    guard scale > 0, let levels else {
      return try Self.rows(rows, of: source, plane, prepare)
    }
    return try levels.read(
      PlaneRegion(row: rows.lowerBound, column: 0, height: rows.count, width: sizes[scale].width),
      level: scale - 1)
  }

  private static func rows(
    _ rows: Range<Int>, of source: any ImageSource, _ plane: PlaneIndex, _ prepare: Preparation
  ) throws(ImagingError) -> [Float] {
    let region = PlaneRegion(
      row: rows.lowerBound, column: 0, height: rows.count, width: source.description.width)
    return try prepare(try source.plane(region, of: plane)).values
  }
}
