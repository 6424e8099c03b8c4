/// A square window on a plane and what is done to its values.
struct Window {
  let row: Int
  let column: Int
  let side: Int
  let offset: Float
  let factor: Float

  /// Writes the window `[side, side]`; it may lie outside of the plane.
  func copy(from plane: Plane, padding: Padding, into target: UnsafeMutablePointer<Float>) {
    plane.values.withUnsafeBufferPointer { pixels in
      copy(
        from: pixels, of: 0..<plane.height, height: plane.height, width: plane.width,
        padding: padding, into: target)
    }
  }

  /// Writes the window on a plane of which only the rows `Window.rows` are there.
  func copy(from plane: PlaneRows, padding: Padding, into target: UnsafeMutablePointer<Float>) {
    plane.values.withUnsafeBufferPointer { pixels in
      copy(
        from: pixels, of: plane.rows, height: plane.height, width: plane.width, padding: padding,
        into: target)
    }
  }

  /// The rows of a plane that windows starting at a row show, padding included; empty where they
  /// show padding alone.
  static func rows(
    from row: Int, side: Int, height: Int, padding: Padding
  ) -> Range<Int> {
    switch padding {
    case .constant:
      let first = min(max(row, 0), height)
      return first..<min(max(row + side, first), height)
    case .reflect:
      let shown = (row..<row + side).map { Padding.reflected($0, count: height) }
      guard let least = shown.min(), let greatest = shown.max() else { return 0..<0 }
      return least..<greatest + 1
    }
  }

  private func copy(
    from pixels: UnsafeBufferPointer<Float>, of rows: Range<Int>, height: Int, width: Int,
    padding: Padding, into target: UnsafeMutablePointer<Float>
  ) {
    // Columns of the window that lie inside the plane; the others are padding.
    let first = min(max(-column, 0), side)
    let last = max(min(width - column, side), first)
    for y in 0..<side {
      let line = target + y * side
      let sourceRow: Int
      switch padding {
      case .reflect:
        sourceRow = Padding.reflected(row + y, count: height)
      case .constant(let value):
        guard row + y >= 0 && row + y < height else {
          line.update(repeating: (value - offset) * factor, count: side)
          continue
        }
        sourceRow = row + y
      }
      precondition(rows.contains(sourceRow), "row \(sourceRow) is asked for, rows \(rows) are here")
      guard let base = pixels.baseAddress else { return }
      let source = base + (sourceRow - rows.lowerBound) * width
      pad(line, 0..<first, from: source, width: width, padding: padding)
      let inside = source + (column + first)
      let destination = line + first
      for x in 0..<last - first { destination[x] = (inside[x] - offset) * factor }
      pad(line, last..<side, from: source, width: width, padding: padding)
    }
  }

  private func pad(
    _ line: UnsafeMutablePointer<Float>, _ columns: Range<Int>, from source: UnsafePointer<Float>,
    width: Int, padding: Padding
  ) {
    switch padding {
    case .reflect:
      for x in columns {
        line[x] = (source[Padding.reflected(column + x, count: width)] - offset) * factor
      }
    case .constant(let value):
      for x in columns { line[x] = (value - offset) * factor }
    }
  }
}
