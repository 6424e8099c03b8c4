/// The range of values of one channel that a viewer shows first.
struct OMEZarrWindow: Equatable {
  /// Smallest value that the slider offers.
  var min: Double
  /// Largest value that the slider offers.
  var max: Double
  /// Value that is shown black.
  var start: Double
  /// Value that is shown in full colour.
  var end: Double

  /// Sides of the rectangle that is looked at in a plane.
  private static let sampleSide = 512

  /// The windows of all channels.
  ///
  /// The slider spans the type's range, of floating point that of the pixels. What is shown is the
  /// range of the pixels, of 8-bit types the type's. Pixels are those in the middle of the smallest
  /// level, in the first, the middle and the last plane of each channel.
  static func windows(of image: any ImageSource) throws(ImagingError) -> [OMEZarrWindow] {
    let description = image.description
    let type = description.type
    let range = type.range
    if let range, type.byteCount == 1 {
      let window = OMEZarrWindow(
        min: range.lowerBound, max: range.upperBound, start: range.lowerBound,
        end: range.upperBound)
      return description.channels.map { _ in window }
    }
    let frames = Set([0, description.frames / 2, description.frames - 1]).sorted()
    var windows: [OMEZarrWindow] = []
    for channel in description.channels.indices {
      var low = Double.infinity
      var high = -Double.infinity
      for frame in frames {
        let plane = description.plane(frame: frame, channel: channel)
        for value in try sample(image, plane) where value.isFinite {
          low = Swift.min(low, Double(value))
          high = Swift.max(high, Double(value))
        }
      }
      if low > high { (low, high) = (0, 1) }  // no finite pixel
      if low == high { high = low + Swift.max(1, abs(low)) }
      windows.append(
        OMEZarrWindow(
          min: range?.lowerBound ?? low, max: range?.upperBound ?? high, start: low,
          end: Swift.min(high, range?.upperBound ?? high)))
    }
    return windows
  }

  private static func sample(
    _ image: any ImageSource, _ plane: PlaneIndex
  ) throws(ImagingError) -> [Float] {
    let description = image.description
    let level = description.levels.count - 1
    let size = description.levels[level]
    let height = Swift.min(sampleSide, size.height)
    let width = Swift.min(sampleSide, size.width)
    let region = PlaneRegion(
      row: (size.height - height) / 2, column: (size.width - width) / 2, height: height,
      width: width)
    let bytes = UnsafeMutableRawPointer.allocate(
      byteCount: region.count * description.type.byteCount, alignment: 16)
    defer { bytes.deallocate() }
    try image.read(region, of: plane, level: level, into: bytes)
    return [Float](unsafeUninitializedCapacity: region.count) { values, count in
      if let target = values.baseAddress {
        description.type.convert(bytes, count: region.count, to: target)
      }
      count = region.count
    }
  }
}
