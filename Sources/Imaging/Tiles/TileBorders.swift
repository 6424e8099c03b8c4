/// Where the kept parts of neighbouring tiles meet in an image.
public struct TileBorders: Equatable, Sendable {
  /// Rows that begin a tile which lies below another one.
  public let rows: [Int]
  /// Columns that begin a tile which lies right of another one.
  public let columns: [Int]

  /// The borders of tiles of which `side` pixels are kept, the first one in the top-left corner of
  /// an image of `height` × `width` pixels.
  public init(height: Int, width: Int, side: Int) {
    precondition(side >= 1, "tiles of \(side) pixels, expected at least 1")
    self.init(
      rows: Array(stride(from: side, to: height, by: side)),
      columns: Array(stride(from: side, to: width, by: side)))
  }

  private init(rows: [Int], columns: [Int]) {
    self.rows = rows
    self.columns = columns
  }

  /// The borders inside a region, counted from its first pixel.
  public func within(_ region: FrameRegion) -> TileBorders {
    func inside(_ borders: [Int], from first: Int, count: Int) -> [Int] {
      borders.filter { $0 > first && $0 < first + count }.map { $0 - first }
    }
    return TileBorders(
      rows: inside(rows, from: region.row, count: region.height),
      columns: inside(columns, from: region.column, count: region.width))
  }
}

extension TileGrid {
  /// Where the kept parts of the tiles meet, and where the last whole ones end.
  public var borders: TileBorders { TileBorders(height: height, width: width, side: inner) }
}
