import Experiment
import Foundation
import TestSupport
import Testing

private func read(
  data: String = "", model: String = "", encoder: String = "", decoder: String = "",
  loss: String = ""
) throws(ConfigurationError) -> AuthorsConfiguration {
  try AuthorsConfiguration(
    json: """
      {"data": {"image_size": 64, "multiscale_lowres_count": 5 \(data)},
       "model": {"z_dims": [4, 4, 4, 4] \(model),
         "encoder": {"n_filters": 8, "dropout": 0.25 \(encoder)},
         "decoder": {"n_filters": 8, "dropout": 0 \(decoder)}},
       "loss": {"kl_weight": 1 \(loss)}}
      """)
}

@Suite("The authors' configuration")
struct AuthorsConfigurationTests {
  @Test("missing keys mean the published settings")
  func readsDefaults() throws {
    let authors = try read(decoder: #", "multiscale_retain_spatial_dims": false"#)
    var network = NetworkConfiguration()
    network.filters = 8
    network.latentChannels = [4, 4, 4, 4]
    network.encoderDropout = 0.25
    network.decoderDropout = 0
    network.logVarianceMaximum = NetworkConfiguration.unbounded
    #expect(authors.network == network)
    #expect(authors.loss == LossConfiguration())
    #expect(authors.data.split.rule == .dealt)
  }

  @Test("every key that matters is translated")
  func readsKeys() throws {
    let blocks = #", "blocks_per_layer": 2, "batchnorm": false, "res_block_kernel": 5"#
    let authors = try read(
      data: #", "padding_mode": "constant", "padding_value": 3, "clip_percentile": 1"#,
      model: #", "non_stochastic_version": true, "gated": false, "merge_type": "linear","#
        + #" "nonlin": "leakyrelu", "res_block_type": "bacdbac", "learn_top_prior": false,"#
        + #" "stochastic_skip": false, "var_clip_max": 10, "predict_logvar": null,"#
        + #" "logvar_lowerbound": null, "analytical_kl": true,"#
        + #" "multiscale_lowres_separate_branch": true"#,
      encoder: blocks, decoder: blocks,
      loss: #", "free_bits": 0.5, "kl_annealing": true, "kl_annealtime": 7, "kl_start": -1,"#
        + #" "ch2_recons_w": 5, "channel_1_w": 2, "channel_2_w": 3"#)
    let network = authors.network
    #expect(network.backbone == .hae && !network.gated && network.merge == .linear)
    #expect(network.activation == .leakyReLU && network.blockOrder == .bacdbac)
    #expect(!network.learnedTopPrior && !network.stochasticSkip && network.separateContextBranch)
    #expect(network.latentLogVarianceMaximum == 10 && network.logVariance == .unit)
    #expect(network.logVarianceMinimum == -NetworkConfiguration.unbounded)
    #expect(network.blocksPerLevel == 2 && !network.batchNorm && network.kernel == 5)
    #expect(network.context == .regular)
    let loss = authors.loss
    #expect(loss.freeBits == 0.5 && loss.klAnnealingEpochs == 7 && loss.klAnnealingStart == -1)
    #expect(loss.klEstimate == .analytic)
    #expect(loss.reconstructionWeights == [1, 5] && loss.channelWeights == [2, 3])
    #expect(authors.data.padding == .constant && authors.data.paddingValue == 3)
    #expect(authors.data.clipQuantile == 1)
  }

  @Test(
    "what has no counterpart is refused by name",
    arguments: [
      (#", "nonlin": "swish""#, #""model.nonlin" is the text "swish""#),
      (#", "predict_logvar": "rowwise""#, #""model.predict_logvar""#),
      (#", "merge_type": 3"#, #""model.merge_type" is 3"#),
      (#", "res_block_type": "abc""#, #""model.res_block_type""#),
      (#", "model_type": 4"#, #""model.model_type" is 4"#),
      (#", "no_initial_downscaling": false"#, #""model.no_initial_downscaling" is false"#),
      (#", "multiscale_retain_spatial_dims": false"#, "expected true"),
      (#", "use_vampprior": true"#, #""model.use_vampprior" is true"#),
      (#", "gated": "yes""#, #""model.gated" is the text "yes""#),
      (#", "z_dims": 4"#, "model.z_dims"),
    ])
  func refuses(_ model: String, _ part: String) {
    let error = #expect(throws: ConfigurationError.self) {
      // The list of latents must not be there twice.
      if model.contains("z_dims") {
        try AuthorsConfiguration(json: #"{"data": {"image_size": 64}, "model": {"z_dims": 4}}"#)
      } else {
        try read(model: model)
      }
    }
    #expect(error?.description.contains(part) == true, "\(String(describing: error))")
  }

  private func readKind(_ kind: Int, data: String = "", _ model: String) throws
    -> AuthorsConfiguration
  {
    try AuthorsConfiguration(
      json: """
        {"data": {"image_size": 48 \(data)},
         "model": {"model_type": \(kind), "decoder": {"conv2d_bias": true}, "encoder": {} \(model)}}
        """)
  }

  @Test("the authors' U-Nets are read")
  func readsUNet() throws {
    let plain = try readKind(
      10, #", "n_levels": 4, "init_channel_count": 6, "enable_context_transfer": false"#)
    var network = NetworkConfiguration()
    network.set(backbone: .unet)
    (network.patch, network.depth, network.filters) = (48, 4, 6)
    #expect(plain.network == network)
    #expect(plain.loss.kind == .meanSquaredError)
    let regular = try readKind(
      10, data: #", "multiscale_lowres_count": 4"#,
      #", "init_channel_count": 6, "multiscale_lowres_separate_branch": false"#)
    #expect(regular.network.context == .regular && regular.network.contexts == 3)
    #expect(regular.network.depth == 5 && !regular.network.separateContextBranch)
    let aware = try readKind(10, #", "init_channel_count": 6, "enable_context_transfer": true"#)
    #expect(aware.network.backbone == .contextAwareUNet)
  }

  @Test("a count of scales that makes no sense stops nothing")
  func readsWildCounts() throws {
    let count = #", "multiscale_lowres_count": -9223372036854775808"#
    #expect(try readKind(10, data: count, #", "init_channel_count": 6"#).network.contexts == 0)
    #expect(throws: ConfigurationError.self) {
      try readKind(11, data: count, #", "num_kernels": [4, 8]"#)
    }
  }

  @Test("the authors' BraveNet is read")
  func readsBraveNet() throws {
    let brave = try readKind(
      11, data: #", "multiscale_lowres_count": 2"#,
      #", "num_kernels": [4, 8, 16], "dropout": 0.2, "activation": "relu", "strides": 1"#)
    var network = NetworkConfiguration()
    network.set(backbone: .braveNet)
    (network.patch, network.depth, network.filters) = (48, 3, 4)
    (network.encoderDropout, network.decoderDropout) = (0.2, 0.2)
    #expect(brave.network == network)
    #expect(brave.loss.kind == .meanSquaredError)
  }

  @Test(
    "a U-Net or BraveNet that has no counterpart is refused by name",
    arguments: [
      (10, "", "model.init_channel_count"),
      (10, #", "init_channel_count": 8, "n_levels": 9"#, "depth is 9"),
      (11, "", "model.num_kernels"), (11, #", "num_kernels": [4, 8, 12]"#, "double"),
      (11, #", "num_kernels": [4, 8], "activation": "elu""#, "model.activation"),
      (11, #", "num_kernels": [4, 8], "final_activation": "relu""#, "model.final_activation"),
      (11, #", "num_kernels": [4, 8], "kernel_size": 5"#, "model.kernel_size"),
      (11, #", "num_kernels": [4, 8], "batch_normalization": false"#, "batch_normalization"),
    ])
  func refusesOtherNetworks(_ kind: Int, _ model: String, _ part: String) {
    let error = #expect(throws: ConfigurationError.self) { try readKind(kind, model) }
    #expect(error?.description.contains(part) == true, "\(String(describing: error))")
  }

  @Test("different widths, missing keys and other text are refused")
  func refusesOthers() {
    #expect(throws: ConfigurationError.self) { try read(decoder: #", "batchnorm": false"#) }
    let missing = #expect(throws: ConfigurationError.self) { try AuthorsConfiguration(json: "{}") }
    #expect(missing?.description.contains("data.image_size") == true)
    #expect(throws: ConfigurationError.self) { try AuthorsConfiguration(json: "pickle") }
    #expect(throws: ConfigurationError.self) { try AuthorsConfiguration(json: "[1]") }
  }

  @Test("the variant follows from contexts, levels and the decoder's flag")
  func namesVariant() throws {
    #expect(
      try read(decoder: #", "multiscale_retain_spatial_dims": true"#).network.context == .regular)
    let vanilla = try AuthorsConfiguration(
      json: """
        {"data": {"image_size": 64, "multiscale_lowres_count": null},
         "model": {"z_dims": [4], "encoder": {"n_filters": 8}, "decoder": {"n_filters": 8}}}
        """)
    #expect(vanilla.network.context == .vanilla && vanilla.network.contexts == 0)
    let deep = try AuthorsConfiguration(
      json: """
        {"data": {"image_size": 64, "multiscale_lowres_count": 2},
         "model": {"z_dims": [4, 4], "encoder": {"n_filters": 8}, "decoder": {"n_filters": 8}}}
        """)
    #expect(deep.network.context == .deep && deep.network.contexts == 1)
  }
}
