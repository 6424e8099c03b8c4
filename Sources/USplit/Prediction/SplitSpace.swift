import Imaging

/// Room on the disk that a split takes, in bytes.
public struct SplitSpace: Sendable, Equatable {
  /// While it is made: the pixels so far, and reduced copies.
  public let scratch: Int
  /// The result with its reduced levels, its pixels not packed.
  public let result: Int

  /// The room for a split; nil where its bytes cannot be counted in 64 bits.
  ///
  /// - Parameters:
  ///   - result: what is known of the result
  ///   - contexts: number K of zoomed-out scales of the model
  ///   - hasLevels: whether the form of the result has reduced levels
  public init?(of result: ImageDescription, contexts: Int, hasLevels: Bool) {
    func pixels(_ levels: some Sequence<ImageDescription.Level>) -> Int128 {
      levels.reduce(0) { $0 + Int128($1.height) * Int128($1.width) }
    }
    guard result.byteCount != nil else { return nil }
    let planes = Int128(result.planes)
    let element = Int128(result.type.byteCount)
    let isReduced = hasLevels && PyramidImage.isUseful(for: result)
    let levels = isReduced ? PyramidImage.levels(of: result) : Array(result.levels.prefix(1))
    // Each zoomed-out copy has a quarter of the pixels of the one before it; those of one frame are
    // gone before the levels are made.
    var copies: Int128 = 0
    for scale in 0..<contexts {
      let (height, width) = (result.height >> (scale + 1), result.width >> (scale + 1))
      copies += Int128(max(1, height)) * Int128(max(1, width))
    }
    let reduced = max(planes * pixels(levels.dropFirst()), copies) * 4
    let scratch = planes * pixels(levels.prefix(1)) * element + reduced
    guard let scratch = Int(exactly: scratch),
      let bytes = Int(exactly: planes * pixels(levels) * element)
    else { return nil }
    self.scratch = scratch
    self.result = bytes
  }
}
