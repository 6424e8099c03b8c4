import Experiment
import Torch

/// BRAVE-NET (Hilbert et al., 2020, "BRAVE-NET: fully automated arterial brain vessel segmentation in
/// patients with cerebrovascular disease"), which the paper compares with: a U-Net in two dimensions
/// whose second bottom-up half sees twice the width.
///
/// Features of patch and context are joined as they are, pixel by pixel, at the bottom and in every
/// skip. Coarser predictions help the training.
public struct BraveNet: SplitNetwork {
  /// What it was made of.
  public let configuration: NetworkConfiguration
  /// Its levels.
  public let plan: UNetPlan
  private let encoder: Encoder
  private let contextEncoder: Encoder
  private let merges: [Conv2d]
  private let topDown: [ConvPair]
  private let auxiliary: [Conv2d]
  private let last: Conv2d

  /// A network with fresh weights.
  ///
  /// - Parameter scope: makes all weights, under the names of the authors' program
  /// - Throws: `ConfigurationError` when the configuration has no legal plan.
  public init(_ configuration: NetworkConfiguration, _ scope: Scope) throws(ConfigurationError) {
    let plan = try UNetPlan(configuration)
    let scope = scope["model"]
    let channels = plan.levels.map(\.channels)
    let bottom = channels[channels.count - 1]
    self.configuration = configuration
    self.plan = plan
    let dropout = configuration.encoderDropout
    self.encoder = Encoder(scope, prefix: "", channels, dropout: dropout)
    self.contextEncoder = Encoder(scope, prefix: "lowres_", channels, dropout: dropout)
    self.merges = [2 * bottom, bottom].enumerated().map {
      Conv2d(scope["merge_block"][$0][0], $1, bottom, kernel: 1)
    }
    // From the deepest level but one to the first.
    let steps = channels.dropLast().reversed()
    self.topDown = zip(steps, channels.reversed()).enumerated().map { step, pair in
      ConvPair(
        scope["top_down_layers"][step], from: pair.1 + 2 * pair.0, to: pair.0,
        dropout: configuration.decoderDropout)
    }
    self.auxiliary = steps.dropLast().enumerated().map {
      Conv2d(scope["lowres_output_branches"][$0][0], $1, configuration.targets, kernel: 1)
    }
    self.last = Conv2d(scope["output_branch"][0], channels[0], configuration.targets, kernel: 1)
  }

  /// Splits a batch of patches.
  ///
  /// - Returns: means of the size of the input, which may be any, and those of the coarser levels;
  ///   there are no variances and no latent variables
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
    let padded = input.zeroPadded(to: original.roundedUp(toMultipleOf: 1 << plan.halvings))
    let patch = encoder(padded.sliced(1, 0..<1), pass, show: show)
    let context = contextEncoder(padded.sliced(1, 1..<2), pass, show: show)
    // Not aligned: a pixel of one lies elsewhere in the other.
    var across = zip(patch, context).map { Tensor.concatenated([$0, $1]) }  // [B, 2 C, h, w]
    var x = across.removeLast()
    for merge in merges { x = merge(x).rectified() }
    show("model.merge_block", x)

    var coarse: [PixelDistribution] = []
    for (step, (convolutions, skip)) in zip(topDown, across.reversed()).enumerated() {
      x = pass.recomputing(level: topDown.count - 1 - step, x, skip) {
        convolutions(.concatenated([$0[0].upsampled(.nearest), $0[1]]), mode: mode)
      }
      show("model.top_down_layers.\(step)", x)
      guard step < auxiliary.count else { continue }
      // Enlarged after the convolution: the same numbers for less work.
      let means = (step + 1..<topDown.count).reduce(
        auxiliary[step](x).cast(to: .float32)
      ) { enlarged, _ in
        enlarged.upsampled(.nearest)
      }
      show("model.lowres_output_branches.\(step)", means)
      coarse.append(PixelDistribution(mean: means.centerCropped(to: original), logVariance: nil))
    }
    // The authors' program drops out predictions too; not here (docs/reference-notes.md).
    let means = last(x).cast(to: .float32)
    show("model.output_branch", means)
    return NetworkOutput(
      prediction: PixelDistribution(mean: means.centerCropped(to: original), logVariance: nil),
      latents: [], auxiliary: coarse.reversed())
  }
}

/// The bottom-up half of a BraveNet, for the patch or its context image.
private struct Encoder {
  private let prefix: String
  private let norm: BatchNorm2d
  private let levels: [ConvPair]

  /// - Parameters:
  ///   - scope: makes `input_bn` and `bottom_up_layers`
  ///   - prefix: put before these names
  ///   - channels: of each level
  init(_ scope: Scope, prefix: String, _ channels: [Int], dropout: Double) {
    self.prefix = prefix
    self.norm = BatchNorm2d(scope[prefix + "input_bn"], 1)
    self.levels = channels.indices.map {
      ConvPair(
        scope[prefix + "bottom_up_layers"][$0], from: $0 == 0 ? 1 : channels[$0 - 1],
        to: channels[$0], dropout: dropout)
    }
  }

  /// - Parameter image: `[B, 1, H, W]`
  /// - Returns: the features of each level, `[B, C, H, W]`, `[B, 2 C, H / 2, W / 2]`, …
  func callAsFunction(
    _ image: Tensor, _ pass: Pass, show: (String, Tensor) -> Void
  ) -> [Tensor] {
    var features: [Tensor] = []
    var x = norm(image, mode: pass.mode)
    show("model.\(prefix)input_bn", x)
    for (index, level) in levels.enumerated() {
      x = pass.recomputing(level: index, x) {
        level(index == 0 ? $0[0] : $0[0].maxPooled(), mode: pass.mode)
      }
      show("model.\(prefix)bottom_up_layers.\(index)", x)
      features.append(x)
    }
    return features
  }
}

/// Two rounds of convolution, rectified units and batch normalisation, with dropout after the first.
private struct ConvPair {
  private let convolutions: [Conv2d]
  private let norms: [BatchNorm2d]
  private let dropouts: [Dropout]
  private let layout: Layout

  /// - Parameter scope: makes `0.0`, `0.2`, `1.0` and `1.2`
  init(_ scope: Scope, from inputs: Int, to outputs: Int, dropout: Double) {
    self.convolutions = [
      Conv2d(scope[0][0], inputs, outputs, kernel: 3),
      Conv2d(scope[1][0], outputs, outputs, kernel: 3),
    ]
    self.norms = (0..<2).map { BatchNorm2d(scope[$0][2], outputs) }
    self.dropouts = [Dropout(dropout), Dropout(0)]
    self.layout = scope.layout
  }

  /// - Returns: `[B, outputs, H, W]`
  func callAsFunction(_ x: Tensor, mode: Mode) -> Tensor {
    var y = x
    for index in convolutions.indices {
      // One channel lies the same in both layouts, so LibTorch cannot know which one is meant.
      y = convolutions[index](y).arranged(layout).rectified()
      y = dropouts[index](norms[index](y, mode: mode), mode: mode)
    }
    return y
  }
}
