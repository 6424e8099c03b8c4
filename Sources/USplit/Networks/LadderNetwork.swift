import Experiment
import Torch

/// The ladder of the paper (section 3, figures 2 and S.1).
///
/// Bottom-up levels see ever more context, each level has latent variables, and top-down levels
/// decode them. Vanilla, Lean-, Regular- and Deep-LC, as HVAE or HAE, differ in the plan alone.
public struct LadderNetwork: SplitNetwork {
  /// What it was made of.
  public let configuration: NetworkConfiguration
  /// Its levels.
  public let plan: LadderPlan
  private let inputBranch: InputBranch
  private let contextBranches: [InputBranch]
  private let bottomUp: [BottomUpLevel]
  private let topDown: [TopDownLevel]
  private let finalBlocks: BlockChain
  private let head: LikelihoodHead

  /// A network with fresh weights.
  ///
  /// - Parameter scope: makes all weights, under the names of the authors' program
  /// - Throws: `ConfigurationError` when the configuration has no legal plan.
  public init(_ configuration: NetworkConfiguration, _ scope: Scope) throws(ConfigurationError) {
    let plan = try LadderPlan(configuration)
    let encoder = BlockStyle(
      filters: configuration.filters, order: configuration.blockOrder,
      activation: configuration.activation, kernel: configuration.kernel,
      batchNorm: configuration.batchNorm, dropout: configuration.encoderDropout,
      gated: configuration.gated)
    self.configuration = configuration
    self.plan = plan
    self.inputBranch = InputBranch(scope["first_bottom_up"], encoder, kernel: 3)
    var contextStyle = encoder
    contextStyle.kernel = 3
    self.contextBranches = (0..<configuration.contexts).map {
      InputBranch(scope["lowres_first_bottom_ups"][$0], contextStyle, kernel: 5)
    }
    self.bottomUp = plan.levels.map {
      BottomUpLevel(scope["bottom_up_layers"][$0.index], encoder, $0, configuration)
    }
    var decoder = encoder
    decoder.dropout = configuration.decoderDropout
    self.topDown = plan.levels.indices.map {
      TopDownLevel(scope["top_down_layers"][$0], decoder, plan, index: $0, configuration)
    }
    self.finalBlocks = BlockChain(
      scope["final_top_down"], decoder, count: configuration.blocksPerLevel)
    self.head = LikelihoodHead(scope["likelihood"], configuration)
  }

  /// What a pass gives, with what the levels hand to each other.
  public struct Trace {
    /// The last features, `[B, C, H, W]`.
    public let features: Tensor
    /// The predicted target channels.
    public let prediction: PixelDistribution
    /// One for each level, bottom first.
    public let latents: [LatentOutput]
    /// What the bottom-up levels hand over, bottom first.
    public let bottomUp: [Tensor]
    /// What the top-down levels give, bottom first.
    public let topDown: [Tensor]
  }

  /// Splits a batch of patches.
  ///
  /// - Returns: distributions of the size of the input, and a latent variable for each level
  public func callAsFunction(
    _ input: Tensor, _ pass: Pass, detachesVariance: Bool
  ) -> NetworkOutput {
    let trace = trace(input, pass, detachesVariance: detachesVariance)
    return NetworkOutput(prediction: trace.prediction, latents: trace.latents, auxiliary: [])
  }

  /// Splits a batch as often as the result is called; the bottom-up levels, and what the top level makes
  /// of them, are computed once.
  public func samples(of input: Tensor, _ pass: Pass) -> () -> NetworkOutput {
    let encoding = encoding(of: input, pass)
    var posterior: LatentDistribution?
    if case .sample = pass.latents, let top = encoding.across.last {
      posterior = topDown.last?.topPosterior(top)
    }
    return {
      let trace = decoded(encoding, pass, detachesVariance: false, topPosterior: posterior)
      return NetworkOutput(prediction: trace.prediction, latents: trace.latents, auxiliary: [])
    }
  }

  /// Splits a batch of patches and keeps what the levels give.
  ///
  /// - Parameters: as of `SplitNetwork`
  /// - Returns: features and distributions of the size of the input
  public func trace(
    _ input: Tensor, _ pass: Pass, detachesVariance: Bool = false
  ) -> Trace {
    decoded(encoding(of: input, pass), pass, detachesVariance: detachesVariance)
  }

  /// What the bottom-up levels give.
  private struct Encoding {
    /// Extents of the input, and of what it was padded to.
    let original: Size
    let size: Size
    /// What the levels hand over, bottom first.
    let across: [Tensor]
  }

  private func encoding(of input: Tensor, _ pass: Pass) -> Encoding {
    requireImages(of: input)
    let original = input.spatialSize
    let size =
      plan.keepsDecoder ? original : original.roundedUp(toMultipleOf: 1 << plan.levels.count)
    let padded = input.zeroPadded(to: size)

    var x = pass.recomputing(level: 0, padded.sliced(1, 0..<1)) { [inputBranch] in
      inputBranch($0[0], mode: pass.mode)
    }
    var across: [Tensor] = []
    for (index, level) in bottomUp.enumerated() {
      let skipSize = Size(height: size.height >> (index + 1), width: size.width >> (index + 1))
      if index < contextBranches.count {
        let (branch, image) = (contextBranches[index], padded.sliced(1, index + 1..<index + 2))
        x = pass.recomputing(level: index, x, image) {
          level($0[0], context: branch($0[1], mode: pass.mode), mode: pass.mode)
        }
      } else {
        x = pass.recomputing(level: index, x) { level($0[0], context: nil, mode: pass.mode) }
      }
      across.append(level.handedOver(x, skipSize: skipSize))
    }
    return Encoding(original: original, size: size, across: across)
  }

  private func decoded(
    _ encoding: Encoding, _ pass: Pass, detachesVariance: Bool,
    topPosterior: LatentDistribution? = nil
  ) -> Trace {
    let (size, across) = (encoding.size, encoding.across)
    var above: Tensor?
    var latents: [LatentOutput] = []
    var decoded: [Tensor] = []
    for (index, (level, side)) in zip(topDown, across).enumerated().reversed() {
      let given = [side] + (above.map { [$0] } ?? [])
      let results = pass.recomputing(level: index, given) {
        let (features, latent) = level(
          $0.count > 1 ? $0[1] : nil, across: $0[0], imageSize: size, pass: pass,
          posterior: $0.count > 1 ? nil : topPosterior)
        return [features] + latent.tensors
      }
      above = results[0]
      latents.append(
        LatentOutput(
          tensors: results.dropFirst(), maximum: configuration.latentLogVarianceMaximum))
      decoded.append(results[0])
    }
    let features = pass.recomputing(level: 0, above ?? across[0]) { [finalBlocks] in
      finalBlocks($0[0], mode: pass.mode)
    }.centerCropped(to: encoding.original)
    return Trace(
      features: features, prediction: head(features, detachesVariance: detachesVariance),
      latents: latents.reversed(), bottomUp: across, topDown: decoded.reversed())
  }
}

extension Size {
  /// Whether it is larger in a dimension.
  func exceeds(_ other: Size) -> Bool { height > other.height || width > other.width }

  /// Each extent rounded up.
  func roundedUp(toMultipleOf step: Int) -> Size {
    Size(height: (height + step - 1) / step * step, width: (width + step - 1) / step * step)
  }
}
