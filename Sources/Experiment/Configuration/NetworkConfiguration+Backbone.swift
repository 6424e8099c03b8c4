extension NetworkConfiguration {
  /// Takes a backbone and the settings that come with it.
  ///
  /// From one ladder to the other only the latents change. A U-Net has no context images and 5
  /// halvings, a BraveNet its one context image, 4 levels and dropout of a tenth, both at most 32
  /// channels at first: the settings of the authors' program. Settings that a backbone does not
  /// have get the values that ``validate()`` asks for. The backbone that is there already keeps
  /// everything.
  public mutating func set(backbone new: Backbone) {
    guard new != backbone else { return }
    let old = backbone
    backbone = new
    if new.isLadder, old.isLadder { return }
    let before = self
    self = NetworkConfiguration()
    backbone = new
    (patch, targets, sumToInput) = (before.patch, before.targets, before.sumToInput)
    filters = before.filters
    guard !new.isLadder else { return }
    filters = min(filters, 32)
    latentChannels = []
    logVariance = .unit
    separateContextBranch = new != .braveNet
    if new == .braveNet {
      depth = 4
    } else {
      (encoderDropout, decoderDropout) = (0, 0)
    }
    set(context: new == .braveNet ? .unaligned : .vanilla)
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
    func refuse(
      _ name: String, _ found: some Equatable, unless expected: some Equatable & Sendable
    ) throws(ConfigurationError) {
      let (found, expected) = ("\(found)", "\(expected)")
      try require(
        found == expected,
        "network.\(name) is \(found), but a network of backbone \"\(backbone.rawValue)\" has no such"
          + " setting; leave it at \(expected)")
    }
    if backbone.isLadder {
      return try refuse("depth", depth, unless: plain.depth)
    }
    try refuse("latentChannels", latentChannels, unless: [Int]())
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
    try refuse("logVariance", logVariance, unless: LogVariance.unit)
    try refuse("logVarianceMinimum", logVarianceMinimum, unless: plain.logVarianceMinimum)
    try refuse("logVarianceMaximum", logVarianceMaximum, unless: plain.logVarianceMaximum)
    if backbone == .braveNet {
      try refuse("separateContextBranch", separateContextBranch, unless: false)
    } else {
      try refuse("encoderDropout", encoderDropout, unless: 0.0)
      try refuse("decoderDropout", decoderDropout, unless: 0.0)
    }
  }
}
