/// One of the eight symmetries of the square: rows and columns exchanged or not, then rows reversed
/// or not, then columns reversed or not.
package struct SquareSymmetry: Sendable {
  /// Leaves all as it is.
  package static let identity = SquareSymmetry(0)

  private let exchanges: Bool
  private let reversesRows: Bool
  private let reversesColumns: Bool

  /// The symmetry of a number from 0 (none) to 7.
  package init(_ number: Int) {
    precondition((0..<8).contains(number), "a symmetry of the square has a number 0...7")
    reversesRows = number & 1 != 0
    reversesColumns = number & 2 != 0
    exchanges = number & 4 != 0
  }

  /// What takes it back.
  package var inverse: SquareSymmetry {
    // Reversing rows before an exchange is reversing columns after it.
    let (rows, columns) =
      exchanges ? (reversesColumns, reversesRows) : (reversesRows, reversesColumns)
    return SquareSymmetry((rows ? 1 : 0) + (columns ? 2 : 0) + (exchanges ? 4 : 0))
  }

  /// Whether the last row of the original comes first, be it as a row or as a column.
  package var mirrorsRows: Bool { exchanges ? reversesColumns : reversesRows }
  /// Whether the last column of the original comes first.
  package var mirrorsColumns: Bool { exchanges ? reversesRows : reversesColumns }

  /// Turns images `[N, P, P]` that follow each other, in place.
  ///
  /// - Parameters:
  ///   - count: number N of images
  ///   - side: P, in pixels
  package func apply(to values: UnsafeMutablePointer<Float>, count: Int, side: Int) {
    for index in 0..<count {
      let image = values + index * side * side
      if exchanges { Self.exchange(image, side: side) }
      if reversesRows { Self.reverseRows(image, side: side) }
      if reversesColumns { Self.reverseColumns(image, side: side) }
    }
  }

  private static func exchange(_ image: UnsafeMutablePointer<Float>, side: Int) {
    for y in 0..<side {
      for x in 0..<y {
        let (below, above) = (y * side + x, x * side + y)
        (image[below], image[above]) = (image[above], image[below])
      }
    }
  }

  private static func reverseRows(_ image: UnsafeMutablePointer<Float>, side: Int) {
    for y in 0..<side / 2 {
      let (upper, lower) = (image + y * side, image + (side - 1 - y) * side)
      for x in 0..<side { (upper[x], lower[x]) = (lower[x], upper[x]) }
    }
  }

  private static func reverseColumns(_ image: UnsafeMutablePointer<Float>, side: Int) {
    for y in 0..<side {
      let line = image + y * side
      for x in 0..<side / 2 { (line[x], line[side - 1 - x]) = (line[side - 1 - x], line[x]) }
    }
  }
}
