/// An image at full size and down-scaled by 2, 4, 8, …, from which context windows are cut.
///
/// Context image k of a patch is the P x P window of scale k around the same place (section 3.1 of
/// the μSplit paper). Down-scaling is linear but for a clip that only removes rounding, so scaling
/// the mixed input equals mixing the scaled channels.
public struct ContextPyramid: Sendable {
  /// The image and its down-scaled copies, K + 1 in all.
  ///
  /// Scale k has half the size of scale k - 1; a side that has come down to one pixel stays at one.
  public let scales: [Plane]

  /// The pyramid of an image for K = `contexts` context images, that is K + 1 scales.
  public init(_ plane: Plane, contexts: Int) {
    precondition(contexts >= 0, "the number of contexts is \(contexts), expected 0 or more")
    precondition(
      plane.height > 0 && plane.width > 0,
      "a pyramid needs at least one pixel, got \(plane.height) × \(plane.width)")
    var scales = [plane]
    scales.reserveCapacity(contexts + 1)
    var last = plane
    for _ in 0..<contexts {
      last = last.halvedWherePossible()
      scales.append(last)
    }
    self.scales = scales
  }

  /// Floats that `copyWindows` writes for patches of `patch` pixels: `(K + 1) * patch * patch`.
  public func windowCount(patch: Int) -> Int { scales.count * patch * patch }

  /// The first index of the window at scale k, along one axis, for a patch that starts at `start`.
  ///
  /// The centre `start + patch / 2` is halved k times, rounding down; the window begins `patch / 2`
  /// before it.
  public static func windowStart(_ start: Int, patch: Int, scale: Int) -> Int {
    ((start + patch / 2) >> scale) - patch / 2
  }

  /// Writes the windows `[K + 1, P, P]` of the patch whose first pixel is (`row`, `column`).
  ///
  /// - Parameters:
  ///   - row: first row of the patch in the full-size image; may lie outside of it.
  ///   - column: first column of the patch in the full-size image; may lie outside of it.
  ///   - patch: P, in pixels.
  ///   - padding: what stands beyond the borders of every scale.
  ///   - offset: subtracted from every pixel, padding included.
  ///   - factor: multiplied with the difference.
  ///   - target: room for `windowCount(patch:)` floats.
  public func copyWindows(
    row: Int, column: Int, patch: Int, padding: Padding, offset: Float = 0, factor: Float = 1,
    into target: UnsafeMutablePointer<Float>
  ) {
    precondition(patch > 0, "the patch is \(patch) pixels, expected at least 1")
    for (scale, plane) in scales.enumerated() {
      let window = Window(
        row: Self.windowStart(row, patch: patch, scale: scale),
        column: Self.windowStart(column, patch: patch, scale: scale),
        side: patch, offset: offset, factor: factor)
      window.copy(from: plane, padding: padding, into: target + scale * patch * patch)
    }
  }

  /// The windows `[K + 1, P, P]` of the patch whose first pixel is (`row`, `column`), as an array.
  public func windows(
    row: Int, column: Int, patch: Int, padding: Padding, offset: Float = 0, factor: Float = 1
  ) -> [Float] {
    let total = windowCount(patch: patch)
    return [Float](unsafeUninitializedCapacity: total) { buffer, count in
      guard let target = buffer.baseAddress else { return }
      copyWindows(
        row: row, column: column, patch: patch, padding: padding, offset: offset, factor: factor,
        into: target)
      count = total
    }
  }
}

extension Plane {
  /// Writes the square window `[P, P]` that starts at (`row`, `column`), which may lie outside.
  ///
  /// Every value written is `(pixel - offset) * factor`, that of the padding too.
  public func copyWindow(
    row: Int, column: Int, patch: Int, padding: Padding, offset: Float = 0, factor: Float = 1,
    into target: UnsafeMutablePointer<Float>
  ) {
    precondition(patch > 0, "the patch is \(patch) pixels, expected at least 1")
    precondition(
      height > 0 && width > 0,
      "a window needs an image of at least one pixel, got \(height) × \(width)")
    Window(row: row, column: column, side: patch, offset: offset, factor: factor)
      .copy(from: self, padding: padding, into: target)
  }
}
