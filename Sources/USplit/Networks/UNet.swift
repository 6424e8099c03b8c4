import Experiment
import Torch

/// The U-Net (Ronneberger et al., 2015) as the authors' program has it, with and without lateral
/// context, and the context-aware U-Net (Leng et al., 2018).
///
/// What distinguishes them is in the plan (`UNetPlan`), and whether skipped features are swept.
public struct UNet: SplitNetwork {
  /// What it was made of.
  public let configuration: NetworkConfiguration
  /// Its levels.
  public let plan: UNetPlan
  private let first: DoubleConv
  private let down: [DownLevel]
  private let sweeps: [ContextTransfer]
  private let up: [DoubleConv]
  private let last: Conv2d

  /// A network with fresh weights.
  ///
  /// - Parameter scope: makes all weights, under the names of the authors' program
  /// - Throws: `ConfigurationError` when the configuration has no legal plan.
  public init(_ configuration: NetworkConfiguration, _ scope: Scope) throws(ConfigurationError) {
    let plan = try UNetPlan(configuration)
    let levels = plan.levels
    self.configuration = configuration
    self.plan = plan
    self.first = DoubleConv(scope["inc"], from: 1, to: levels[0].channels)
    self.down = zip(levels, levels.dropFirst()).map {
      DownLevel(
        scope, $1, from: $0.channels, hasOwnBranch: configuration.separateContextBranch)
    }
    self.sweeps =
      configuration.backbone == .contextAwareUNet
      ? levels.dropLast().map {
        ContextTransfer(
          scope["ct_modules"][$0.index], channels: $0.channels, size: $0.skipSize)
      } : []
    self.up = zip(levels, levels.dropFirst()).reversed().enumerated().map { step, pair in
      let (level, above) = pair
      return DoubleConv(
        scope["up\(step + 1)"]["conv"], from: level.channels + above.decoderChannels,
        to: level.decoderChannels, middle: (level.channels + above.decoderChannels) / 2)
    }
    self.last = Conv2d(
      scope["outc"]["conv"], levels[0].decoderChannels, configuration.targets, kernel: 1)
  }

  /// Splits a batch of patches.
  ///
  /// - Returns: means of the size of the input, which may be any, but of the trained size alone for
  ///   a context-aware U-Net; there are no variances and no latent variables
  public func callAsFunction(
    _ input: Tensor, _ pass: Pass, detachesVariance: Bool
  ) -> NetworkOutput {
    trace(input, mode: pass.mode, recomputedLevels: pass.recomputedLevels)
  }

  /// Splits a batch of patches and shows what the modules give, under their names.
  package func trace(
    _ input: Tensor, mode: Mode, recomputedLevels: Int = 0,
    show: (_ module: String, Tensor) -> Void = { _, _ in }
  ) -> NetworkOutput {
    requireImages(of: input)
    let pass = Pass(mode: mode, latents: .mean, recomputedLevels: recomputedLevels)
    let original = input.spatialSize
    precondition(
      !configuration.takesOnlyItsPatch || original == Size(configuration.patch),
      "images of \(original) pixels; a context-aware U-Net takes those of "
        + "\(Size(configuration.patch)) that it was trained with")
    let least = 1 << plan.halvings
    let size = Size(height: max(original.height, least), width: max(original.width, least))
    let padded = input.zeroPadded(to: size)

    var x = pass.recomputing(level: 0, padded.sliced(1, 0..<1)) { [first] in
      first($0[0], mode: mode)
    }
    show("inc", x)
    var across = [x]
    for level in down {
      let place = level.index
      let context = level.takesContext ? padded.sliced(1, place..<place + 1) : nil
      x = level(x, context: context, pass, show: show)
      // Half the size, rounded down, at each level: what a plain U-Net has.
      let plain = Size(height: size.height >> place, width: size.width >> place)
      across.append(plan.cropsSkips ? x.centerCropped(to: plain, rounding: .toNearestOrEven) : x)
    }
    x = across.removeLast()
    for (index, sweep) in sweeps.enumerated() {
      across[index] = pass.recomputing(level: index, across[index]) { sweep($0[0]) }
      show("ct_modules.\(index)", across[index])
    }
    for (step, (convolutions, skip)) in zip(up, across.reversed()).enumerated() {
      x = pass.recomputing(level: up.count - 1 - step, x, skip) {
        let doubled = $0[0].upsampled(.bilinear).fitted(to: $0[1].spatialSize)
        return convolutions(.concatenated([$0[1], doubled]), mode: mode)
      }
      show("up\(step + 1)", x)
    }
    let means = last(x).cast(to: .float32)
    show("outc", means)
    return NetworkOutput(
      prediction: PixelDistribution(mean: means.centerCropped(to: original), logVariance: nil),
      latents: [], auxiliary: [])
  }
}

/// One halving of a U-Net, joined with a context image where there is one.
private struct DownLevel {
  let index: Int
  private let convolutions: DoubleConv
  private let context: (branch: InputBranch, convolutions: DoubleConv, merge: ContextMerge)?

  var takesContext: Bool { context != nil }

  /// - Parameters:
  ///   - scope: makes `down1.maxpool_conv.1`, and for a context image
  ///     `lowres_first_bottom_ups.0`, `lowres_net.0` (unless it is shared) and `lowres_merge.0`;
  ///     the numbers are those of level 1
  ///   - inputs: channels of what comes in
  ///   - hasOwnBranch: whether the context's convolutions are not those of the level
  init(_ scope: Scope, _ level: UNetPlan.Level, from inputs: Int, hasOwnBranch: Bool) {
    let place = scope["down\(level.index)"]["maxpool_conv"][1]
    self.index = level.index
    self.convolutions = DoubleConv(place, from: inputs, to: level.channels)
    guard level.contextExtent != nil else {
      self.context = nil
      return
    }
    let number = level.index - 1
    let own: DoubleConv
    if hasOwnBranch {
      own = DoubleConv(scope["lowres_net"][number], from: inputs, to: level.channels)
    } else {
      own = convolutions
      scope.alias("lowres_net.\(number)", of: "down\(level.index).maxpool_conv.1")
    }
    func style(_ channels: Int) -> BlockStyle {
      BlockStyle(
        filters: channels, order: .bacdbacd, activation: .elu, kernel: 3, batchNorm: true,
        dropout: 0, gated: true)
    }
    self.context = (
      InputBranch(scope["lowres_first_bottom_ups"][number], style(inputs), kernel: 5), own,
      ContextMerge(scope["lowres_merge"][number], style(level.channels))
    )
  }

  /// - Parameters:
  ///   - x: `[B, inputs, h, w]`
  ///   - image: the context image, `[B, 1, H, W]`; nil where the level takes none
  /// - Returns: `[B, C, h / 2, w / 2]`, with a context image `[B, C, H, W]`
  func callAsFunction(
    _ x: Tensor, context image: Tensor?, _ pass: Pass, show: (String, Tensor) -> Void
  ) -> Tensor {
    let halved = pass.recomputing(level: index, x) { [convolutions] in
      convolutions($0[0].maxPooled(), mode: pass.mode)
    }
    show("down\(index)", halved)
    guard let context, let image else { return halved }
    let number = index - 1
    let seen = pass.recomputing(level: index, image) { context.branch($0[0], mode: pass.mode) }
    show("lowres_first_bottom_ups.\(number)", seen)
    let side = pass.recomputing(level: index, seen) {
      context.convolutions($0[0], mode: pass.mode)
    }
    show("lowres_net.\(number)", side)
    let merged = pass.recomputing(level: index, halved, side) {
      context.merge($0[0], $0[1], mode: pass.mode)
    }
    show("lowres_merge.\(number)", merged)
    return merged
  }
}
