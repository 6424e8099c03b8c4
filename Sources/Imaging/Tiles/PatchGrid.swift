/// The regular patches of frames that begin at the top-left corner and lie inside the image.
///
/// Patches are `step` pixels apart; what is left at the right and at the bottom is ignored. The
/// order is the authors': patch i belongs to frame `i % N` and place `i / N`, places row by row.
public struct PatchGrid: Sendable, Equatable, RandomAccessCollection {
  /// The place of one patch.
  public struct Origin: Sendable, Equatable {
    /// Index of the frame.
    public let frame: Int
    /// First row of the patch.
    public let row: Int
    /// First column of the patch.
    public let column: Int
  }

  /// Number of frames N.
  public let frames: Int
  /// Patches below each other.
  public let rows: Int
  /// Patches beside each other.
  public let columns: Int
  /// Side of a patch, in pixels.
  public let patch: Int
  /// Distance between neighbours, in pixels.
  public let step: Int

  /// The grid of `frames` frames of `height` × `width` pixels; empty where no patch fits.
  public init(frames: Int, height: Int, width: Int, patch: Int, step: Int) {
    precondition(frames >= 0, "a grid over \(frames) frames")
    precondition(
      patch > 0 && step > 0, "a grid needs a patch and a step of 1 or more, got \(patch), \(step)")
    self.frames = frames
    self.patch = patch
    self.step = step
    rows = height < patch ? 0 : (height - patch) / step + 1
    columns = width < patch ? 0 : (width - patch) / step + 1
  }

  /// Index of the first patch.
  public var startIndex: Int { 0 }
  /// Number of patches.
  public var endIndex: Int { frames * rows * columns }

  /// The place of patch `index`.
  public subscript(index: Int) -> Origin {
    precondition(indices.contains(index), "patch \(index) of a grid of \(count)")
    let place = index / frames
    return Origin(
      frame: index % frames, row: place / columns * step, column: place % columns * step)
  }
}
