import Imaging

/// Where in the training part the targets have signal: the means of coarse blocks of them.
///
/// Signal is told by the mean of a patch in each target. It must rise above the background (the
/// mean that one patch in twenty undercuts) by at least half of what the mean of all patches does. A
/// dim structure thus counts as much as a bright one, a target that shows something everywhere has
/// signal nearly everywhere, and in one that is mostly empty the bar is low, so that dim parts of
/// it are found too. Means of whole patches are compared because hardly any noise is left in them.
struct SignalMap: Sendable {
  /// Places that are looked at to find one with signal.
  static let tries = 100
  /// The quantile of the patches' means that stands for the background.
  private static let backgroundQuantile = 0.05
  /// Blocks of a target at most; larger images have larger blocks.
  private static let mostBlocks = 1 << 22
  /// About how much memory the pixels take that are looked at at once, in bytes.
  private static let bandBytes = 16 << 20

  /// The blocks of a region.
  private struct Part: Sendable {
    let height: Int
    let width: Int
    let columns: Int
    /// Means of the blocks, row by row, `[T]`.
    let means: [[Float]]

    /// The mean of the pixels that some rows and columns share.
    func mean(_ channel: Int, _ rows: [Overlap], _ columns: [Overlap]) -> Double {
      let means = means[channel]
      var (sum, area) = (0.0, 0)
      for row in rows {
        for column in columns {
          let count = row.length * column.length
          sum += Double(count) * Double(means[row.block * self.columns + column.block])
          area += count
        }
      }
      return area > 0 ? sum / Double(area) : 0
    }
  }

  /// A block along one axis, and how many of its pixels a patch covers.
  private struct Overlap {
    let block: Int
    let length: Int
  }

  private let patch: Int
  private let block: Int
  private let parts: [Part]
  /// The background of each target.
  private var backgrounds: [Double]
  /// By how much a patch's mean must rise above it.
  private var rises: [Double]

  /// Goes through all pixels of the training part once.
  ///
  /// - Parameters:
  ///   - regions: the training part
  ///   - patch: side of a patch, in pixels
  ///   - pixels: the targets in a region, `[T]`
  /// - Throws: what `pixels` throws.
  init(
    _ regions: [FrameRegion], patch: Int,
    pixels: (FrameRegion) throws(ImagingError) -> [Plane]
  ) throws(ImagingError) {
    var block = max(1, patch / 4)
    while Self.blocks(regions, side: block) > Self.mostBlocks { block *= 2 }
    var parts: [Part] = []
    for region in regions { parts.append(try Self.part(region, block: block, pixels: pixels)) }
    self.patch = patch
    self.block = block
    self.parts = parts
    self.backgrounds = []
    self.rises = []
    for channel in 0..<(parts.first?.means.count ?? 0) {
      let means = sideBySide(channel)
      let background = quantile(means, Self.backgroundQuantile)
      backgrounds.append(background)
      rises.append((Moments(means).mean - background) / 2)
    }
  }

  /// The means of patches side by side.
  private func sideBySide(_ channel: Int) -> [Float] {
    let step = max(patch, block)
    var means: [Float] = []
    for part in parts {
      for row in stride(from: 0, through: max(0, part.height - patch), by: step) {
        let rows = overlaps(row, length: part.height)
        for column in stride(from: 0, through: max(0, part.width - patch), by: step) {
          let columns = overlaps(column, length: part.width)
          means.append(Float(part.mean(channel, rows, columns)))
        }
      }
    }
    return means
  }

  /// How much signal the patch at a place has in the target that has least; 1 or more is enough.
  ///
  /// - Parameters:
  ///   - region: number of the region
  ///   - row: first row of the patch within the region; may lie outside
  ///   - column: first column within the region
  func strength(region: Int, row: Int, column: Int) -> Double {
    let part = parts[region]
    let rows = overlaps(row, length: part.height)
    let columns = overlaps(column, length: part.width)
    var least = Double.infinity
    for channel in part.means.indices where rises[channel] > 0 {
      let rise = part.mean(channel, rows, columns) - backgrounds[channel]
      least = min(least, rise / rises[channel])
    }
    return least
  }

  /// The blocks along one axis that a patch covers, and how many pixels of each.
  private func overlaps(_ start: Int, length: Int) -> [Overlap] {
    let (first, last) = (max(start, 0), min(start + patch, length))
    guard first < last else { return [] }
    return (first / block...(last - 1) / block).map {
      Overlap(block: $0, length: min(last, ($0 + 1) * block) - max(first, $0 * block))
    }
  }

  private static func blocks(_ regions: [FrameRegion], side: Int) -> Int {
    regions.reduce(0) {
      $0 + (($1.height + side - 1) / side) * (($1.width + side - 1) / side)
    }
  }

  /// The blocks of a region, a band of rows after the other.
  private static func part(
    _ region: FrameRegion, block: Int, pixels: (FrameRegion) throws(ImagingError) -> [Plane]
  ) throws(ImagingError) -> Part {
    let columns = (region.width + block - 1) / block
    let lineBytes = max(1, region.width * block * MemoryLayout<Float>.size)
    let bandRows = max(1, bandBytes / lineBytes) * block
    var means: [[Float]] = []
    for first in stride(from: 0, to: region.height, by: bandRows) {
      var band = region
      band.row += first
      band.height = min(bandRows, region.height - first)
      let planes = try pixels(band)
      if means.isEmpty { means = [[Float]](repeating: [], count: planes.count) }
      for (channel, plane) in planes.enumerated() {
        for row in stride(from: 0, to: plane.height, by: block) {
          let rows = row..<min(row + block, plane.height)
          means[channel] += plane.blockMeans(rows: rows, block: block, columns: columns)
        }
      }
    }
    return Part(height: region.height, width: region.width, columns: columns, means: means)
  }
}

extension Plane {
  /// The means of the blocks beside each other in some rows.
  fileprivate func blockMeans(rows: Range<Int>, block: Int, columns: Int) -> [Float] {
    var sums = [Double](repeating: 0, count: columns)
    values.withUnsafeBufferPointer { pixels in
      for row in rows {
        let line = row * width
        for column in 0..<columns {
          var sum = 0.0
          for x in column * block..<min((column + 1) * block, width) {
            sum += Double(pixels[line + x])
          }
          sums[column] += sum
        }
      }
    }
    return sums.indices.map { column in
      let count = rows.count * (min((column + 1) * block, width) - column * block)
      return Float(sums[column] / Double(count))
    }
  }
}
