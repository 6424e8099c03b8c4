import Foundation

/// An image with reduced levels, made of one that has none.
///
/// Level k + 1 is half of level k (`Plane.halved()`, which smooths first), until no side has more
/// than 512 pixels. The levels are kept as 32-bit floating point in a scratch folder and rounded to
/// the image's element type when they are read. Pixels that are not finite make those around them so.
public final class PyramidImage: ImageSource {
  /// The longest side of an image that needs no levels, in pixels.
  public static let longestSide = 2048
  private static let smallestLevel = 512

  /// What is known of the image, with its levels.
  public let description: ImageDescription
  private let source: any ImageSource
  private let levels: [HalvedLevels]
  private let scratch: ScratchFolder

  /// Whether an image is so large that others expect levels, and has none.
  public static func isUseful(for image: ImageDescription) -> Bool {
    image.levels.count == 1 && max(image.height, image.width) > longestSide
  }

  /// An image with the levels that others expect of it: its own, or new ones where it is large, has
  /// none, and is to be written in a form that has them.
  ///
  /// - Throws: as ``init(_:scratch:bandBytes:progress:)``.
  public static func adding(
    to source: any ImageSource, for format: ImageFormat, scratch folder: URL,
    bandBytes: Int = 64 << 20, progress: (Double) throws(ImagingError) -> Void = { _ in }
  ) throws(ImagingError) -> any ImageSource {
    guard format.hasLevels, isUseful(for: source.description) else { return source }
    return try PyramidImage(
      source, scratch: folder, bandBytes: bandBytes, progress: progress)
  }

  /// The sizes of an image with levels, the full size first.
  public static func levels(of image: ImageDescription) -> [ImageDescription.Level] {
    var count = 0
    while max(image.height, image.width) >> count > smallestLevel { count += 1 }
    return [ImageDescription.Level(height: image.height, width: image.width)]
      + HalvedLevels.sizes(height: image.height, width: image.width, count: count)
  }

  /// Makes the levels.
  ///
  /// - Parameters:
  ///   - source: an image of one level; more are not looked at
  ///   - folder: where the scratch folder is made
  ///   - bandBytes: about how much memory the rows may take that are worked on at once
  ///   - progress: called with the share that is done
  /// - Throws: `ImagingError` where the image cannot be read or the disk takes no more, what
  ///   `progress` throws.
  public init(
    _ source: any ImageSource, scratch folder: URL, bandBytes: Int = 64 << 20,
    progress: (Double) throws(ImagingError) -> Void = { _ in }
  ) throws(ImagingError) {
    var image = source.description
    image.levels = Self.levels(of: image)
    image.downsampling = "gaussian"
    let size = image.levels[0]
    let sizes = Array(image.levels.dropFirst())
    self.source = source
    self.description = image
    let scratch = try ScratchFolder(in: folder)
    self.scratch = scratch
    let bytes = HalvedLevels.byteCount(sizes)
    let total = bytes.multipliedReportingOverflow(by: image.planes)
    if total.overflow {
      throw ImagingError(
        .unsupported, "\(source.place): the levels of \(image.planes) planes are too large")
    }
    let file = try ScratchFile(creating: scratch.newFile(), byteCount: total.partialValue)
    var levels: [HalvedLevels] = []
    for number in 0..<image.planes {
      let plane = image.plane(
        frame: number / image.channels.count, channel: number % image.channels.count)
      levels.append(
        try HalvedLevels(
          of: size, count: sizes.count, in: file, from: number * bytes, bandBytes: bandBytes
        ) { rows throws(ImagingError) in
          let share = Double(rows.lowerBound) / Double(size.height)
          try progress((Double(number) + share) / Double(image.planes))
          return try source.values(
            PlaneRegion(row: rows.lowerBound, column: 0, height: rows.count, width: size.width),
            of: plane)
        })
    }
    self.levels = levels
    try progress(1)
  }

  /// The place of the image that this is made of.
  public var place: String { source.place }

  /// Reads a rectangle of a level.
  ///
  /// - Throws: `ImagingError` where the image or the scratch file cannot be read.
  public func read(
    _ region: PlaneRegion, of plane: PlaneIndex, level: Int, into bytes: UnsafeMutableRawPointer
  ) throws(ImagingError) {
    checkRequest(region, of: plane, level: level)
    guard level > 0 else { return try source.read(region, of: plane, level: 0, into: bytes) }
    let frame = plane.time * description.slices + plane.slice
    let number = frame * description.channels.count + plane.channel
    let values = try levels[number].read(region, level: level - 1)
    // Means of pixels of the type fit into it.
    _ = values.withUnsafeBufferPointer { description.type.encode($0, to: bytes) }
  }
}

extension ImageSource {
  /// Reads a rectangle at full size as 32-bit floating point, whether finite or not.
  func values(_ region: PlaneRegion, of plane: PlaneIndex) throws(ImagingError) -> [Float] {
    let type = description.type
    let bytes = UnsafeMutableRawPointer.allocate(
      byteCount: region.count * type.byteCount, alignment: 16)
    defer { bytes.deallocate() }
    try read(region, of: plane, level: 0, into: bytes)
    return [Float](unsafeUninitializedCapacity: region.count) { buffer, count in
      guard let target = buffer.baseAddress else { return }
      type.convert(bytes, count: region.count, to: target)
      count = region.count
    }
  }
}
