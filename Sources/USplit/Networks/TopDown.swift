import Experiment
import Torch

/// One step up in size on the way down the ladder.
struct TopDownLevel {
  private let level: Level
  private let topPrior: Tensor?
  private let merge: MergeBlock?
  private let latent: LatentBlock
  private let skipMerge: MergeBlock?
  private let blocks: BlockChain
  private let keepsSize: Bool

  /// - Parameter scope: makes `top_prior_params` or `merge`, `stochastic`,
  ///   `skip_connection_merger` and `deterministic_block`
  init(
    _ scope: Scope, _ style: BlockStyle, _ plan: LadderPlan, index: Int,
    _ network: NetworkConfiguration
  ) {
    let level = plan.levels[index]
    let isTop = index == plan.levels.count - 1
    self.level = level
    if isTop {
      let shape = [1, 2 * level.latentChannels, plan.topPriorSize, plan.topPriorSize]
      self.topPrior =
        network.learnedTopPrior
        ? scope.parameter("top_prior_params", shape, .constant(0))
        : scope.buffer("top_prior_params", shape, value: 0)
    } else {
      self.topPrior = nil
    }
    self.blocks = BlockChain(
      scope["deterministic_block"], style, count: network.blocksPerLevel, first: .up)
    self.latent = LatentBlock(
      scope["stochastic"], latent: level.latentChannels, from: level.channels, to: level.channels,
      isTop: isTop, isStochastic: network.backbone == .hvae,
      rawMaximum: network.latentLogVarianceMaximum)
    self.merge = isTop ? nil : MergeBlock(scope["merge"], style, kind: network.merge)
    self.skipMerge =
      isTop || !network.stochasticSkip
      ? nil : MergeBlock(scope["skip_connection_merger"], style, kind: network.merge)
    self.keepsSize = plan.keepsDecoder
  }

  /// The posterior of the top level, which depends on the bottom-up levels alone; nil of other levels
  /// and in an autoencoder.
  ///
  /// - Parameter across: what the bottom-up level hands over, `[B, C, h, w]`
  func topPosterior(_ across: Tensor) -> LatentDistribution? {
    guard topPrior != nil, latent.isStochastic else { return nil }
    return latent.distribution(of: scaled(across))
  }

  private func scaled(_ q: Tensor) -> Tensor {
    level.posteriorScale != 1 ? q * level.posteriorScale : q
  }

  /// - Parameters:
  ///   - above: features of the level above, `[B, C, h, w]`; nil at the top
  ///   - across: what the bottom-up level hands over, `[B, C, h, w]`
  ///   - imageSize: extents of the input patch
  ///   - posterior: of the top level, where it is known already
  /// - Returns: features `[B, C, 2 h, 2 w]` (of the patch's size where the variant keeps it)
  func callAsFunction(
    _ above: Tensor?, across: Tensor, imageSize: Size, pass: Pass,
    posterior: LatentDistribution? = nil
  ) -> (features: Tensor, latent: LatentOutput) {
    guard let prior = above ?? topPrior else {
      preconditionFailure("level \(level.index) is not the top and got nothing from above")
    }
    var q = across
    if let above, let merge { q = merge(across, above, mode: pass.mode) }
    q = scaled(q)

    var (x, latentOutput) = latent(
      q, prior: prior, index: level.index, pass: pass, posterior: posterior)
    if let above, let skipMerge { x = skipMerge(x, above, mode: pass.mode) }
    let half = Size(height: imageSize.height / 2, width: imageSize.width / 2)
    if keepsSize, x.spatialSize.exceeds(half) {
      x = x.centerCropped(to: half, rounding: .toNearestOrEven)
    }
    return (blocks(x, mode: pass.mode), latentOutput)
  }
}
