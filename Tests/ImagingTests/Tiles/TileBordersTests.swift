import Imaging
import Testing

@Suite("Tile borders")
struct TileBordersTests {
  @Test("borders lie where tiles end, not at the border of the image")
  func places() {
    let borders = TileBorders(height: 12, width: 10, side: 4)
    #expect(borders.rows == [4, 8])
    #expect(borders.columns == [4, 8])
  }

  @Test("an image of one tile has none")
  func single() {
    let borders = TileBorders(height: 4, width: 3, side: 4)
    #expect(borders.rows.isEmpty && borders.columns.isEmpty)
  }

  @Test(
    "the borders of a grid are where the tile of a pixel changes", arguments: [5, 8, 17, 30],
    TileGrid.Coverage.allCases)
  func grid(height: Int, coverage: TileGrid.Coverage) throws {
    let grid = try TileGrid(
      height: height, width: 20, patch: 8, inner: 4, coverage: coverage)
    var owners = [Int](repeating: -1, count: height)
    for tile in grid { for row in tile.rows { owners[row] = tile.rows.lowerBound } }
    let changes = (1..<height).filter { owners[$0] != owners[$0 - 1] }
    #expect(grid.borders.rows == changes)
  }

  @Test("borders in a region count from its first pixel, those at its edge are left out")
  func region() {
    let borders = TileBorders(height: 20, width: 20, side: 4).within(
      FrameRegion(frame: 0, row: 4, column: 6, height: 8, width: 7))
    #expect(borders.rows == [4])
    #expect(borders.columns == [2, 6])
  }
}
