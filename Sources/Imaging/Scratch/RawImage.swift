import Foundation

/// An image in a flat file: all planes one after the other in the machine's byte order.
///
/// The order is that of the axes T, Z, C, Y, X, the last the fastest. The file has its full size
/// from the start and is written region by region, in any order and from several threads; what was
/// not written is zero.
public final class RawImage: ImageSource {
  /// What is known of the image: one level.
  public let description: ImageDescription
  private let file: ScratchFile

  /// Makes the file of an image; one that is there is replaced.
  ///
  /// - Throws: `ImagingError` of kind `unwritable` where the disk does not take it, `unsupported`
  ///   where its size cannot be counted in 64 bits.
  public init(creating url: URL, _ description: ImageDescription) throws(ImagingError) {
    self.description = Self.plain(description)
    self.file = try ScratchFile(
      creating: url, byteCount: try Self.byteCount(of: description, url))
  }

  /// Opens the file of an image that was made before.
  ///
  /// - Throws: `ImagingError` where it is missing or has another size.
  public init(opening url: URL, _ description: ImageDescription) throws(ImagingError) {
    self.description = Self.plain(description)
    self.file = try ScratchFile(opening: url, byteCount: try Self.byteCount(of: description, url))
  }

  /// The path of the file.
  public var place: String { file.url.path }

  /// Reads a rectangle.
  ///
  /// - Throws: `ImagingError` where the disk does not give it.
  public func read(
    _ region: PlaneRegion, of plane: PlaneIndex, level: Int, into bytes: UnsafeMutableRawPointer
  ) throws(ImagingError) {
    checkRequest(region, of: plane, level: level)
    for run in runs(of: region, plane) {
      let target = UnsafeMutableRawBufferPointer(start: bytes + run.place, count: run.count)
      try file.read(at: run.offset, into: target)
    }
  }

  /// Writes a rectangle, row by row without gaps.
  ///
  /// - Parameters:
  ///   - bytes: `region.count` elements of the image's type
  ///   - region: a rectangle inside the plane
  ///   - plane: a plane inside the image
  /// - Throws: `ImagingError` of kind `unwritable`, as when the disk is full.
  public func write(
    _ bytes: UnsafeRawPointer, _ region: PlaneRegion, of plane: PlaneIndex
  ) throws(ImagingError) {
    checkRequest(region, of: plane, level: 0)
    for run in runs(of: region, plane) {
      try file.write(
        UnsafeRawBufferPointer(start: bytes + run.place, count: run.count), at: run.offset)
    }
  }

  /// Writes a rectangle of 32-bit floating point, rounded and clamped to the image's type.
  ///
  /// - Returns: the number of pixels that did not fit into the type
  /// - Throws: as `write(_:_:of:)`.
  @discardableResult
  public func write(
    _ values: [Float], _ region: PlaneRegion, of plane: PlaneIndex
  ) throws(ImagingError) -> Int {
    precondition(
      values.count == region.count, "\(values.count) pixels for a region of \(region.count)")
    let bytes = UnsafeMutableRawPointer.allocate(
      byteCount: region.count * description.type.byteCount, alignment: 16)
    defer { bytes.deallocate() }
    let clamped = values.withUnsafeBufferPointer { description.type.encode($0, to: bytes) }
    try write(UnsafeRawPointer(bytes), region, of: plane)
    return clamped
  }

  /// Waits until the disk has all that was written.
  ///
  /// - Throws: `ImagingError` of kind `unwritable` where it does not take it.
  public func synchronize() throws(ImagingError) { try file.synchronize() }

  // MARK: Places

  /// Bytes of a rectangle that follow one another in the file.
  private struct Run {
    /// Where they begin in the file.
    let offset: Int
    /// Where they begin among the rectangle's bytes.
    let place: Int
    let count: Int
  }

  private func runs(of region: PlaneRegion, _ plane: PlaneIndex) -> [Run] {
    let image = description
    let number =
      (plane.time * image.slices + plane.slice) * image.channels.count + plane.channel
    let element = image.type.byteCount
    let first =
      ((number * image.height + region.row) * image.width + region.column) * element
    if region.width == image.width {
      return [Run(offset: first, place: 0, count: region.count * element)]
    }
    let count = region.width * element
    return (0..<region.height).map { row in
      Run(offset: first + row * image.width * element, place: row * count, count: count)
    }
  }

  private static func plain(_ description: ImageDescription) -> ImageDescription {
    var result = description
    result.levels = [
      ImageDescription.Level(height: description.height, width: description.width)
    ]
    return result
  }

  private static func byteCount(
    of description: ImageDescription, _ url: URL
  ) throws(ImagingError) -> Int {
    if let count = description.byteCount { return count }
    throw ImagingError(
      .unsupported,
      "\(url.path) would hold \(description.planes) planes of \(description.height) × "
        + "\(description.width) pixels, more than 64 bits can count")
  }
}
