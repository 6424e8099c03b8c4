/// The rectangle of a plane that a square window shows, so that no more of the plane is read than
/// that.
///
/// What it writes is what `Plane.copyWindow` writes, bit for bit.
package struct WindowRegion: Sendable {
  /// The rectangle, mirrored pixels included; nil where the window shows padding alone.
  package let region: PlaneRegion?
  /// Rows of the rectangle that the window's rows show; nil for padding.
  private let rows: [Int?]
  private let columns: [Int?]
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
    let (shownRows, shownColumns) = (rows.compactMap(\.self), columns.compactMap(\.self))
    guard let top = shownRows.min(), let bottom = shownRows.max(),
      let left = shownColumns.min(), let right = shownColumns.max()
    else {
      region = nil
      self.rows = [Int?](repeating: nil, count: side)
      self.columns = self.rows
      return
    }
    region = PlaneRegion(
      row: top, column: left, height: bottom - top + 1, width: right - left + 1)
    self.rows = rows.map { $0.map { $0 - top } }
    self.columns = columns.map { $0.map { $0 - left } }
  }

  private static func shown(_ index: Int, count: Int, _ padding: Padding) -> Int? {
    switch padding {
    case .reflect: Padding.reflected(index, count: count)
    case .constant: index >= 0 && index < count ? index : nil
    }
  }

  /// Writes the window `[P, P]`; every value is `(pixel - offset) * factor`, that of the padding too.
  ///
  /// - Parameters:
  ///   - values: the pixels of `region`, row by row; none where that is nil
  ///   - offset: subtracted from every pixel
  ///   - factor: multiplied with the difference
  ///   - target: room for as many floats as the window has pixels
  package func copy(
    _ values: [Float], offset: Float, factor: Float, into target: UnsafeMutablePointer<Float>
  ) {
    let width = region?.width ?? 0
    precondition(
      values.count == region?.count ?? 0,
      "\(values.count) pixels for a region of \(region?.count ?? 0)")
    let beyond: Float = if case .constant(let value) = padding { value } else { 0 }
    values.withUnsafeBufferPointer { values in
      var place = 0
      for row in rows {
        for column in columns {
          let value = row.flatMap { row in column.map { values[row * width + $0] } } ?? beyond
          target[place] = (value - offset) * factor
          place += 1
        }
      }
    }
  }
}
