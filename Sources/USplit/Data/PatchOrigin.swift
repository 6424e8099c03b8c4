import Imaging

/// Where a patch begins.
struct PatchOrigin: Sendable {
  /// The frame.
  let frame: Int
  /// First row, which may lie outside of the frame.
  let row: Int
  /// First column, which may lie outside of the frame.
  let column: Int
  /// Whether the zoomed-out images are cut as if the frame stood upside down.
  ///
  /// The centre of a patch is rounded to whole pixels of each zoomed-out image, towards the first
  /// row and column. A patch that is flipped afterwards must have been rounded the other way, or its
  /// context would be displaced as in no image that is ever split.
  var mirrorsRows = false
  /// Whether they are cut as if left and right were exchanged.
  var mirrorsColumns = false

  init(frame: Int, row: Int, column: Int) {
    self.frame = frame
    self.row = row
    self.column = column
  }

  /// The origin for a patch that is then turned by a symmetry of the square.
  init(frame: Int, row: Int, column: Int, turn: SquareSymmetry) {
    self.init(frame: frame, row: row, column: column)
    mirrorsRows = turn.mirrorsRows
    mirrorsColumns = turn.mirrorsColumns
  }

  /// First row and column of the window at scale k.
  ///
  /// - Parameters:
  ///   - side: of the patch, in pixels
  ///   - frame: size of the frame
  ///   - size: that of the frame zoomed out k times
  func start(
    scale: Int, side: Int, frame: ImageDescription.Level, size: ImageDescription.Level
  ) -> (row: Int, column: Int) {
    func start(_ first: Int, _ length: Int, _ zoomed: Int, mirrored: Bool) -> Int {
      guard mirrored else { return ContextPyramid.windowStart(first, patch: side, scale: scale) }
      let mirror = ContextPyramid.windowStart(length - first - side, patch: side, scale: scale)
      return zoomed - mirror - side
    }
    return (
      start(row, frame.height, size.height, mirrored: mirrorsRows),
      start(column, frame.width, size.width, mirrored: mirrorsColumns)
    )
  }
}
