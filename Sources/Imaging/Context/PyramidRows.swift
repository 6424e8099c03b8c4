/// An image and its down-scaled copies, given row by row.
public protocol PyramidRows: Sendable {
  /// The sizes of all scales, the image's own first.
  var sizes: [ImageDescription.Level] { get }

  /// The pixels of some rows of a scale, row by row.
  ///
  /// - Throws: `ImagingError` where the image cannot be read.
  func rows(_ rows: Range<Int>, scale: Int) throws(ImagingError) -> [Float]
}

extension ContextPyramid: PyramidRows {
  /// The sizes of all scales.
  public var sizes: [ImageDescription.Level] {
    scales.map { ImageDescription.Level(height: $0.height, width: $0.width) }
  }

  /// Copies some rows of a scale.
  public func rows(_ rows: Range<Int>, scale: Int) -> [Float] {
    let plane = scales[scale]
    return Array(plane.values[rows.lowerBound * plane.width..<rows.upperBound * plane.width])
  }
}

/// The rows of all scales of an image that the patches beside each other need, and no more.
///
/// Windows are those of `ContextPyramid.copyWindows`, bit for bit.
public struct PatchRows {
  private let pyramid: any PyramidRows
  private let patch: Int
  private let padding: Padding
  private var bands: [PlaneRows]
  private var row: Int?

  /// No rows yet.
  ///
  /// - Parameters:
  ///   - pyramid: the image
  ///   - patch: side P of a patch, in pixels
  ///   - padding: what stands beyond the borders of every scale
  public init(of pyramid: any PyramidRows, patch: Int, padding: Padding) {
    precondition(patch > 0, "the patch is \(patch) pixels, expected at least 1")
    self.pyramid = pyramid
    self.patch = patch
    self.padding = padding
    self.bands = pyramid.sizes.map { PlaneRows(height: $0.height, width: $0.width) }
  }

  /// Bytes of the rows of an image of the given width with K = `contexts` zoomed-out copies, for
  /// patches of the given side; nil when they cannot be counted in 64 bits.
  public static func byteCount(width: Int, patch: Int, contexts: Int) -> Int? {
    var total = 0
    for scale in 0...contexts {
      let columns = max(1, width >> scale)
      let (bytes, isTooLarge) = columns.multipliedReportingOverflow(
        by: patch * MemoryLayout<Float>.size)
      let (sum, overflow) = total.addingReportingOverflow(bytes)
      if isTooLarge || overflow { return nil }
      total = sum
    }
    return total
  }

  /// Moves to the patches whose first row is `row`; rows that stay are not read again.
  ///
  /// - Throws: `ImagingError` where the image cannot be read.
  public mutating func move(to row: Int) throws(ImagingError) {
    guard row != self.row else { return }
    self.row = nil
    let pyramid = pyramid
    for scale in bands.indices {
      let start = ContextPyramid.windowStart(row, patch: patch, scale: scale)
      let needed = Window.rows(
        from: start, side: patch, height: bands[scale].height, padding: padding)
      try bands[scale].move(to: needed) { missing throws(ImagingError) in
        try pyramid.rows(missing, scale: scale)
      }
    }
    self.row = row
  }

  /// Writes the windows `[K + 1, P, P]` of the patch in these rows whose first column is `column`.
  ///
  /// - Parameters:
  ///   - column: first column of the patch in the full-size image; may lie outside of it
  ///   - offset: subtracted from every pixel, padding included
  ///   - factor: multiplied with the difference
  ///   - target: room for `(K + 1) * patch * patch` floats
  public func copyWindows(
    column: Int, offset: Float = 0, factor: Float = 1, into target: UnsafeMutablePointer<Float>
  ) {
    guard let row else { preconditionFailure("windows were asked for before the rows") }
    for (scale, band) in bands.enumerated() {
      let window = Window(
        row: ContextPyramid.windowStart(row, patch: patch, scale: scale),
        column: ContextPyramid.windowStart(column, patch: patch, scale: scale), side: patch,
        offset: offset, factor: factor)
      window.copy(from: band, padding: padding, into: target + scale * patch * patch)
    }
  }
}
