import Imaging
import Testing

@Suite("Tile grid")
struct TileGridTests {
  static let sizes = [(1, 1), (1, 40), (7, 9), (16, 16), (17, 31), (64, 64), (65, 100), (50, 33)]
  static let grids = [(8, 2), (8, 8), (16, 4), (9, 3), (64, 32), (64, 64), (7, 1)]

  @Test("every pixel is covered exactly once, from inside the patch", arguments: sizes, grids)
  func coverage(size: (Int, Int), grid: (Int, Int)) throws {
    let tiles = try TileGrid(
      frames: 2, height: size.0, width: size.1, patch: grid.0, inner: grid.1)
    var counts = [Int](repeating: 0, count: 2 * size.0 * size.1)
    for tile in tiles {
      #expect(tile.firstRow >= tiles.margin && tile.firstColumn >= tiles.margin)
      #expect(tile.firstRow + tile.rows.count <= tiles.margin + tiles.inner)
      #expect(tile.firstColumn + tile.columns.count <= tiles.margin + tiles.inner)
      for row in tile.rows {
        for column in tile.columns {
          counts[(tile.frame * size.0 + row) * size.1 + column] += 1
        }
      }
    }
    #expect(counts.allSatisfy { $0 == 1 })
  }

  @Test("an identity put together from tiles is the image", arguments: sizes, grids)
  func identity(size: (Int, Int), grid: (Int, Int)) throws {
    let image = Plane(height: size.0, width: size.1, values: noise(size.0 * size.1))
    let pyramid = ContextPyramid(image, contexts: 0)
    let tiles = try TileGrid(height: size.0, width: size.1, patch: grid.0, inner: grid.1)
    let blank = Plane(height: size.0, width: size.1, repeating: -1)
    var planes = [blank, blank]
    for tile in tiles {
      let patch = pyramid.windows(
        row: tile.row, column: tile.column, patch: grid.0, padding: .reflect)
      // A batch of two; the tile's two channels are the patch and its double.
      let batch = [Float](repeating: -5, count: 2 * patch.count) + patch + patch.map { 2 * $0 }
      tiles.stitch(batch, from: 2 * patch.count, of: tile, into: &planes)
    }
    #expect(planes[0] == image)
    #expect(planes[1].values == image.values.map { 2 * $0 })
  }

  @Test("whole cells leave the remainder out, in the authors' order")
  func wholeCells() throws {
    let grid = try TileGrid(
      frames: 2, height: 5, width: 7, patch: 4, inner: 2, coverage: .wholeCells)
    #expect(grid.rows == 2 && grid.columns == 3 && grid.count == 12)
    #expect(grid[0] == grid.first)
    let tile = grid[5]
    #expect(tile.frame == 1 && tile.row == -1 && tile.column == 3)
    #expect(tile.rows == 0..<2 && tile.columns == 4..<6)
  }

  @Test("whole cells of an image smaller than a cell are none")
  func wholeCellsTooSmall() throws {
    #expect(
      try TileGrid(height: 5, width: 70, patch: 64, inner: 32, coverage: .wholeCells).isEmpty)
  }

  @Test("where cells divide the image both coverages are the same")
  func divisible() throws {
    let every = try TileGrid(frames: 3, height: 64, width: 96, patch: 64, inner: 32)
    let whole = try TileGrid(
      frames: 3, height: 64, width: 96, patch: 64, inner: 32, coverage: .wholeCells)
    #expect(every.elementsEqual(whole))
  }

  @Test(
    "an odd margin and an inner part that does not fit are refused",
    arguments: [
      (64, 33), (9, 4), (64, 0), (64, 66), (64, -2),
    ])
  func refused(patch: Int, inner: Int) {
    #expect(throws: ImagingError.self) {
      try TileGrid(height: 100, width: 100, patch: patch, inner: inner)
    }
  }

  @Test("the refusal names both numbers")
  func message() {
    let error = #expect(throws: ImagingError.self) {
      try TileGrid(height: 100, width: 100, patch: 64, inner: 25)
    }
    #expect(error?.kind == .mismatch)
    #expect(error?.description.contains("64") == true)
    #expect(error?.description.contains("25") == true)
  }
}
