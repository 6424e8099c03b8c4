import Experiment
import Imaging

/// How the tiles of a prediction overlap, so that what is kept of each has its surroundings.
///
/// The paper, section 3.3 and S.2: inner padding shows a network what it was trained on, outer
/// padding shows it larger patches, of which it has seen none.
public enum TilePadding: Equatable, Sendable {
  /// Patches of the trained size side by side, kept as a whole.
  case none
  /// Patches of the trained size, of each of which the middle of so many pixels a side is kept.
  case inner(keeping: Int)
  /// Patches enlarged by so many pixels at each side, of which the trained size is kept.
  case outer(Int)

  /// The sides of the patches and of what is kept of them, in pixels.
  public struct Sides: Equatable, Sendable {
    /// Side of the patches that the network is given.
    public let patch: Int
    /// Side of the part of each that is kept.
    public let kept: Int
  }

  /// The largest side of a patch, in pixels: that of a training.
  private static let mostPixels = 16384

  /// The sides of tiles for a network.
  ///
  /// - Throws: `ImagingError` for a padding that leaves nothing, and for patches that the network
  ///   cannot take.
  public func sides(for network: NetworkConfiguration) throws(ImagingError) -> Sides {
    let trained = network.patch
    switch self {
    case .none: return Sides(patch: trained, kept: trained)
    case .inner(let kept):
      guard (1...trained).contains(kept), (trained - kept) % 2 == 0 else {
        throw ImagingError(
          .mismatch,
          "\(kept) pixels cannot be kept of the middle of patches of \(trained); 1 to \(trained) "
            + "are possible that leave an even number")
      }
      return Sides(patch: trained, kept: kept)
    case .outer(let margin):
      guard margin >= 0, margin <= (Self.mostPixels - trained) / 2 else {
        throw ImagingError(
          .mismatch,
          "patches of \(trained) pixels cannot be enlarged by \(margin) at each side; 0 to "
            + "\((Self.mostPixels - trained) / 2) are possible")
      }
      let patch = trained + 2 * margin
      if margin > 0 { try network.checkTakes(patch: patch) }
      return Sides(patch: patch, kept: trained)
    }
  }

  /// Pixels at each side of a patch that are computed and thrown away.
  ///
  /// - Throws: as ``sides(for:)``.
  public func margin(for network: NetworkConfiguration) throws(ImagingError) -> Int {
    let sides = try sides(for: network)
    return (sides.patch - sides.kept) / 2
  }
}

extension NetworkConfiguration {
  /// The step of the margins by which a patch can be enlarged, in pixels.
  ///
  /// Variants whose levels keep the patch's size need a size that these can halve; the others pad
  /// a patch to such a size themselves.
  ///
  /// - Throws: `ConfigurationError` when the network has no legal plan.
  package func marginStep() throws(ConfigurationError) -> Int {
    guard backbone.isLadder else { return 1 }
    let plan = try LadderPlan(self)
    return plan.keepsDecoder ? max(plan.divisor / 2, 1) : 1
  }

  /// Refuses patches of another size than the trained one that the network cannot take.
  ///
  /// - Throws: `ImagingError` with the sizes that are possible.
  fileprivate func checkTakes(patch other: Int) throws(ImagingError) {
    guard !takesOnlyItsPatch else {
      throw ImagingError(
        .mismatch,
        "the network's weights belong to patches of \(patch) pixels, it cannot take enlarged "
          + "ones of \(other); use --tiles inner or none")
    }
    let step: Int
    do {
      step = try marginStep()
    } catch {
      throw ImagingError(.mismatch, error.description)
    }
    let margin = (other - patch) / 2
    guard margin % step == 0 else {
      throw ImagingError(
        .mismatch,
        "patches enlarged by \(margin) pixels at each side have \(other), which the levels of the "
          + "network cannot halve; take a multiple of \(step), such as "
          + "\((margin + step - 1) / step * step)")
    }
  }
}
