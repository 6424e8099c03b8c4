import Torch

/// Lets every pixel know what lies on all four sides of it (Leng et al., 2018, "Context-aware U-Net
/// for biomedical image segmentation").
///
/// Four recurrent sweeps over the image, from each side to the opposite one; each adds to a pixel what
/// the neighbour before it has gathered, weighted by a learned number for the neighbour's place. So
/// it works on images of one size alone.
package struct ContextTransfer {
  /// Sweeps in the order in which their results are joined: the place of their weights, the
  /// dimension that they run along, and whether from its end.
  private static let sweeps: [(weight: Int, dimension: Int, isReversed: Bool)] = [
    (2, 3, false), (3, 3, true), (0, 2, false), (1, 2, true),
  ]
  private let weights: Tensor
  private let last: Conv2d
  private let layout: Layout

  /// - Parameters:
  ///   - scope: makes `ct_weights`, `[4, H, W]`, which begin as a half each, and `final_layer.0`
  ///   - channels: of what comes in and goes out
  ///   - size: H = W of the images
  package init(_ scope: Scope, channels: Int, size: Int) {
    self.weights = scope.parameter("ct_weights", [4, size, size], .constant(0))
    self.last = Conv2d(scope["final_layer"][0], 4 * channels, channels, kernel: 1)
    self.layout = scope.layout
  }

  /// - Parameter x: `[B, C, H, W]`
  /// - Returns: `[B, C, H, W]`
  package func callAsFunction(_ x: Tensor) -> Tensor {
    let shares = weights.sigmoid()  // [4, H, W]
    let swept = Self.sweeps.map { sweep in
      Self.swept(
        x, shares.sliced(0, sweep.weight..<sweep.weight + 1), along: sweep.dimension,
        isReversed: sweep.isReversed)
    }
    return last(.concatenated(swept).arranged(layout)).rectified()
  }

  /// - Parameters:
  ///   - x: `[B, C, H, W]`
  ///   - shares: `[1, H, W]`
  private static func swept(
    _ x: Tensor, _ shares: Tensor, along dimension: Int, isReversed: Bool
  ) -> Tensor {
    let lines = x.unstacked(along: dimension)  // [B, C, W] or [B, C, H] each
    let places = isReversed ? Array(lines.indices.reversed()) : Array(lines.indices)
    let factors = shares.unstacked(along: dimension - 1)  // [1, W] or [1, H] each
    var gathered = lines
    for (before, place) in zip(places, places.dropFirst()) {
      gathered[place] = (gathered[before] * factors[before] + lines[place]).rectified()
    }
    return .stacked(gathered, along: dimension)
  }
}
