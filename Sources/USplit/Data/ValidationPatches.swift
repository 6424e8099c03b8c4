import Imaging

/// The fixed patches that validate: side by side from the top left of every validation region.
package struct ValidationPatches: Sendable {
  private struct Origin: Sendable {
    let frame: Int
    let row: Int
    let column: Int
  }
  private let data: PreparedData
  private let patch: Int
  private let batch: Int
  private let origins: [Origin]

  /// - Parameter limit: at most so many, evenly chosen; 0 for all
  package init(_ data: PreparedData, patch: Int, batch: Int, limit: Int) {
    var all: [Origin] = []
    for region in data.split.validation {
      let grid = PatchGrid(
        frames: 1, height: region.height, width: region.width, patch: patch, step: patch)
      for origin in grid {
        all.append(
          Origin(
            frame: region.frame, row: region.row + origin.row, column: region.column + origin.column
          ))
      }
      if grid.isEmpty {  // the frame is smaller than a patch
        all.append(
          Origin(
            frame: region.frame, row: region.row - (patch - region.height) / 2,
            column: region.column - (patch - region.width) / 2))
      }
    }
    if limit > 0, all.count > limit {
      let count = all.count
      all = (0..<limit).map { all[$0 * count / limit] }
    }
    self.data = data
    self.patch = patch
    self.batch = batch
    self.origins = all
  }

  package var isEmpty: Bool { origins.isEmpty }

  /// One batch after the other; the last may be smaller.
  package var batches: some Sequence<Batch> {
    stride(from: 0, to: origins.count, by: batch).lazy.map { first in
      let part = origins[first..<min(first + batch, origins.count)]
      var result = data.emptyBatch(part.count, patch: patch)
      for (place, origin) in part.enumerated() {
        data.copyPatch(
          frame: origin.frame, row: origin.row, column: origin.column, to: place, of: &result)
      }
      return result
    }
  }
}
