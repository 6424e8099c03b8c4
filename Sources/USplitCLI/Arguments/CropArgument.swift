import ArgumentParser
import Imaging

/// A square part of an image: `ROW,COLUMN,SIZE` in pixels, counted from 0.
struct CropArgument: ExpressibleByArgument {
  let row: Int
  let column: Int
  let size: Int

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 3, let row = parts[0], let column = parts[1], let size = parts[2],
      (0..<1 << 30).contains(row), (0..<1 << 30).contains(column), (1..<1 << 30).contains(size)
    else { return nil }
    self.row = row
    self.column = column
    self.size = size
  }

  /// The part of one frame.
  ///
  /// - Throws: `CommandError` with both extents when it reaches beyond the image.
  func region(of image: ImageDescription, frame: Int, path: String) throws -> FrameRegion {
    guard row + size <= image.height, column + size <= image.width else {
      throw CommandError(
        "--crop asks for rows \(row) to \(row + size - 1) and columns \(column) to "
          + "\(column + size - 1), but \(path) has \(image.height) × \(image.width) pixels")
    }
    return FrameRegion(frame: frame, row: row, column: column, height: size, width: size)
  }
}
