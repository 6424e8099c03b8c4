/// One plane of an image.
public struct PlaneIndex: Sendable, Hashable {
  /// Time point, from 0.
  public var time: Int
  /// Channel, from 0.
  public var channel: Int
  /// Slice, from 0.
  public var slice: Int

  /// A plane; the first of each axis by default.
  public init(time: Int = 0, channel: Int = 0, slice: Int = 0) {
    self.time = time
    self.channel = channel
    self.slice = slice
  }
}

/// A rectangle of a plane, in pixels.
public struct PlaneRegion: Sendable, Hashable {
  /// First row.
  public var row: Int
  /// First column.
  public var column: Int
  /// Rows.
  public var height: Int
  /// Columns.
  public var width: Int

  /// A rectangle.
  public init(row: Int, column: Int, height: Int, width: Int) {
    self.row = row
    self.column = column
    self.height = height
    self.width = width
  }

  /// Pixels.
  public var count: Int { height * width }

  /// Whether it lies inside a level.
  public func isInside(_ level: ImageDescription.Level) -> Bool {
    row >= 0 && column >= 0 && height > 0 && width > 0 && row <= level.height - height
      && column <= level.width - width
  }
}

/// An image that is read region by region, wherever its pixels are.
///
/// Conformers may be read from several threads at once.
public protocol ImageSource: Sendable {
  /// What is known of the image.
  var description: ImageDescription { get }

  /// Where the image is, for messages: a path, or what stands for one.
  var place: String { get }

  /// The paths of all files of the set that the image is of; empty where it is of one file or folder
  /// alone.
  var fileSet: [String] { get }

  /// Bytes of the largest piece that has to be decoded as a whole for any pixel of it; 0 where pixels
  /// are read one by one.
  var packedBytes: Int { get }

  /// Reads a rectangle as stored, in the machine's byte order, row by row without gaps.
  ///
  /// - Parameters:
  ///   - region: a rectangle inside the level
  ///   - plane: a plane inside the image
  ///   - level: number of a level of the pyramid, 0 for the full size
  ///   - bytes: room for `region.count` elements of `description.type`
  /// - Throws: `ImagingError` where the file is cut off, broken or gone.
  func read(
    _ region: PlaneRegion, of plane: PlaneIndex, level: Int, into bytes: UnsafeMutableRawPointer
  ) throws(ImagingError)
}

extension ImageSource {
  /// No files but the one.
  public var fileSet: [String] { [] }

  /// Nothing is packed.
  public var packedBytes: Int { 0 }

  /// Stops a caller that asks for what is not there.
  public func checkRequest(_ region: PlaneRegion, of plane: PlaneIndex, level: Int) {
    let image = description
    precondition(
      image.levels.indices.contains(level), "level \(level) of \(image.levels.count) levels")
    precondition(
      (0..<image.times).contains(plane.time) && (0..<image.slices).contains(plane.slice)
        && image.channels.indices.contains(plane.channel),
      "\(plane) of an image of \(image.times) time points, \(image.channels.count) channels and "
        + "\(image.slices) slices")
    let size = image.levels[level]
    precondition(
      region.isInside(size), "\(region) of a level of \(size.height) × \(size.width) pixels")
  }

  /// Reads a rectangle as 32-bit floating point, `[H, W]`.
  ///
  /// - Throws: `ImagingError` also where a pixel is NaN, infinite or beyond 32-bit floating point.
  public func plane(
    _ region: PlaneRegion, of plane: PlaneIndex, level: Int = 0
  ) throws(ImagingError) -> Plane {
    var result = Plane(height: region.height, width: region.width)
    try read(region, of: plane, level: level, into: &result.values)
    return result
  }

  /// Reads a whole plane at full size as 32-bit floating point, `[H, W]`.
  ///
  /// - Throws: as `plane(_:of:level:)`.
  public func plane(_ plane: PlaneIndex) throws(ImagingError) -> Plane {
    let (height, width) = (description.height, description.width)
    return try self.plane(
      PlaneRegion(row: 0, column: 0, height: height, width: width), of: plane)
  }

  /// Reads a rectangle as 32-bit floating point into an array of `region.count` values.
  ///
  /// - Throws: `ImagingError` also where a pixel is NaN, infinite or beyond 32-bit floating point.
  public func read(
    _ region: PlaneRegion, of plane: PlaneIndex, level: Int = 0, into values: inout [Float]
  ) throws(ImagingError) {
    precondition(
      values.count == region.count, "room for \(values.count) pixels, \(region.count) are read")
    let type = description.type
    let result = values.withUnsafeMutableBufferPointer { buffer -> Result<Void, ImagingError> in
      guard let target = buffer.baseAddress else { return .success(()) }
      do throws(ImagingError) {
        if type == .float32 {
          try read(region, of: plane, level: level, into: UnsafeMutableRawPointer(target))
        } else {
          let scratch = UnsafeMutableRawPointer.allocate(
            byteCount: region.count * type.byteCount, alignment: 16)
          defer { scratch.deallocate() }
          try read(region, of: plane, level: level, into: scratch)
          type.convert(scratch, count: region.count, to: target)
        }
        return .success(())
      } catch {
        return .failure(error)
      }
    }
    try result.get()
    if type.isFloatingPoint { try requireFinite(values, region, plane) }
  }

  private func requireFinite(
    _ values: [Float], _ region: PlaneRegion, _ plane: PlaneIndex
  ) throws(ImagingError) {
    // A sum is not finite as soon as one of its terms is not; it may overflow without.
    if values.reduce(0, +).isFinite { return }
    guard let first = values.firstIndex(where: { !$0.isFinite }) else { return }
    let count = values.count { !$0.isFinite }
    throw ImagingError(
      .invalidPixels,
      "\(place): \(count) of \(values.count) pixels are NaN, infinite or beyond 32-bit floating "
        + "point, the first at time point \(plane.time), slice \(plane.slice), channel "
        + "\(plane.channel), row \(region.row + first / region.width), column "
        + "\(region.column + first % region.width) (all counted from 0); replace them and try again"
    )
  }
}
