import Foundation
import Imaging

/// Values along a line, interpolated between the four pixels around each point.
///
/// Whole coordinates are the centres of pixels. Only small parts of the image along the line are
/// read, whatever its length.
struct LineProfile: Encodable, Sendable {
  /// A point, in pixels.
  struct Point: Sendable {
    let x: Double
    let y: Double
  }

  /// The line's length in pixels.
  let length: Double
  /// Points, evenly spaced from one end to the other.
  let points: Int
  /// For each channel the value at each point; nil outside the image and where it is not finite.
  let values: [[Double?]]

  private static let mostPoints = 2048
  /// The most pixels of a part that is read for several points.
  private static let mostPixels = 1 << 16
  /// Points that are further apart, in pixels, are read one by one.
  private static let farApart = 4.0

  /// The values along the line between two points.
  ///
  /// - Parameter channels: planes of one size
  /// - Throws: `ImagingError` where the image cannot be read.
  init(from start: Point, to end: Point, of channels: [ViewedPixels]) throws(ImagingError) {
    length = hypot(end.x - start.x, end.y - start.y)
    points = length > 0 ? min(Self.mostPoints, max(2, Int(length.rounded(.up)) + 1)) : 1
    let steps = Double(max(1, points - 1))
    let line = (0..<points).map { number in
      let share = Double(number) / steps
      return Point(
        x: start.x + (end.x - start.x) * share, y: start.y + (end.y - start.y) * share)
    }
    let isSparse = length / steps > Self.farApart
    var values: [[Double?]] = []
    for channel in channels {
      values.append(try Self.values(at: line, of: channel, oneByOne: isSparse))
    }
    self.values = values
  }

  private static func values(
    at line: [Point], of pixels: ViewedPixels, oneByOne: Bool
  ) throws(ImagingError) -> [Double?] {
    var values = [Double?](repeating: nil, count: line.count)
    var first = 0
    while first < line.count {
      guard var box = region(around: line[first], in: pixels.size) else {
        first += 1
        continue
      }
      var end = first + 1
      while !oneByOne, end < line.count, let next = region(around: line[end], in: pixels.size) {
        let both = box.union(next)
        if both.count > mostPixels { break }
        box = both
        end += 1
      }
      let read = Plane(height: box.height, width: box.width, values: try pixels.values(box))
      for place in first..<end { values[place] = value(at: line[place], in: read, box) }
      first = end
    }
    return values
  }

  /// The pixels around a point; nil outside the image, which reaches half a pixel beyond the centres of
  /// its outermost pixels.
  private static func region(
    around point: Point, in size: ImageDescription.Level
  ) -> PlaneRegion? {
    let (right, bottom) = (Double(size.width - 1), Double(size.height - 1))
    guard (-0.5...right + 0.5).contains(point.x), (-0.5...bottom + 0.5).contains(point.y) else {
      return nil
    }
    let column = Int(min(max(point.x, 0), right))
    let row = Int(min(max(point.y, 0), bottom))
    return PlaneRegion(
      row: row, column: column, height: min(2, size.height - row),
      width: min(2, size.width - column))
  }

  private static func value(at point: Point, in plane: Plane, _ box: PlaneRegion) -> Double? {
    let x = min(max(point.x - Double(box.column), 0), Double(box.width - 1))
    let y = min(max(point.y - Double(box.row), 0), Double(box.height - 1))
    let (column, row) = (Int(x), Int(y))
    let (right, down) = (x - Double(column), y - Double(row))
    var sum = 0.0
    for (dy, rowShare) in [(0, 1 - down), (1, down)] where rowShare > 0 {
      // A pixel without a share may be NaN, or outside.
      for (dx, share) in [(0, 1 - right), (1, right)] where share > 0 {
        sum += rowShare * share * Double(plane[row + dy, column + dx])
      }
    }
    return sum.isFinite ? sum : nil
  }
}

extension PlaneRegion {
  /// The smallest rectangle around two.
  fileprivate func union(_ other: PlaneRegion) -> PlaneRegion {
    let (top, left) = (min(row, other.row), min(column, other.column))
    return PlaneRegion(
      row: top, column: left,
      height: max(row + height, other.row + other.height) - top,
      width: max(column + width, other.column + other.width) - left)
  }
}
