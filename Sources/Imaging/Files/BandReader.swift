/// Reads parts of one plane one after the other into the same memory.
final class BandReader {
  private let image: any ImageSource
  private let plane: PlaneIndex
  private let level: Int
  private let type: PixelType
  private let mostPixels: Int
  private let band: UnsafeMutableRawPointer
  private let halves: UnsafeMutableRawPointer?

  /// A reader of one level of one plane.
  ///
  /// - Parameters:
  ///   - image: the image
  ///   - plane: the plane
  ///   - level: the level
  ///   - type: the type of the pixels to give: the image's, or `float32` for `float16`
  ///   - mostPixels: pixels of the largest part
  init(
    _ image: any ImageSource, plane: PlaneIndex, level: Int, type: PixelType, mostPixels: Int
  ) {
    let stored = image.description.type
    precondition(
      stored == type || stored == .float16 && type == .float32,
      "\(stored.rawValue) pixels are not written as \(type.rawValue)")
    self.image = image
    self.plane = plane
    self.level = level
    self.type = type
    self.mostPixels = mostPixels
    band = .allocate(byteCount: mostPixels * type.byteCount, alignment: 16)
    halves =
      stored == type
      ? nil : .allocate(byteCount: mostPixels * stored.byteCount, alignment: 16)
  }

  deinit {
    band.deallocate()
    halves?.deallocate()
  }

  /// The pixels of a region, row by row without gaps, until the next one is read.
  func read(_ region: PlaneRegion) throws(ImagingError) -> UnsafeRawPointer {
    precondition(
      region.count <= mostPixels, "room for \(mostPixels) pixels, \(region.count) are read")
    if let halves {
      try image.read(region, of: plane, level: level, into: halves)
      PixelType.float16.convert(
        halves, count: region.count,
        to: band.bindMemory(to: Float.self, capacity: region.count))
    } else {
      try image.read(region, of: plane, level: level, into: band)
    }
    return UnsafeRawPointer(band)
  }
}
