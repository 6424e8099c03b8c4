/// The kind of latents.
public enum Backbone: String, Choice {
  /// Hierarchical variational autoencoder: the latents are drawn from Gaussians.
  case hvae
  /// Hierarchical autoencoder: the latents are the Gaussians' means.
  case hae
}

/// How zoomed-out images take part (µSplit, section 3.2).
public enum ContextVariant: String, Choice {
  /// None do.
  case vanilla
  /// The bottom-up half keeps the patch's size, the top-down half does not.
  case lean
  /// Both halves keep the patch's size.
  case regular
  /// As ``regular``, with plain strided levels above those that take context.
  case deep
}

/// The order of batch norm (b), activation (a), convolution (c) and dropout (d) in a residual
/// block.
public enum BlockOrder: String, Choice {
  /// Batch norm, activation, convolution, dropout, twice.
  case bacdbacd
  /// Convolution, activation, batch norm, dropout, twice.
  case cabdcabd
  /// As ``bacdbacd`` without the last dropout.
  case bacdbac
}

/// The nonlinearity.
public enum Activation: String, Choice {
  /// Exponential linear unit, alpha 1.
  case elu
  /// Leaky rectified linear unit, slope 0.01.
  case leakyReLU
  /// Rectified linear unit.
  case reLU
}

/// How two feature maps become one.
public enum Merge: String, Choice {
  /// A 1 x 1 convolution, then a gated residual block.
  case residual
  /// A 1 x 1 convolution.
  case linear
  /// A 1 x 1 convolution, then a residual block without gate.
  case residualUngated
}

/// How finely the network states its own uncertainty.
public enum LogVariance: String, Choice {
  /// For every pixel of every target.
  case pixel
  /// For every target: the mean over the pixels.
  case channel
  /// One number: the mean over targets and pixels.
  case global
  /// Not at all: the variance is 1 and its constant is left out of the likelihood.
  case unit
}

/// The network's shape.
public struct NetworkConfiguration: Codable, Equatable, Sendable {
  /// The kind of latents.
  public var backbone = Backbone.hvae
  /// How zoomed-out images take part.
  public var context = ContextVariant.lean
  /// The side of the square patches, in pixels.
  public var patch = 64
  /// The number of zoomed-out images; 0 for `vanilla`.
  public var contexts = 4
  /// The channels of every feature map.
  public var filters = 64
  /// The latent channels of every level, bottom first; their count is the number of levels.
  public var latentChannels = [128, 128, 128, 128]
  /// The number of structures to split out.
  public var targets = 2
  /// The residual blocks of every level.
  public var blocksPerLevel = 1
  /// The share of channels that dropout silences in the bottom-up half.
  public var encoderDropout = 0.1
  /// The share of channels that dropout silences in the top-down half.
  public var decoderDropout = 0.1
  /// Whether residual blocks normalise over the batch.
  public var batchNorm = true
  /// Whether the levels' residual blocks end in a gate; `merge` decides for merges.
  public var gated = true
  /// The side of the residual blocks' kernels, an odd number of pixels.
  public var kernel = 3
  /// The order within residual blocks.
  public var blockOrder = BlockOrder.bacdbacd
  /// The nonlinearity.
  public var activation = Activation.elu
  /// How the top-down half merges its inputs.
  public var merge = Merge.residual
  /// Whether a level's latents are merged with the level above once more.
  public var stochasticSkip = true
  /// Whether the prior of the top level is trained.
  public var learnedTopPrior = true
  /// Whether zoomed-out features have their own copy of each level's further blocks; without
  /// effect when `blocksPerLevel` is 1.
  public var separateContextBranch = false
  /// The upper bound of the latents' raw log-variance.
  public var latentLogVarianceMaximum = 20.0
  /// How finely the network states its own uncertainty.
  public var logVariance = LogVariance.pixel
  /// The lower bound of the predicted log-variance.
  public var logVarianceMinimum = -5.0
  /// The upper bound of the predicted log-variance, which keeps an untrained network's loss
  /// finite; the paper's network has none.
  public var logVarianceMaximum = 20.0
  /// Whether predictions are corrected to add up to the input.
  public var sumToInput = false

  /// Makes the paper's HVAE with Lean-LC.
  public init() {}

  /// A bound of a log-variance that is never reached.
  public static let unbounded = 1e6

  /// The number of levels.
  public var levels: Int { latentChannels.count }

  /// Takes the paper's contexts and levels of a variant: none of 4 for `vanilla`, 4 of 4 for
  /// `lean` and `regular`, 4 of 8 for `deep`.
  ///
  /// Each level gets the present bottom level's latent channels, 128 when there is none.
  public mutating func set(context variant: ContextVariant) {
    context = variant
    contexts = variant == .vanilla ? 0 : 4
    latentChannels = Array(
      repeating: latentChannels.first ?? 128, count: variant == .deep ? 8 : 4)
  }
}
