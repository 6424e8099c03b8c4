import Imaging

/// The fixed patches that validate: in a grid from the top left of every validation region.
package struct ValidationPatches: Sendable {
  private let data: PreparedData
  private let patch: Int
  private let origins: [PatchOrigin]

  /// - Parameters:
  ///   - patch: their side in pixels
  ///   - step: pixels from one to the next; side by side unless given
  ///   - limit: at most so many, evenly chosen; 0 for all
  package init(_ data: PreparedData, patch: Int, step: Int? = nil, limit: Int) {
    var all: [PatchOrigin] = []
    for region in data.split.validation {
      let grid = PatchGrid(
        frames: 1, height: region.height, width: region.width, patch: patch,
        step: step ?? patch)
      for origin in grid {
        all.append(
          PatchOrigin(
            frame: region.frame, row: region.row + origin.row, column: region.column + origin.column
          ))
      }
      if grid.isEmpty {  // the frame is smaller than a patch
        all.append(
          PatchOrigin(
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
    self.origins = all
  }

  package var isEmpty: Bool { origins.isEmpty }
  /// The frame of each patch.
  package var frames: [Int] { origins.map(\.frame) }

  /// Makes one batch of a size after the other; the last may be smaller.
  ///
  /// - Throws: `ImagingError` where images that are not in memory cannot be read; what `body` throws.
  package func forEachBatch(of batch: Int, _ body: (Batch) throws -> Void) throws {
    for first in stride(from: 0, to: origins.count, by: batch) {
      let part = origins[first..<min(first + batch, origins.count)]
      var result = data.emptyBatch(part.count, patch: patch)
      for (place, origin) in part.enumerated() {
        try data.copyPatch(origin, data.scale, to: place, of: &result)
      }
      try body(result)
    }
  }
}
