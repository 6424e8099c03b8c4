/// A rectangle of one frame.
public struct FrameRegion: Codable, Sendable, Hashable {
  /// Index of the frame.
  public var frame: Int
  /// First row.
  public var row: Int
  /// First column.
  public var column: Int
  /// Number of rows.
  public var height: Int
  /// Number of columns.
  public var width: Int

  /// A rectangle of one frame.
  public init(frame: Int, row: Int, column: Int, height: Int, width: Int) {
    self.frame = frame
    self.row = row
    self.column = column
    self.height = height
    self.width = width
  }

  /// A whole frame.
  public init(frame: Int, height: Int, width: Int) {
    self.init(frame: frame, row: 0, column: 0, height: height, width: width)
  }
}

extension Plane {
  /// The rectangle of `height` × `width` pixels whose first pixel is (`row`, `column`).
  public func cropped(row: Int, column: Int, height: Int, width: Int) -> Plane {
    precondition(
      row >= 0 && column >= 0 && height >= 0 && width >= 0 && row + height <= self.height
        && column + width <= self.width,
      "rows \(row)..<\(row + height) and columns \(column)..<\(column + width) of a plane of "
        + "\(self.height) × \(self.width)")
    if height == self.height && width == self.width { return self }
    var result: [Float] = []
    result.reserveCapacity(height * width)
    for y in row..<row + height {
      let start = y * self.width + column
      result.append(contentsOf: values[start..<start + width])
    }
    return Plane(height: height, width: width, values: result)
  }
}

extension ImageStack {
  /// The planes of all channels, cut to one region, `[C]`.
  public func planes(in region: FrameRegion) -> [Plane] {
    (0..<channels).map { channel in
      plane(frame: region.frame, channel: channel).cropped(
        row: region.row, column: region.column, height: region.height, width: region.width)
    }
  }
}
