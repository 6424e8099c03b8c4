/// Some successive rows of a plane, which need not be in memory as a whole.
struct PlaneRows: Sendable {
  /// Rows of the whole plane.
  let height: Int
  /// Columns of the plane.
  let width: Int
  /// The rows that are here.
  private(set) var rows = 0..<0
  /// Their pixels, row by row.
  private(set) var values: [Float] = []

  /// No rows yet of a plane.
  init(height: Int, width: Int) {
    self.height = height
    self.width = width
  }

  /// Moves to other rows: those in common are kept, the others read.
  ///
  /// - Parameters:
  ///   - target: rows of the plane
  ///   - read: gives the pixels of rows, row by row
  mutating func move(
    to target: Range<Int>, _ read: (Range<Int>) throws(ImagingError) -> [Float]
  ) throws(ImagingError) {
    precondition(
      target.lowerBound >= 0 && target.upperBound <= height,
      "rows \(target) of a plane of \(height) rows")
    let kept = rows.clamped(to: target)
    guard !kept.isEmpty else {
      (rows, values) = (0..<0, [])
      if !target.isEmpty { values = try read(target) }
      rows = target
      return
    }
    values.removeLast((rows.upperBound - kept.upperBound) * width)
    values.removeFirst((kept.lowerBound - rows.lowerBound) * width)
    rows = kept
    if target.lowerBound < kept.lowerBound {
      values.insert(contentsOf: try read(target.lowerBound..<kept.lowerBound), at: 0)
    }
    if kept.upperBound < target.upperBound {
      values += try read(kept.upperBound..<target.upperBound)
    }
    rows = target
  }
}
