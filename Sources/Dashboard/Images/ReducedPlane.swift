import Foundation
import Imaging
import Synchronization

/// The zoomed-out copies of one plane, for looking at, in a file.
///
/// Each pixel of a level is the mean of 2 × 2 of the level before it, of fewer at the right and bottom
/// borders; values that are not a number are left out where others are there. Levels are rounded to
/// the type that is sent. They are made in one walk over the plane, and are not those that networks
/// see, nor those that `usplit convert` writes, which are smoother and take far longer.
final class ReducedPlane: ImageSource {
  /// The levels in the type that is sent; the full size is not among them.
  let description: ImageDescription
  let place: String
  private let file: ScratchFile
  private let starts: [Int]

  /// The longest side of the smallest level, in pixels.
  private static let smallestLevel = 512
  /// Memory for the rows that each thread works on, in bytes.
  private static let bandBytes = 2 << 20
  private static let threads = 4

  /// The sizes of a plane's levels, the full size first.
  static func levels(of size: ImageDescription.Level) -> [ImageDescription.Level] {
    var levels = [size]
    while let last = levels.last, max(last.height, last.width) > smallestLevel {
      levels.append(
        ImageDescription.Level(height: (last.height + 1) / 2, width: (last.width + 1) / 2))
    }
    return levels
  }

  /// Bytes that the levels take on the disk.
  var byteCount: Int { file.byteCount }

  /// Bytes that the levels of an image's plane will take.
  static func byteCount(of image: ImageDescription) -> Int {
    starts(of: levels(of: image.levels[0]).dropFirst(), SentType(image.type)).last ?? 0
  }

  /// Makes the levels.
  ///
  /// - Parameters:
  ///   - source: an image of more than 512 pixels a side
  ///   - plane: a plane of it
  ///   - url: the file, which vanishes with the levels
  ///   - progress: called with the share that is done, by several threads
  /// - Throws: `ImagingError` where the image cannot be read or the disk takes no more, what
  ///   `progress` throws.
  init(
    _ source: any ImageSource, _ plane: PlaneIndex, at url: URL,
    progress: @Sendable (Double) throws(ImagingError) -> Void
  ) throws(ImagingError) {
    let image = source.description
    let type = SentType(image.type)
    let sizes = Self.levels(of: image.levels[0])
    let reduced = Array(sizes.dropFirst())
    description = ImageDescription(
      height: reduced[0].height, width: reduced[0].width, type: type.pixelType, levels: reduced)
    place = source.place
    starts = Self.starts(of: reduced[...], type)
    file = try ScratchFile(creating: url, byteCount: starts[reduced.count])
    // Nobody else needs the name, and without one nothing stays behind.
    unlink(url.path)

    let total = Double(sizes.dropLast().reduce(0) { $0 + $1.height * $1.width })
    var done = 0.0
    var first = 0
    while first < reduced.count {
      // As many levels at once as their rows are in memory.
      let rowBytes = sizes[first].width * (MemoryLayout<Float>.size + image.type.byteCount)
      var count = 1
      while first + count < reduced.count, rowBytes << (count + 1) <= Self.bandBytes { count += 1 }
      let pixels =
        first == 0
        ? ViewedPixels(source: source, plane: plane, level: 0)
        : ViewedPixels(source: self, plane: PlaneIndex(), level: first - 1)
      let share = Double(sizes[first].height * sizes[first].width) / total
      let before = done
      try reduce(pixels, to: first..<first + count) { part throws(ImagingError) in
        try progress(before + share * part)
      }
      done += share
      first += count
    }
    try progress(1)
  }

  /// Makes some levels of the one before them, bands of rows beside each other.
  private func reduce(
    _ pixels: ViewedPixels, to levels: Range<Int>,
    progress: @Sendable (Double) throws(ImagingError) -> Void
  ) throws(ImagingError) {
    let size = pixels.size
    let rows = 1 << levels.count
    let bands = (size.height + rows - 1) / rows
    let finished = Mutex(0)
    try Pieces(
      bands, bytesOfEach: Self.bandBytes, threads: Self.threads
    ).forEach { band throws(ImagingError) in
      let top = band * rows
      let region = PlaneRegion(
        row: top, column: 0, height: min(rows, size.height - top), width: size.width)
      var values = Plane(
        height: region.height, width: region.width, values: try pixels.values(region))
      for level in levels {
        values = values.halvedByMeans(skippingNaN: description.type == .float32)
        try write(values, at: top >> (level - levels.lowerBound + 1), level)
      }
      let count = finished.withLock { finished in
        finished += 1
        return finished
      }
      try progress(Double(count) / Double(bands))
    }
  }

  /// Writes rows of a level from one on.
  private func write(_ rows: Plane, at row: Int, _ level: Int) throws(ImagingError) {
    let type = description.type
    let bytes = UnsafeMutableRawBufferPointer.allocate(
      byteCount: rows.values.count * type.byteCount, alignment: 16)
    defer { bytes.deallocate() }
    guard let start = bytes.baseAddress else { return }
    // Means of pixels of the type fit into it.
    _ = rows.values.withUnsafeBufferPointer { type.encode($0, to: start) }
    let offset = starts[level] + row * description.levels[level].width * type.byteCount
    try file.write(UnsafeRawBufferPointer(bytes), at: offset)
  }

  func read(
    _ region: PlaneRegion, of plane: PlaneIndex, level: Int, into bytes: UnsafeMutableRawPointer
  ) throws(ImagingError) {
    checkRequest(region, of: plane, level: level)
    let width = description.levels[level].width
    let element = description.type.byteCount
    let isWhole = region.width == width
    let (runs, length) = isWhole ? (1, region.count) : (region.height, region.width)
    for run in 0..<runs {
      let first = (region.row + run) * width + region.column
      try file.read(
        at: starts[level] + first * element,
        into: UnsafeMutableRawBufferPointer(
          start: bytes + run * length * element, count: length * element))
    }
  }

  /// Where the levels begin in the file, and where the last one ends.
  private static func starts(
    of levels: ArraySlice<ImageDescription.Level>, _ type: SentType
  ) -> [Int] {
    levels.reduce(into: [0]) { starts, level in
      starts.append(starts[starts.count - 1] + level.height * level.width * type.byteCount)
    }
  }
}

extension Plane {
  /// The means of 2 × 2 pixels, `[(H + 1) / 2, (W + 1) / 2]`.
  ///
  /// - Parameter skippingNaN: whether pixels that are not a number are left out where others are there
  func halvedByMeans(skippingNaN: Bool) -> Plane {
    let (rows, columns) = ((height + 1) / 2, (width + 1) / 2)
    let pairs = width / 2
    let width = width
    let height = height
    let means = [Float](unsafeUninitializedCapacity: rows * columns) { target, count in
      values.withUnsafeBufferPointer { source in
        for row in 0..<rows {
          let upper = 2 * row * width
          let lower = 2 * row + 1 < height ? upper + width : upper
          let start = row * columns
          for column in 0..<pairs {
            let (a, b) = (source[upper + 2 * column], source[upper + 2 * column + 1])
            let (c, d) = (source[lower + 2 * column], source[lower + 2 * column + 1])
            target[start + column] = ((a + b) + (c + d)) * 0.25
          }
          if pairs < columns {
            target[start + pairs] = (source[upper + width - 1] + source[lower + width - 1]) * 0.5
          }
          guard skippingNaN else { continue }
          for column in 0..<columns where target[start + column].isNaN {
            let right = min(2 * column + 1, width - 1)
            target[start + column] = Self.mean(
              source[upper + 2 * column], source[upper + right], source[lower + 2 * column],
              source[lower + right])
          }
        }
      }
      count = rows * columns
    }
    return Plane(height: rows, width: columns, values: means)
  }

  /// The mean of those values that are numbers; NaN where none is.
  private static func mean(_ values: Float...) -> Float {
    let numbers = values.filter { !$0.isNaN }
    return numbers.reduce(0, +) / Float(numbers.count)
  }
}
