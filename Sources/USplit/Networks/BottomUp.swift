import Experiment
import Torch

/// The first layers that one image of the pyramid passes (the paper's input branch).
struct InputBranch {
  private let convolution: Conv2d
  private let activation: Activation
  private let block: ResamplingBlock
  private let layout: Layout

  /// - Parameters:
  ///   - scope: makes `0` and `2`
  ///   - kernel: side of the first window: 3 for the patch itself, 5 for a context image
  init(_ scope: Scope, _ style: BlockStyle, kernel: Int) {
    self.convolution = Conv2d(scope[0], 1, style.filters, kernel: kernel)
    self.activation = style.activation
    self.block = ResamplingBlock(scope[2], style.with(gated: false))
    self.layout = scope.layout
  }

  /// - Parameter image: `[B, 1, H, W]`
  /// - Returns: `[B, C, H, W]`
  func callAsFunction(_ image: Tensor, mode: Mode) -> Tensor {
    let y =
      activation == .elu ? convolution.elu(of: image) : activation(convolution(image))
    // One channel lies the same in both layouts, so LibTorch cannot know which one is meant.
    return block(y.arranged(layout), mode: mode)
  }
}

/// One step down in size on the way up the ladder, joined with a context image where there is one
/// (lateral contextualization: the paper, section 3).
struct BottomUpLevel {
  private let down: BlockChain
  private let rest: BlockChain
  private let merge: ContextMerge?
  private let contextRest: BlockChain?
  private let level: Level
  private let cropsSkip: Bool

  /// - Parameter scope: makes `net_downsized`, `net`, `lowres_net` and `lowres_merge`
  init(_ scope: Scope, _ style: BlockStyle, _ level: Level, _ network: NetworkConfiguration) {
    let more = network.blocksPerLevel - 1
    self.level = level
    self.down = BlockChain(scope["net_downsized"], style, count: 1, first: .down)
    self.rest = BlockChain(scope["net"], style, count: more)
    guard network.contexts > 0 else {
      self.contextRest = nil
      self.merge = nil
      self.cropsSkip = false
      return
    }
    if network.separateContextBranch {
      self.contextRest = BlockChain(scope["lowres_net"], style, count: more)
    } else {
      self.contextRest = rest
      scope.alias("lowres_net", of: "net")
    }
    // Levels above the last context image have these weights too, and never use them; they are
    // kept so that the checkpoints of the PyTorch world fit.
    self.merge = ContextMerge(scope["lowres_merge"], style)
    self.cropsSkip = network.context == .lean
  }

  /// - Parameters:
  ///   - x: `[B, C, h, w]`
  ///   - context: features of the context image of this level, `[B, C, H, W]`; nil above the last
  /// - Returns: what goes up: `[B, C, H, W]` with a context image, else `[B, C, h / 2, w / 2]`
  func callAsFunction(_ x: Tensor, context: Tensor?, mode: Mode) -> Tensor {
    let y = rest(down(x, mode: mode), mode: mode)  // [B, C, h / 2, w / 2]
    guard level.takesContext, let context, let merge, let contextRest else { return y }
    return merge(y, contextRest(context, mode: mode), mode: mode)  // [B, C, H, W]
  }

  /// What goes across to the top-down level.
  ///
  /// - Parameters:
  ///   - up: what goes up
  ///   - skipSize: extents of what goes across when the variant is lean
  func handedOver(_ up: Tensor, skipSize: Size) -> Tensor {
    cropsSkip ? up.centerCropped(to: skipSize, rounding: .toNearestOrEven) : up
  }
}
