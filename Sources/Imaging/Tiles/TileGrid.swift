/// Tiles for prediction.
///
/// The image is divided into cells of `inner` pixels. A tile is the patch whose middle is a cell; of
/// its prediction only the middle is kept, the `(patch - inner) / 2` pixels around it are thrown
/// away (section 3.3 of the μSplit paper): with inner padding the patch is as large as in the
/// training, with outer padding the cell is. Tile i belongs to frame `i % N` and cell `i / N`, cells
/// row by row.
public struct TileGrid: Sendable, Equatable, RandomAccessCollection {
  /// What becomes of the pixels beyond the last whole cell.
  public enum Coverage: String, Codable, Sendable, CaseIterable {
    /// The last cells are cut at the border and their patches moved inwards, so that every pixel is
    /// predicted once.
    case everyPixel
    /// The authors' way: they are not predicted.
    case wholeCells
  }

  /// One patch to predict and where its middle goes.
  public struct Tile: Sendable, Equatable {
    /// Index of the frame.
    public let frame: Int
    /// First row of the patch; may lie outside of the image.
    public let row: Int
    /// First column of the patch; may lie outside of the image.
    public let column: Int
    /// Rows of the image that the prediction fills.
    public let rows: Range<Int>
    /// Columns of the image that the prediction fills.
    public let columns: Range<Int>

    /// Where `rows` begin inside the patch.
    public var firstRow: Int { rows.lowerBound - row }
    /// Where `columns` begin inside the patch.
    public var firstColumn: Int { columns.lowerBound - column }
  }

  /// Number of frames N.
  public let frames: Int
  /// Rows of every frame.
  public let height: Int
  /// Columns of every frame.
  public let width: Int
  /// Side of a patch, in pixels.
  public let patch: Int
  /// Side of the part of a patch that is kept, in pixels.
  public let inner: Int
  /// What becomes of the pixels beyond the last whole cell.
  public let coverage: Coverage
  /// Cells below each other.
  public let rows: Int
  /// Cells beside each other.
  public let columns: Int

  /// The tiles of `frames` frames of `height` × `width` pixels.
  ///
  /// Throws when `inner` is not within `1...patch` or when the rest cannot be halved.
  public init(
    frames: Int = 1, height: Int, width: Int, patch: Int, inner: Int,
    coverage: Coverage = .everyPixel
  ) throws(ImagingError) {
    precondition(
      frames >= 0 && height > 0 && width > 0,
      "tiles of \(frames) frames of \(height) × \(width) pixels")
    guard inner >= 1 && inner <= patch else {
      throw ImagingError(
        .mismatch,
        "the inner part of a tile is \(inner) pixels, expected 1 to \(patch), the patch size")
    }
    guard (patch - inner) % 2 == 0 else {
      throw ImagingError(
        .mismatch,
        "a patch of \(patch) pixels around an inner part of \(inner) leaves \(patch - inner), which "
          + "cannot be halved; use an inner part of \(inner - 1 > 0 ? inner - 1 : inner + 1) pixels"
      )
    }
    self.frames = frames
    self.height = height
    self.width = width
    self.patch = patch
    self.inner = inner
    self.coverage = coverage
    switch coverage {
    case .everyPixel:
      rows = (height - 1) / inner + 1
      columns = (width - 1) / inner + 1
    case .wholeCells:
      rows = height / inner
      columns = width / inner
    }
  }

  /// Pixels thrown away on each side of the inner part.
  public var margin: Int { (patch - inner) / 2 }

  /// Index of the first tile.
  public var startIndex: Int { 0 }
  /// Number of tiles.
  public var endIndex: Int { frames * rows * columns }

  /// Tile `index`.
  public subscript(index: Int) -> Tile {
    precondition(indices.contains(index), "tile \(index) of a grid of \(count)")
    let cell = index / frames
    let vertical = span(cell / columns, length: height)
    let horizontal = span(cell % columns, length: width)
    return Tile(
      frame: index % frames, row: vertical.start, column: horizontal.start, rows: vertical.cell,
      columns: horizontal.cell)
  }

  /// Along one axis: what cell `index` covers and where its patch begins.
  private func span(_ index: Int, length: Int) -> (cell: Range<Int>, start: Int) {
    let first = index * inner
    let cell = first..<Swift.min(first + inner, length)
    // The inner part of the last patch ends at the border where the image is large enough.
    let innerStart = Swift.max(0, Swift.min(first, length - inner))
    return (cell, innerStart - margin)
  }
}

extension TileGrid {
  /// Copies the middle of one predicted patch into the planes of its frame.
  ///
  /// - Parameters:
  ///   - prediction: predictions, of which `[T, P, P]` from `start` on belong to this tile.
  ///   - start: index of the tile's first value, for batches `[B, T, P, P]`.
  ///   - tile: one of this grid.
  ///   - planes: T planes of the grid's size, those of the tile's frame.
  public func stitch(
    _ prediction: [Float], from start: Int = 0, of tile: Tile, into planes: inout [Plane]
  ) {
    let area = patch * patch
    precondition(
      start >= 0 && start + planes.count * area <= prediction.count,
      "a tile of \(planes.count) × \(patch) × \(patch) from value \(start) on needs "
        + "\(start + planes.count * area) values, got \(prediction.count)")
    for channel in planes.indices {
      precondition(
        planes[channel].height == height && planes[channel].width == width,
        "tiles of an image of \(height) × \(width) cannot fill one of "
          + "\(planes[channel].height) × \(planes[channel].width)")
      let first = start + channel * area + tile.firstRow * patch + tile.firstColumn
      for (line, row) in tile.rows.enumerated() {
        let source = first + line * patch
        let target = row * width + tile.columns.lowerBound
        planes[channel].values.withUnsafeMutableBufferPointer { pixels in
          for x in 0..<tile.columns.count { pixels[target + x] = prediction[source + x] }
        }
      }
    }
  }
}
