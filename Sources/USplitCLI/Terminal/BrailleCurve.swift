/// A curve drawn with Braille characters, each of which has two columns of four dots.
struct BrailleCurve {
  /// Points from left to right.
  let points: [(x: Double, y: Double)]
  /// The numbers at the lower and the upper border.
  let range: ClosedRange<Double>

  /// A curve of two or more different places; nil of fewer.
  ///
  /// The highest fiftieth of the values does not set the upper border: the first losses of a training
  /// can be many times those that follow.
  init?(_ points: [(x: Double, y: Double)]) {
    let sorted = points.map(\.y).sorted()
    guard let first = points.first, let last = points.last, last.x > first.x,
      let low = sorted.first
    else { return nil }
    let high = sorted[sorted.count - 1 - sorted.count / 50]
    self.points = points
    self.range = low...max(high, low)
  }

  /// The lines of a drawing, each as many characters long as it is wide.
  func lines(width: Int, height: Int) -> [String] {
    let (columns, rows) = (2 * width, 4 * height)
    var cells = [UInt8](repeating: 0, count: width * height)
    func set(_ column: Int, _ row: Int) {
      cells[row / 4 * width + column / 2] |= Self.dot(column: column % 2, row: row % 4)
    }
    var before: Int?
    for (column, value) in means(columns: columns).enumerated() {
      guard let value else { continue }
      let share =
        range.upperBound > range.lowerBound
        ? (value - range.lowerBound) / (range.upperBound - range.lowerBound) : 0.5
      let row = Int(((1 - min(max(share, 0), 1)) * Double(rows - 1)).rounded())
      // A steep part is a line, not a gap.
      let start = before.map { $0 < row ? $0 + 1 : $0 > row ? $0 - 1 : row } ?? row
      for place in min(start, row)...max(start, row) { set(column, place) }
      before = row
    }
    return (0..<height).map { line in
      String(
        cells[line * width..<(line + 1) * width].map { bits in
          Character(Unicode.Scalar(0x2800 + UInt32(bits)) ?? " ")
        })
    }
  }

  /// The mean of the points in every column; between points on the line that joins them.
  private func means(columns: Int) -> [Double?] {
    guard let first = points.first?.x, let last = points.last?.x else { return [] }
    var sums = [(sum: Double, count: Int)](repeating: (0, 0), count: columns)
    for point in points {
      let place = Int((point.x - first) / (last - first) * Double(columns - 1))
      sums[min(max(place, 0), columns - 1)].sum += point.y
      sums[min(max(place, 0), columns - 1)].count += 1
    }
    var values = sums.map { $0.count > 0 ? $0.sum / Double($0.count) : nil }
    var known: (column: Int, value: Double)?
    for column in values.indices {
      guard let value = values[column] else { continue }
      if let known, column > known.column + 1 {
        for between in known.column + 1..<column {
          let share = Double(between - known.column) / Double(column - known.column)
          values[between] = known.value + share * (value - known.value)
        }
      }
      known = (column, value)
    }
    return values
  }

  /// The bit of a dot in the block of Braille patterns of Unicode.
  private static func dot(column: Int, row: Int) -> UInt8 {
    [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]][column][row]
  }
}
