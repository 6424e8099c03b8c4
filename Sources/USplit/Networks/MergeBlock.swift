import Experiment
import Torch

/// Joins two feature maps: a 1 × 1 convolution of both, then a residual block.
///
/// The paper speaks of the 1 × 1 convolution alone (section 3); the authors' program has the block
/// too (docs/reference-notes.md).
struct MergeBlock {
  private let convolution: Conv2d
  private let block: ResidualBlock?

  /// - Parameter scope: makes `layer.0` and `layer.1`, or `layer` alone when linear
  init(_ scope: Scope, _ style: BlockStyle, kind: Merge) {
    let place = kind == .linear ? scope["layer"] : scope["layer"][0]
    self.convolution = Conv2d(place, 2 * style.filters, style.filters, kernel: 1)
    switch kind {
    case .linear: self.block = nil
    case .residual: self.block = ResidualBlock(scope["layer"][1], style.with(gated: true))
    case .residualUngated: self.block = ResidualBlock(scope["layer"][1], style.with(gated: false))
    }
  }

  /// - Parameters:
  ///   - first: `[B, C, h, w]`, the middle of what the second shows
  ///   - second: `[B, C, H, W]`
  /// - Returns: `[B, C, H, W]`
  func callAsFunction(_ first: Tensor, _ second: Tensor, mode: Mode) -> Tensor {
    let joined = convolution(joining: first, second)
    return block.map { $0(joined, mode: mode) } ?? joined
  }
}

/// Joins a level's features with those of a context image (lateral contextualization: the paper,
/// section 3).
struct ContextMerge {
  private let merge: MergeBlock

  /// - Parameter scope: makes what a residual merge makes; its kernels are 3 × 3
  init(_ scope: Scope, _ style: BlockStyle) {
    var style = style
    style.kernel = 3
    self.merge = MergeBlock(scope, style, kind: .residual)
  }

  /// - Parameters:
  ///   - x: the level's features, `[B, C, h, w]`, the middle of what the context shows
  ///   - context: features of the context image, `[B, C, H, W]`
  /// - Returns: `[B, C, H, W]`
  func callAsFunction(_ x: Tensor, _ context: Tensor, mode: Mode) -> Tensor {
    merge(x, context, mode: mode)
  }
}
