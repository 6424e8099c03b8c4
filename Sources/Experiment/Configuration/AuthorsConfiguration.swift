import Foundation
import JSON

/// The settings of a network that the authors' program trained, from its configuration.
///
/// Keys that do not change what the network computes are ignored. A missing key means what the
/// authors' published configurations say, except the patch, the widths and the latents, which
/// must be there.
public struct AuthorsConfiguration: Equatable, Sendable {
  /// The network's shape.
  public let network: NetworkConfiguration
  /// What the training minimised.
  public let loss: LossConfiguration
  /// How the images were prepared; names no files.
  public let data: DataConfiguration

  /// Translates a configuration that was written as JSON.
  ///
  /// - Throws: ``ConfigurationError`` for text that is no JSON, a missing key, or a value that
  ///   has no counterpart here.
  public init(json: String) throws(ConfigurationError) {
    let source = "the authors' configuration"
    let keys = AuthorsKeys(
      source: source, tree: try JSONValue(json: Data(json.utf8), source: source))
    let kind = try keys.networkKind()
    switch kind {
    case .ladder:
      try keys.refuseOtherLadders()
      network = try Self.network(keys)
      loss = try Self.loss(keys)
    case .unet, .braveNet:
      network = kind == .unet ? try Self.unet(keys) : try Self.braveNet(keys)
      var squares = LossConfiguration()
      squares.kind = .meanSquaredError
      loss = squares
    }
    data = try Self.data(keys)
    try network.validate()
    try loss.validate(targets: network.targets)
  }

  private static func network(_ keys: AuthorsKeys) throws(ConfigurationError)
    -> NetworkConfiguration
  {
    var network = NetworkConfiguration()
    network.patch = try keys.integer("data.image_size")
    network.latentChannels = try keys.integers("model.z_dims")
    try keys.refuseDifferences(["n_filters", "blocks_per_layer", "res_block_kernel", "batchnorm"])
    network.filters = try keys.integer("model.encoder.n_filters")
    network.blocksPerLevel = try keys.integer("model.encoder.blocks_per_layer", else: 1)
    network.kernel = try keys.integer("model.encoder.res_block_kernel", else: 3)
    network.batchNorm = try keys.bool("model.encoder.batchnorm", else: true)
    network.encoderDropout = try keys.number("model.encoder.dropout", else: 0.1)
    network.decoderDropout = try keys.number("model.decoder.dropout", else: 0.1)
    network.contexts = max(1, try keys.integer("data.multiscale_lowres_count", else: 1)) - 1
    let keepsDecoder = try keys.bool("model.decoder.multiscale_retain_spatial_dims", else: true)
    network.context =
      if network.contexts == 0 {
        .vanilla
      } else if !keepsDecoder {
        .lean
      } else {
        network.levels > network.contexts ? .deep : .regular
      }
    network.backbone = try keys.bool("model.non_stochastic_version", else: false) ? .hae : .hvae
    network.gated = try keys.bool("model.gated", else: true)
    network.blockOrder = try keys.choice(
      "model.res_block_type", else: .bacdbacd,
      ["bacdbacd": .bacdbacd, "cabdcabd": .cabdcabd, "bacdbac": .bacdbac])
    network.activation = try keys.choice(
      "model.nonlin", else: .elu, ["elu": .elu, "leakyrelu": .leakyReLU, "relu": .reLU])
    network.merge = try keys.choice(
      "model.merge_type", else: .residual,
      ["residual": .residual, "linear": .linear, "residual_ungated": .residualUngated])
    network.stochasticSkip = try keys.bool("model.stochastic_skip", else: true)
    network.learnedTopPrior = try keys.bool("model.learn_top_prior", else: true)
    network.separateContextBranch = try keys.bool(
      "model.multiscale_lowres_separate_branch", else: false)
    network.latentLogVarianceMaximum =
      try keys.isNull("model.var_clip_max")
      ? NetworkConfiguration.unbounded : keys.number("model.var_clip_max", else: 20)
    network.logVariance =
      try keys.isNull("model.predict_logvar")
      ? .unit
      : keys.choice(
        "model.predict_logvar", else: .pixel,
        ["pixelwise": .pixel, "channelwise": .channel, "global": .global])
    network.logVarianceMinimum =
      try keys.isNull("model.logvar_lowerbound")
      ? -NetworkConfiguration.unbounded : keys.number("model.logvar_lowerbound", else: -5)
    network.logVarianceMaximum = NetworkConfiguration.unbounded
    return network
  }

  private static func unet(_ keys: AuthorsKeys) throws(ConfigurationError) -> NetworkConfiguration {
    let isContextAware = try keys.bool("model.enable_context_transfer", else: false)
    var network = NetworkConfiguration()
    network.set(backbone: isContextAware ? .contextAwareUNet : .unet)
    network.patch = try keys.integer("data.image_size")
    network.filters = try keys.integer("model.init_channel_count")
    network.depth = try keys.integer("model.n_levels", else: 5)
    network.contexts = max(1, try keys.integer("data.multiscale_lowres_count", else: 1)) - 1
    network.context = network.contexts == 0 ? .vanilla : .regular
    network.separateContextBranch = try keys.bool(
      "model.multiscale_lowres_separate_branch", else: true)
    return network
  }

  private static func braveNet(
    _ keys: AuthorsKeys
  ) throws(ConfigurationError) -> NetworkConfiguration {
    var network = NetworkConfiguration()
    network.set(backbone: .braveNet)
    try keys.refuseOtherBraveNets()
    network.patch = try keys.integer("data.image_size")
    let filters = try keys.integers("model.num_kernels")
    network.filters = filters.first ?? 0
    network.depth = filters.count
    for (below, above) in zip(filters, filters.dropFirst())
    where below.multipliedReportingOverflow(by: 2) != (above, false) {
      throw ConfigurationError(
        .wrongValue,
        "\(keys.source): \"model.num_kernels\" is \(filters); only numbers that double are supported"
      )
    }
    network.contexts = max(0, try keys.integer("data.multiscale_lowres_count", else: 2)) - 1
    network.encoderDropout = try keys.number("model.dropout", else: 0.1)
    network.decoderDropout = network.encoderDropout
    return network
  }

  private static func loss(_ keys: AuthorsKeys) throws(ConfigurationError) -> LossConfiguration {
    var loss = LossConfiguration()
    loss.freeBits = try keys.number("loss.free_bits", else: 0)
    loss.klWeight = try keys.number("loss.kl_weight", else: 1)
    if try keys.bool("loss.kl_annealing", else: false) {
      loss.klAnnealingEpochs = try keys.integer("loss.kl_annealtime", else: 10)
      loss.klAnnealingStart = try keys.integer("loss.kl_start", else: -1)
    }
    loss.klEstimate = try keys.bool("model.analytical_kl", else: false) ? .analytic : .monteCarlo
    loss.channelWeights = try keys.pair("loss.channel_1_w", "loss.channel_2_w")
    loss.reconstructionWeights = try keys.pair("loss.ch1_recons_w", "loss.ch2_recons_w")
    return loss
  }

  private static func data(_ keys: AuthorsKeys) throws(ConfigurationError) -> DataConfiguration {
    var data = DataConfiguration()
    data.clipQuantile = try keys.number("data.clip_percentile", else: 0.995)
    data.clipPerChannel = try keys.bool("data.channelwise_quantile", else: false)
    data.backgroundQuantile = try keys.number("data.background_quantile", else: 0)
    data.clipBackgroundToZero = try keys.bool("data.clip_background_noise_to_zero", else: false)
    data.zeroMean = try keys.bool("data.skip_normalization_using_mean", else: false)
    data.inputIsSum = try keys.bool("data.input_is_sum", else: false)
    data.padding = try keys.choice(
      "data.padding_mode", else: .reflect, ["reflect": .reflect, "constant": .constant])
    data.paddingValue = try keys.number("data.padding_value", else: 0)
    data.split.rule = .dealt
    data.split.validation = try keys.number("training.val_fraction", else: 0.1)
    data.split.test = try keys.number("training.test_fraction", else: 0.1)
    return data
  }
}
