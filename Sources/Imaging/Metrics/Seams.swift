/// How much an image jumps from pixel to pixel across the borders of tiles, and elsewhere.
///
/// A prediction put together from tiles that do not agree jumps more at their borders than
/// elsewhere (figure 4 and section S.2 of the μSplit paper show such artefacts; this measure is not
/// the paper's). Real edges fall on borders too, so the target measured in the same way says what
/// is to be expected.
public struct Seams: Codable, Equatable, Sendable {
  /// Mean absolute difference of neighbours on the two sides of a border, in units of the image.
  public var border: Double
  /// Mean absolute difference of all other neighbours, in units of the image.
  public var elsewhere: Double
  /// `border / elsewhere`, about 1 without seams; nil for an image that is flat elsewhere.
  public var ratio: Double?

  /// The jumps of an image, between neighbours in a row and in a column together.
  ///
  /// Nil where no border lies in the image, as with a single tile, and where nothing but borders
  /// does.
  public init?(_ plane: Plane, borders: TileBorders) {
    let (down, right) = plane.jumps()
    let atRows = Set(borders.rows)
    let atColumns = Set(borders.columns)
    var (border, elsewhere) = (Mean(), Mean())
    for (row, sum) in down.enumerated().dropFirst() {
      if atRows.contains(row) {
        border.add(sum, count: plane.width)
      } else {
        elsewhere.add(sum, count: plane.width)
      }
    }
    for (column, sum) in right.enumerated().dropFirst() {
      if atColumns.contains(column) {
        border.add(sum, count: plane.height)
      } else {
        elsewhere.add(sum, count: plane.height)
      }
    }
    guard let borderMean = border.value, let otherMean = elsewhere.value else { return nil }
    self.init(
      border: borderMean, elsewhere: otherMean,
      ratio: otherMean > 0 ? borderMean / otherMean : nil)
  }

  /// Jumps that were measured or averaged before.
  public init(border: Double, elsewhere: Double, ratio: Double?) {
    self.border = border
    self.elsewhere = elsewhere
    self.ratio = ratio
  }

  private struct Mean {
    private var sum = 0.0
    private var count = 0

    mutating func add(_ sum: Double, count: Int) {
      self.sum += sum
      self.count += count
    }

    var value: Double? { count > 0 ? sum / Double(count) : nil }
  }
}

extension Plane {
  /// Sums of the absolute differences of each row from the one above, and of each column from the
  /// one left of it; the first of both are 0.
  fileprivate func jumps() -> (down: [Double], right: [Double]) {
    var down = [Double](repeating: 0, count: height)
    var right = [Double](repeating: 0, count: width)
    values.withUnsafeBufferPointer { pixels in
      right.withUnsafeMutableBufferPointer { right in
        for y in 0..<height {
          let row = y * width
          for x in 1..<max(width, 1) {
            right[x] += Double((pixels[row + x] - pixels[row + x - 1]).magnitude)
          }
          guard y > 0 else { continue }
          var sum = 0.0
          for x in 0..<width {
            sum += Double((pixels[row + x] - pixels[row - width + x]).magnitude)
          }
          down[y] = sum
        }
      }
    }
    return (down, right)
  }
}
