import Experiment
import Imaging

/// How an image is split.
public struct SplitOptions: Sendable {
  /// How tiles overlap.
  public var padding: TilePadding
  /// Whether latent variables are drawn from the posterior; else its mean is taken.
  public var samplesPosterior = false
  /// Predictions that are averaged when latent variables are drawn.
  public var samples = 1
  /// Ways in which a patch lies that are predicted and averaged: 1 (as it is), 2 (also upside down),
  /// 4 (also mirrored), 8 (also turned by quarters).
  public var turns = 1
  /// Whether the standard deviations of the predictions are predicted too.
  public var withDeviation = false
  /// Whether each of the predictions that are averaged is kept too; only where latent variables are
  /// drawn, of patches as they are.
  public var keepsSamples = false
  /// Seed of the draws.
  public var seed: UInt64 = 0
  /// Patches of the trained size that are computed at once; as many fewer of enlarged ones as
  /// have the same number of pixels, but at least one.
  public var batch = 8
  /// The number format of the network's features.
  public var precision = Precision.float32
  /// What becomes of the pixels beyond the last whole tile.
  public var coverage = TileGrid.Coverage.everyPixel

  /// Tiles that overlap in the given way, everything else by default.
  public init(_ padding: TilePadding) { self.padding = padding }

  /// Keeps the middle of `inner` pixels of each patch, everything else by default; the patch size
  /// is no padding.
  public init(inner: Int) { self.init(.inner(keeping: inner)) }

  /// What the command does when no option is given: inner padding of ``standardMargin(patch:)``.
  public init(for network: NetworkConfiguration) {
    self.init(inner: network.patch - 2 * Self.standardMargin(patch: network.patch))
  }

  /// The padding at each side of a patch when none is asked for: 16 pixels, or a quarter of the
  /// patch if that is less.
  public static func standardMargin(patch: Int) -> Int { min(16, patch / 4) }

  /// Patches that are computed at once, of the size that the padding makes.
  ///
  /// - Throws: as `TilePadding.sides(for:)`.
  package func tilesAtOnce(for network: NetworkConfiguration) throws(ImagingError) -> Int {
    let patch = try padding.sides(for: network).patch
    let pixels = Int128(batch) * Int128(network.patch) * Int128(network.patch)
    return max(1, Int(clamping: pixels / (Int128(patch) * Int128(patch))))
  }

  /// Patches of the trained size with as many pixels as are computed at once, rounded up: what
  /// memory grows with.
  ///
  /// - Throws: as `TilePadding.sides(for:)`.
  package func trainedPatchesAtOnce(for network: NetworkConfiguration) throws(ImagingError) -> Int {
    let patch = try padding.sides(for: network).patch
    let pixels = Int128(try tilesAtOnce(for: network)) * Int128(patch) * Int128(patch)
    let trained = Int128(network.patch) * Int128(network.patch)
    return Int(clamping: (pixels + trained - 1) / trained)
  }
}
