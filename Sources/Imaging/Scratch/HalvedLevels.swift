/// The reduced copies of one plane, made once, row by row, and kept as 32-bit floating point in a
/// file.
///
/// They are the same, bit for bit, as a chain of `Plane.halved()`. That function clips its result to
/// the range of its input, which is known only when all of that was read; so the file holds the
/// values before clipping, and they are clipped when they are read.
struct HalvedLevels: Sendable {
  /// The sizes of the reduced copies; not that of the plane itself.
  let sizes: [ImageDescription.Level]
  private let file: ScratchFile
  private let starts: [Int]
  private let ranges: [ValueRange]

  /// The sizes of `count` levels below a plane of the given size.
  static func sizes(height: Int, width: Int, count: Int) -> [ImageDescription.Level] {
    (0..<count).map { level in
      ImageDescription.Level(
        height: max(1, height >> (level + 1)), width: max(1, width >> (level + 1)))
    }
  }

  /// Bytes that the levels of a plane take in a file.
  static func byteCount(_ sizes: [ImageDescription.Level]) -> Int {
    sizes.reduce(0) { $0 + $1.height * $1.width * MemoryLayout<Float>.size }
  }

  /// Makes the levels.
  ///
  /// - Parameters:
  ///   - size: of the plane
  ///   - count: number of levels
  ///   - file: where they are kept
  ///   - start: the first of their bytes there
  ///   - bandBytes: about how much memory the rows may take that are worked on at once
  ///   - read: gives rows of the plane, row by row
  /// - Throws: what `read` throws, and `ImagingError` where the disk takes no more.
  init(
    of size: ImageDescription.Level, count: Int, in file: ScratchFile, from start: Int = 0,
    bandBytes: Int, _ read: (Range<Int>) throws(ImagingError) -> [Float]
  ) throws(ImagingError) {
    let sizes = Self.sizes(height: size.height, width: size.width, count: count)
    var starts: [Int] = []
    var next = start
    for level in sizes {
      starts.append(next)
      next += Self.byteCount([level])
    }
    self.sizes = sizes
    self.file = file
    self.starts = starts
    var ranges: [ValueRange] = []
    for (level, target) in sizes.enumerated() {
      let source = level == 0 ? size : sizes[level - 1]
      let above = ranges
      let halving = StreamedHalving(source, target, bandBytes: bandBytes)
      let range = try halving.run { rows throws(ImagingError) in
        guard level > 0 else { return try read(rows) }
        return try Self.read(
          PlaneRegion(row: rows.lowerBound, column: 0, height: rows.count, width: source.width),
          source, file, starts[level - 1], above[level - 1])
      } write: { rows, values throws(ImagingError) in
        let offset = starts[level] + rows.lowerBound * target.width * MemoryLayout<Float>.size
        try Self.write(values, at: offset, file)
      }
      ranges.append(range)
    }
    self.ranges = ranges
  }

  /// Reads a rectangle of a level, counted from 0 for the first reduced one.
  ///
  /// - Throws: `ImagingError` where the disk does not give it.
  func read(_ region: PlaneRegion, level: Int) throws(ImagingError) -> [Float] {
    try Self.read(region, sizes[level], file, starts[level], ranges[level])
  }

  private static func read(
    _ region: PlaneRegion, _ size: ImageDescription.Level, _ file: ScratchFile, _ start: Int,
    _ range: ValueRange
  ) throws(ImagingError) -> [Float] {
    precondition(
      region.isInside(size), "\(region) of a level of \(size.height) × \(size.width) pixels")
    var values = [Float](repeating: 0, count: region.count)
    let element = MemoryLayout<Float>.size
    let isWhole = region.width == size.width
    let (runs, length) = isWhole ? (1, region.count) : (region.height, region.width)
    let result = values.withUnsafeMutableBytes { bytes -> Result<Void, ImagingError> in
      do throws(ImagingError) {
        for run in 0..<runs {
          let first = (region.row + run) * size.width + region.column
          let part = bytes[run * length * element..<(run + 1) * length * element]
          try file.read(
            at: start + first * element, into: UnsafeMutableRawBufferPointer(rebasing: part))
        }
        return .success(())
      } catch {
        return .failure(error)
      }
    }
    try result.get()
    range.clip(&values)
    return values
  }

  private static func write(
    _ values: [Float], at offset: Int, _ file: ScratchFile
  ) throws(ImagingError) {
    let result = values.withUnsafeBytes { bytes -> Result<Void, ImagingError> in
      do throws(ImagingError) {
        return .success(try file.write(bytes, at: offset))
      } catch {
        return .failure(error)
      }
    }
    try result.get()
  }
}
