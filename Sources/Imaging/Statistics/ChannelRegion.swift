/// One channel of a region of a frame, in memory or wherever a series of frames is read from.
///
/// Statistics go through the pixels piece by piece, as often as they need to. How large the pieces
/// are changes no digit of the result, so both have one implementation.
package enum ChannelRegion: Sendable {
  /// In memory.
  case plane(Plane)
  /// Read when it is needed, less a background where there is one.
  case stored(FrameSeries, FrameRegion, Background? = nil)

  /// The most pixels of a piece that is read at once.
  package static let pieceCount = 1 << 22
  /// The most pixels that are kept to go through them several times.
  package static let keptCount = 1 << 24

  /// Number of pixels.
  package var count: Int {
    switch self {
    case .plane(let plane): plane.values.count
    case .stored(_, let region, _): region.height * region.width
    }
  }

  /// Whether all pixels are whole numbers from -32768 to 65535.
  package var isSixteenBit: Bool {
    guard case .stored(let series, _, nil) = self else { return false }
    return series.isSixteenBit
  }

  /// Goes through all pixels, row by row.
  ///
  /// - Parameters:
  ///   - pieceCount: about how many pixels are read at once
  ///   - body: given one piece after the other
  /// - Throws: `ImagingError` where a file is broken or holds values that are not finite.
  package func pass(
    pieceCount: Int = Self.pieceCount, _ body: (UnsafeBufferPointer<Float>) -> Void
  ) throws(ImagingError) {
    switch self {
    case .plane(let plane):
      plane.values.withUnsafeBufferPointer(body)
    case .stored(let series, let region, let background):
      let rows = max(1, pieceCount / max(1, region.width))
      var values: [Float] = []
      for first in stride(from: 0, to: region.height, by: rows) {
        var piece = region
        piece.row += first
        piece.height = min(rows, region.height - first)
        let count = piece.height * piece.width
        if values.count != count { values = [Float](repeating: 0, count: count) }
        try series.read(piece, into: &values)
        if let background {
          values.withUnsafeMutableBufferPointer { background.remove(from: $0) }
        }
        values.withUnsafeBufferPointer(body)
      }
    }
  }

  /// The same pixels, in memory when they are few, to go through them several times.
  ///
  /// - Throws: as `pass`.
  func kept() throws(ImagingError) -> ChannelRegion {
    guard case .stored(let series, let region, let background) = self,
      region.height * region.width <= Self.keptCount
    else { return self }
    var plane = try series.plane(region)
    if let background {
      plane.values.withUnsafeMutableBufferPointer { background.remove(from: $0) }
    }
    return .plane(plane)
  }

  /// The same pixels less a background; there must be none yet.
  func without(_ background: Background) -> ChannelRegion {
    switch self {
    case .plane(var plane):
      plane.values.withUnsafeMutableBufferPointer { background.remove(from: $0) }
      return .plane(plane)
    case .stored(let series, let region, let known):
      precondition(known == nil, "a background is subtracted twice")
      return .stored(series, region, background)
    }
  }
}

extension Moments {
  /// The moments of a region, each pixel first replaced by `limit` where it is larger.
  ///
  /// - Throws: `ImagingError` where a file is broken or holds values that are not finite.
  package init(_ region: ChannelRegion, limit: Float = .infinity) throws(ImagingError) {
    let region = try region.kept()
    try self.init(limit: limit) { body throws(ImagingError) in try region.pass(body) }
  }
}

/// The `q` quantile over the pixels of all regions together, as of planes in memory.
///
/// - Throws: `ImagingError` where a file is broken or holds values that are not finite.
package func quantile(_ regions: [ChannelRegion], _ q: Double) throws(ImagingError) -> Double {
  try quantile(
    count: regions.reduce(0) { $0 + $1.count }, q,
    isSixteenBit: regions.allSatisfy(\.isSixteenBit)
  ) { body throws(ImagingError) in
    for region in regions { try region.pass(body) }
  }
}
