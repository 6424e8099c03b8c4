import Foundation
import Imaging

/// Prepares the batches of an image, one after the other, on a thread of its own.
struct TileReader: Sendable {
  private let pyramid: any PyramidRows
  private let grid: TileGrid
  private let padding: Imaging.Padding
  private let offset: Float
  private let factor: Float
  private let batchSize: Int

  init(
    _ pyramid: any PyramidRows, _ grid: TileGrid, _ model: ModelDescription, batchSize: Int
  ) {
    self.pyramid = pyramid
    self.grid = grid
    self.padding = model.padding
    self.offset = Float(model.inputScale.offset)
    self.factor = Float(model.inputScale.factor)
    self.batchSize = batchSize
  }

  /// Begins to prepare batches.
  ///
  /// - Parameters:
  ///   - numbers: of the batches
  ///   - room: batches that may wait
  func start(_ numbers: Range<Int>, room: Int) -> BoundedQueue<TileBatch> {
    let queue = BoundedQueue<TileBatch>(room: room)
    let thread = Thread {
      do throws(ImagingError) {
        try read(numbers, into: queue)
        queue.finish()
      } catch {
        queue.finish(error)
      }
    }
    thread.name = "usplit.tiles"
    thread.start()
    return queue
  }

  private func read(
    _ numbers: Range<Int>, into queue: BoundedQueue<TileBatch>
  ) throws(ImagingError) {
    var rows = PatchRows(of: pyramid, patch: grid.patch, padding: padding)
    let images = pyramid.sizes.count
    let window = images * grid.patch * grid.patch
    for number in numbers {
      let tiles = grid.tiles(ofBatch: number, size: batchSize)
      var batch = Batch(count: tiles.count, images: images, channels: 0, patch: grid.patch)
      for (index, tile) in tiles.enumerated() {
        try rows.move(to: tile.row)
        batch.inputs.withUnsafeMutableBufferPointer { buffer in
          guard let base = buffer.baseAddress else { return }
          rows.copyWindows(
            column: tile.column, offset: offset, factor: factor, into: base + index * window)
        }
      }
      guard queue.push(TileBatch(number: number, tiles: tiles, input: batch)) else { return }
    }
  }
}
