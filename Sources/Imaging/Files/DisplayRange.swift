/// The range of values that a channel is shown with at first.
enum DisplayRange {
  /// Pixels of an image up to which all are looked at.
  private static let mostPixels = 1 << 24
  /// Pixels of one part that is looked at of a larger image.
  private static let partPixels = 1 << 18

  /// Smallest and largest finite value of every channel.
  ///
  /// Of an image of more than 16 million pixels, only parts are looked at: of every channel the first,
  /// middle and last frame, and of each of them up to 16 bands of rows, evenly spaced from the first
  /// to the last row. The same image always gives the same ranges.
  ///
  /// - Throws: what reading throws
  static func ranges(of image: any ImageSource) throws(ImagingError) -> [ClosedRange<Float>] {
    let description = image.description
    let pixels = description.byteCount.map { $0 / description.type.byteCount }
    let isWhole = pixels.map { $0 <= mostPixels } ?? false
    let frames =
      isWhole
      ? Array(0..<description.frames)
      : Set([0, description.frames / 2, description.frames - 1]).sorted()
    let regions = isWhole ? [whole(of: description)] : bands(of: description)
    let reader = SampleReader(mostPixels: regions.map(\.count).max() ?? 0, type: description.type)
    var ranges: [ClosedRange<Float>] = []
    for channel in description.channels.indices {
      var (low, high) = (Float.infinity, -Float.infinity)
      for frame in frames {
        let plane = description.plane(frame: frame, channel: channel)
        for region in regions {
          try reader.extend(&low, &high, by: region, of: plane, in: image)
        }
      }
      ranges.append(low < high ? low...high : low.isFinite ? low...(low + 1) : 0...1)
    }
    return ranges
  }

  private static func whole(of image: ImageDescription) -> PlaneRegion {
    PlaneRegion(row: 0, column: 0, height: image.height, width: image.width)
  }

  private static func bands(of image: ImageDescription) -> [PlaneRegion] {
    let width = min(image.width, partPixels)
    let height = min(image.height, partPixels / width)
    // Many channels are looked at in fewer places, so that the time stays the same.
    let count = max(1, min(16, 1024 / image.channels.count, image.height / height))
    return (0..<count).map { band in
      let share = { (room: Int) in count == 1 ? room / 2 : room * band / (count - 1) }
      return PlaneRegion(
        row: share(image.height - height), column: share(image.width - width), height: height,
        width: width)
    }
  }
}

/// Reads parts of an image and finds their smallest and largest values.
private final class SampleReader {
  private let type: PixelType
  private let bytes: UnsafeMutableRawPointer
  private let values: UnsafeMutablePointer<Float>

  init(mostPixels: Int, type: PixelType) {
    self.type = type
    bytes = .allocate(byteCount: mostPixels * type.byteCount, alignment: 16)
    values = .allocate(capacity: mostPixels)
  }

  deinit {
    bytes.deallocate()
    values.deallocate()
  }

  func extend(
    _ low: inout Float, _ high: inout Float, by region: PlaneRegion, of plane: PlaneIndex,
    in image: any ImageSource
  ) throws(ImagingError) {
    try image.read(region, of: plane, level: 0, into: bytes)
    type.convert(bytes, count: region.count, to: values)
    for index in 0..<region.count where values[index].isFinite {
      low = min(low, values[index])
      high = max(high, values[index])
    }
  }
}
