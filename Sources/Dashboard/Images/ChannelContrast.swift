import Imaging

/// How a channel is shown at first, and which values it has.
struct ChannelContrast: Encodable, Sendable {
  /// How many pixels have values of some ranges of one length.
  struct Histogram: Encodable, Sendable {
    /// Where the first range begins.
    let from: Double
    /// Where the last range ends; of whole numbers, ranges are of whole length.
    let to: Double
    let counts: [Int]
  }

  /// The smallest value that was found; nil where no pixel is finite.
  @OrNull private(set) var min: Double?
  /// The largest one.
  @OrNull private(set) var max: Double?
  /// Shown as black.
  let low: Double
  /// Shown in full colour, larger than `low`.
  let high: Double
  let histogram: Histogram

  /// Pixels of the smallest level that is looked at as a whole.
  private static let enough = 512 * 512
  /// The most pixels that are looked at.
  private static let mostPixels = 1 << 20
  /// Rows and columns of the parts that are looked at of a larger level.
  private static let side = 64
  private static let lowPercentile = 0.1
  private static let highPercentile = 99.8
  private static let bins = 256

  /// What is found in the pixels of a plane.
  ///
  /// The smallest level of at least 512 × 512 pixels is looked at, in parts that are spread evenly
  /// where it is large.
  ///
  /// - Parameter levels: all levels that there are, the full size first
  init(of levels: [ViewedPixels]) throws(ImagingError) {
    let chosen = levels.last { $0.size.height * $0.size.width >= Self.enough } ?? levels[0]
    var values: [Float] = []
    for region in Self.regions(of: chosen.size) { values += try chosen.values(region) }
    self.init(values, isInteger: !chosen.source.description.type.isFloatingPoint)
  }

  /// What is found in some pixels.
  init(_ values: [Float], isInteger: Bool) {
    var (least, greatest) = (Float.infinity, -Float.infinity)
    for value in values where value.isFinite {
      least = Swift.min(least, value)
      greatest = Swift.max(greatest, value)
    }
    guard least <= greatest else {
      (low, high) = (0, 1)
      histogram = Histogram(from: 0, to: 1, counts: [Int](repeating: 0, count: Self.bins))
      return
    }
    min = Double(least)
    max = Double(greatest)
    let plane = Plane(height: 1, width: values.count, values: values)
    let range = ContrastRange.percentiles(
      of: [plane], low: Self.lowPercentile, high: Self.highPercentile)
    low = Double(range.low)
    // Where nearly all pixels are of one value, the few others are what is to be seen.
    let isNarrow = range.high <= range.low.nextUp || range.high == range.low + 1
    high = Double(isNarrow ? Swift.max(greatest, range.high) : range.high)
    histogram = Self.histogram(values, Double(least), Double(greatest), isInteger: isInteger)
  }

  private static func histogram(
    _ values: [Float], _ least: Double, _ greatest: Double, isInteger: Bool
  ) -> Histogram {
    let bins = Double(bins)
    let length =
      isInteger
      ? ((greatest - least + 1) / bins).rounded(.up)
      : greatest > least ? (greatest - least) / bins : Swift.max(1, least.ulp * bins) / bins
    var counts = [Int](repeating: 0, count: Self.bins)
    for value in values where value.isFinite {
      counts[Swift.min(Self.bins - 1, Int((Double(value) - least) / length))] += 1
    }
    return Histogram(from: least, to: least + length * bins, counts: counts)
  }

  /// The whole level, or parts of it in a grid from border to border.
  private static func regions(of size: ImageDescription.Level) -> [PlaneRegion] {
    let pixels = size.height * size.width
    if pixels <= mostPixels {
      return [PlaneRegion(row: 0, column: 0, height: size.height, width: size.width)]
    }
    let (height, width) = (Swift.min(side, size.height), Swift.min(side, size.width))
    let parts = Double(mostPixels / (height * width))
    let shape = Double(size.height) / Double(size.width)
    // As many rows of parts as columns in a square, more of one where it is long.
    let rows = Swift.max(
      1, Swift.min(size.height / height, Int(Swift.max(1, (parts * shape).squareRoot()))))
    let columns = Swift.max(1, Swift.min(size.width / width, Int(parts) / rows))
    func start(_ number: Int, of count: Int, _ room: Int) -> Int {
      count == 1 ? room / 2 : room * number / (count - 1)
    }
    return (0..<rows * columns).map { number in
      PlaneRegion(
        row: start(number / columns, of: rows, size.height - height),
        column: start(number % columns, of: columns, size.width - width), height: height,
        width: width)
    }
  }
}
