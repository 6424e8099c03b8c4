/// The rectangle of a plane that a square window shows, so that no more of the plane is read than
/// that.
///
/// What it writes is what `Plane.copyWindow` writes, bit for bit.
package struct WindowRegion: Sendable {
  /// The rectangle, mirrored pixels included; nil where the window shows padding alone.
  package let region: PlaneRegion?
  /// Rows of the rectangle that the window's rows show; -1 for padding.
  private let rows: [Int]
  private let columns: [Int]
  /// The window's columns that show consecutive columns of the plane.
  private let inside: Range<Int>
  private let padding: Padding

  /// The rectangle of a window that starts at (`row`, `column`), which may lie outside.
  ///
  /// - Parameters:
  ///   - side: of the window, in pixels
  ///   - height: rows of the plane
  ///   - width: columns of the plane
  ///   - padding: what stands beyond the borders
  package init(
    row: Int, column: Int, side: Int, height: Int, width: Int, padding: Padding
  ) {
    precondition(side > 0, "the side of a window is \(side) pixels, expected at least 1")
    let rows = (row..<row + side).map { Self.shown($0, count: height, padding) }
    let columns = (column..<column + side).map { Self.shown($0, count: width, padding) }
    self.padding = padding
    let first = min(max(-column, 0), side)
    inside = first..<max(min(width - column, side), first)
    guard let bottom = rows.max(), bottom >= 0, let right = columns.max(), right >= 0 else {
      region = nil
      self.rows = [Int](repeating: -1, count: side)
      self.columns = self.rows
      return
    }
    let top = rows.reduce(bottom) { $1 < 0 ? $0 : min($0, $1) }
    let left = columns.reduce(right) { $1 < 0 ? $0 : min($0, $1) }
    region = PlaneRegion(
      row: top, column: left, height: bottom - top + 1, width: right - left + 1)
    self.rows = rows.map { $0 < 0 ? -1 : $0 - top }
    self.columns = columns.map { $0 < 0 ? -1 : $0 - left }
  }

  private static func shown(_ index: Int, count: Int, _ padding: Padding) -> Int {
    switch padding {
    case .reflect: Padding.reflected(index, count: count)
    case .constant: index >= 0 && index < count ? index : -1
    }
  }

  /// Writes the window `[P, P]`; every value is `(pixel - offset) * factor`, that of the padding too.
  ///
  /// - Parameters:
  ///   - values: the pixels of `region`, row by row; none where that is nil
  ///   - offset: subtracted from every pixel
  ///   - factor: multiplied with the difference
  ///   - padding: of the same kind as the window's, with another constant; nil for the window's
  ///   - target: room for as many floats as the window has pixels
  package func copy(
    _ values: [Float], offset: Float, factor: Float, padding: Padding? = nil,
    into target: UnsafeMutablePointer<Float>
  ) {
    let width = region?.width ?? 0
    precondition(
      values.count == region?.count ?? 0,
      "\(values.count) pixels for a region of \(region?.count ?? 0)")
    let constant: Float =
      if case .constant(let value) = padding ?? self.padding { value } else { 0 }
    let beyond = (constant - offset) * factor
    let side = columns.count
    values.withUnsafeBufferPointer { values in
      for (y, row) in rows.enumerated() {
        let line = target + y * side
        guard row >= 0, let base = values.baseAddress else {
          line.update(repeating: beyond, count: side)
          continue
        }
        let source = base + row * width
        func copyOne(_ x: Int) {
          line[x] = columns[x] < 0 ? beyond : (source[columns[x]] - offset) * factor
        }
        for x in 0..<inside.lowerBound { copyOne(x) }
        if let first = inside.first {
          let shown = source + columns[first]
          for x in inside { line[x] = (shown[x - first] - offset) * factor }
        }
        for x in inside.upperBound..<side { copyOne(x) }
      }
    }
  }
}
