import Experiment
import Imaging

/// How much memory pixels may take while an image is split, whatever its size.
///
/// Half is for decoded parts of the image's file, half for the rows and the batches of tiles that are
/// worked on. What the network needs comes on top (`NetworkCost`).
public struct PixelMemory: Sendable, Equatable {
  /// What is taken when nothing is said: 1 GiB.
  public static let standard = PixelMemory(bytes: 1 << 30)

  /// All of it, in bytes.
  public let bytes: Int

  /// So many bytes.
  public init(bytes: Int) {
    precondition(bytes > 0, "a memory of \(bytes) bytes")
    self.bytes = bytes
  }

  /// For decoded parts of the image's file.
  public var cacheBytes: Int { bytes / 2 }

  /// For the rows that are worked on at once when an image is made smaller.
  public var bandBytes: Int { min(bytes / 8, 64 << 20) }

  /// Bytes of the rows and the batches that splitting an image needs.
  ///
  /// - Parameters:
  ///   - image: the image
  ///   - options: how it is split
  ///   - network: what splits it
  /// - Throws: `ImagingError` when that is more than half of the memory.
  public func buffers(
    for image: ImageDescription, _ options: SplitOptions, _ network: NetworkConfiguration
  ) throws(ImagingError) -> Int {
    let patch = try options.padding.sides(for: network).patch
    let tiles = try options.tilesAtOnce(for: network)
    let rows = PatchRows.byteCount(
      width: image.width, patch: patch, contexts: network.contexts)
    // Batches that wait, one that is made, and one that is computed.
    let batches = Int128(Splitter.batchesAhead + 2)
    let planes = Int128(1 + network.contexts + options.outputs(of: network))
    let pixels = Int128(tiles) * Int128(patch) * Int128(patch)
    let batchBytes = batches * planes * pixels * 4
    // Rows are read into a place of their own before they join the others.
    let needed = rows.map { 2 * Int128($0) + batchBytes }
    guard let needed, needed <= Int128(bytes / 2) else {
      let least = needed.flatMap { Int(exactly: 2 * $0) }
      throw ImagingError(
        .unsupported,
        "rows of \(image.width) pixels and \(tiles) patches of \(patch) × \(patch) pixels at once "
          + "need " + (least.map { "\(Self.text($0)) of memory" } ?? "too much memory")
          + ", \(Self.text(bytes)) are allowed; allow more with --memory"
          + (tiles > 1 ? " or take a smaller --batch" : ""))
    }
    return Int(needed)
  }

  private static func text(_ bytes: Int) -> String {
    bytes < 10 << 20 ? "\((bytes + 1023) >> 10) KiB" : "\((bytes + (1 << 20) - 1) >> 20) MiB"
  }
}
