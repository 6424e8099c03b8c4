import Experiment
import Torch

/// Joins two feature maps of one size: a 1 × 1 convolution of both, then a residual block.
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

  /// - Parameters: two maps `[B, C, H, W]`
  /// - Returns: `[B, C, H, W]`
  func callAsFunction(_ first: Tensor, _ second: Tensor, mode: Mode) -> Tensor {
    let joined = convolution(.concatenated([first, second]))
    return block.map { $0(joined, mode: mode) } ?? joined
  }
}
