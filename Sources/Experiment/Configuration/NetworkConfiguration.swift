/// The kind of network.
public enum Backbone: String, Choice {
  /// Hierarchical variational autoencoder, a ladder whose latents are drawn from Gaussians.
  case hvae
  /// Hierarchical autoencoder, a ladder whose latents are the Gaussians' means.
  case hae
  /// U-Net (Ronneberger et al., 2015).
  case unet
  /// U-Net that sweeps its skipped features with context from all four sides (Leng et al., 2018);
  /// it takes patches of the trained size alone.
  case contextAwareUNet
  /// U-Net with a second bottom-up half for one context image (BRAVE-NET: Hilbert et al., 2020).
  case braveNet

  /// Whether it is a ladder, with latents on every level.
  public var isLadder: Bool { self == .hvae || self == .hae }
  /// Whether its latents are drawn, so that predictions differ from draw to draw.
  public var isStochastic: Bool { self == .hvae }
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
  /// One context image is encoded by itself; its features join those of the patch pixel by pixel,
  /// although they show twice the width (BRAVE-NET's way).
  case unaligned
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
  /// The kind of network.
  public var backbone = Backbone.hvae
  /// How zoomed-out images take part.
  public var context = ContextVariant.lean
  /// The side of the square patches, in pixels.
  public var patch = 64
  /// The number of zoomed-out images; 0 for `vanilla`.
  public var contexts = 4
  /// The channels of a ladder's feature maps; of the other networks' first level, from which they
  /// double level by level.
  public var filters = 64
  /// How often a U-Net halves the patch, or the levels of a BraveNet; a ladder's levels are the
  /// count of `latentChannels`.
  public var depth = 5
  /// The latent channels of every level, bottom first; their count is the number of levels.
  ///
  /// None in networks that are no ladders.
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
  /// Whether zoomed-out features have their own copy of each level's convolutions: in a ladder of
  /// its further blocks, of which there are none when `blocksPerLevel` is 1.
  public var separateContextBranch = false
  /// The upper bound of the latents' raw log-variance.
  public var latentLogVarianceMaximum = 20.0
  /// How finely the network states its own uncertainty; `unit` in networks that are no ladders.
  public var logVariance = LogVariance.pixel
  /// The lower bound of the predicted log-variance.
  public var logVarianceMinimum = -5.0
  /// The upper bound of the predicted log-variance, which keeps an untrained network's loss
  /// finite; the paper's network has none.
  public var logVarianceMaximum = 20.0
  /// Whether variances have two convolutions of their own, which learn from the features without
  /// shaping them.
  public var varianceBranch = false
  /// Whether predictions are corrected to add up to the input.
  public var sumToInput = false

  /// Makes the paper's HVAE with Lean-LC.
  public init() {}

  /// A bound of a log-variance that is never reached.
  public static let unbounded = 1e6

  /// The number of a ladder's levels.
  public var levels: Int { latentChannels.count }

  /// Whether the network can only be run on patches of the size it was trained with.
  public var takesOnlyItsPatch: Bool { backbone == .contextAwareUNet }
}
