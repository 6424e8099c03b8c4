extension NetworkConfiguration {
  /// Takes a backbone and the settings that come with it.
  ///
  /// From one ladder to the other only the latents change. A U-Net has no context images and 5
  /// halvings, a BraveNet its one context image, 4 levels and dropout of a tenth, both at most 32
  /// channels at first: the settings of the authors' program. Where a backbone has no latents, no
  /// dropout or no variance, nothing is left of them; other settings that it does not have stay,
  /// so that ``validate()`` can refuse them unless they are as they always are. The backbone that
  /// is there already keeps everything.
  public mutating func set(backbone new: Backbone) {
    guard new != backbone else { return }
    let old = backbone
    backbone = new
    if new.isLadder, old.isLadder { return }
    let plain = NetworkConfiguration()
    let isUNet = new == .unet || new == .contextAwareUNet
    depth = new == .braveNet ? 4 : plain.depth
    latentChannels = new.isLadder ? plain.latentChannels : []
    separateContextBranch = isUNet
    encoderDropout = isUNet ? 0 : plain.encoderDropout
    decoderDropout = isUNet ? 0 : plain.decoderDropout
    switch (old.isLadder, new.isLadder) {
    case (true, false):
      if logVariance == plain.logVariance { logVariance = .unit }
      varianceBranch = plain.varianceBranch
      logVarianceMinimum = plain.logVarianceMinimum
      logVarianceMaximum = plain.logVarianceMaximum
      filters = min(filters, 32)
    case (false, true): logVariance = plain.logVariance
    default: break
    }
    set(context: new == .braveNet ? .unaligned : isUNet ? .vanilla : plain.context)
  }

  /// Takes as many channels of feature maps, and of the latent variables of every level.
  public mutating func set(width: Int) {
    filters = width
    latentChannels = latentChannels.map { _ in width }
  }

  /// Takes the contexts and levels of a variant.
  ///
  /// In a ladder the paper's: no context of 4 levels for `vanilla`, 4 of 4 for `lean` and
  /// `regular`, 4 of 8 for `deep`; each level gets the present bottom level's latent channels, 128
  /// when there is none. In a U-Net as many contexts, with 5 halvings, 6 for `deep` (each doubles
  /// the channels). `unaligned` takes one context image.
  public mutating func set(context variant: ContextVariant) {
    context = variant
    contexts =
      switch variant {
      case .vanilla: 0
      case .unaligned: 1
      case .lean, .regular, .deep: 4
      }
    if backbone.isLadder {
      latentChannels = Array(
        repeating: latentChannels.first ?? 128, count: variant == .deep ? 8 : 4)
    } else if backbone != .braveNet {
      depth = variant == .deep ? 6 : 5
    }
  }

  /// Refuses settings that the backbone does not have, unless they are as ``set(backbone:)`` puts
  /// them.
  func validateForeignSettings() throws(ConfigurationError) {
    let plain = NetworkConfiguration()
    func refuse<Value: Equatable>(
      _ name: String, _ found: Value, unless expected: Value
    ) throws(ConfigurationError) {
      try require(
        found == expected,
        "network.\(name) is \(found), but a network of backbone \"\(backbone.rawValue)\" has no such"
          + " setting; leave it at \(expected)")
    }
    if backbone.isLadder {
      return try refuse("depth", depth, unless: plain.depth)
    }
    try refuse("latentChannels", latentChannels, unless: [])
    try refuse("blocksPerLevel", blocksPerLevel, unless: plain.blocksPerLevel)
    try refuse("batchNorm", batchNorm, unless: plain.batchNorm)
    try refuse("gated", gated, unless: plain.gated)
    try refuse("kernel", kernel, unless: plain.kernel)
    try refuse("blockOrder", blockOrder, unless: plain.blockOrder)
    try refuse("activation", activation, unless: plain.activation)
    try refuse("merge", merge, unless: plain.merge)
    try refuse("stochasticSkip", stochasticSkip, unless: plain.stochasticSkip)
    try refuse("learnedTopPrior", learnedTopPrior, unless: plain.learnedTopPrior)
    try refuse(
      "latentLogVarianceMaximum", latentLogVarianceMaximum, unless: plain.latentLogVarianceMaximum)
    try refuse("logVariance", logVariance, unless: .unit)
    try refuse("varianceBranch", varianceBranch, unless: false)
    try refuse("logVarianceMinimum", logVarianceMinimum, unless: plain.logVarianceMinimum)
    try refuse("logVarianceMaximum", logVarianceMaximum, unless: plain.logVarianceMaximum)
    if backbone == .braveNet {
      try refuse("separateContextBranch", separateContextBranch, unless: false)
    } else {
      try refuse("encoderDropout", encoderDropout, unless: 0)
      try refuse("decoderDropout", decoderDropout, unless: 0)
    }
  }
}
