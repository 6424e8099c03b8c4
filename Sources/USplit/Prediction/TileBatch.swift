import Imaging

/// Tiles of one image that are computed at once.
struct TileBatch: Sendable {
  /// Number of the batch, from 0.
  let number: Int
  /// The tiles.
  let tiles: [TileGrid.Tile]
  /// What the network is given, `[B, 1 + K, P, P]`.
  let input: Batch
}

/// What the network made of a batch of tiles.
package struct PredictedTiles: Sendable {
  /// Number of the batch, from 0.
  package let number: Int
  /// The tiles.
  package let tiles: [TileGrid.Tile]
  /// Normalised targets, and behind them deviations and draws where these were asked for,
  /// `[B, outputs, P, P]` (`SplitOptions.outputs(targets:)`).
  package let values: [Float]
}

extension TileGrid {
  /// The middle of one predicted patch that is kept, row by row, of one plane out of `planes`.
  func kept(
    of tile: Tile, at index: Int, in predicted: PredictedTiles, plane: Int, of planes: Int
  ) -> [Float] {
    let area = patch * patch
    let first =
      (index * planes + plane) * area + tile.firstRow * patch + tile.firstColumn
    var result: [Float] = []
    result.reserveCapacity(tile.rows.count * tile.columns.count)
    for line in 0..<tile.rows.count {
      let start = first + line * patch
      result += predicted.values[start..<start + tile.columns.count]
    }
    return result
  }

  /// Number of batches of the given size.
  func batches(of size: Int) -> Int { (count + size - 1) / size }

  /// The tiles of a batch.
  func tiles(ofBatch number: Int, size: Int) -> [Tile] {
    (number * size..<Swift.min((number + 1) * size, count)).map { self[$0] }
  }
}
