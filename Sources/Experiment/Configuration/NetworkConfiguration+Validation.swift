extension NetworkConfiguration {
  /// Checks every setting by itself and against the others.
  ///
  /// - Throws: ``ConfigurationError`` with a sentence that has both numbers.
  public func validate() throws(ConfigurationError) {
    try require(
      (8...16384).contains(patch), "network.patch is \(patch) pixels, 8 to 16384 are possible")
    try require(
      (1...65536).contains(filters), "network.filters is \(filters), 1 to 65536 are possible")
    try require(targets >= 2, "network.targets is \(targets), splitting needs at least 2")
    for (name, share) in [("encoder", encoderDropout), ("decoder", decoderDropout)] {
      try require(
        share >= 0 && share < 1,
        "network.\(name)Dropout is \(share), a fraction from 0 to below 1 is needed")
    }
    try require(contexts >= 0, "network.contexts is \(contexts), it cannot be negative")
    try require(contexts <= 16, "network.contexts is \(contexts), at most 16 are possible")
    try validateForeignSettings()
    if backbone.isLadder {
      try validateLadder()
    } else {
      _ = try UNetPlan(unchecked: self)
    }
  }

  private func validateLadder() throws(ConfigurationError) {
    try require(
      !latentChannels.isEmpty, "network.latentChannels is empty, one number per level is needed")
    for (level, channels) in latentChannels.enumerated() {
      try require(
        (1...65536).contains(channels),
        "network.latentChannels[\(level)] is \(channels), 1 to 65536 are possible")
    }
    try require(
      (1...64).contains(blocksPerLevel),
      "network.blocksPerLevel is \(blocksPerLevel), 1 to 64 are possible")
    try require(
      kernel > 0 && kernel % 2 == 1 && kernel <= patch,
      "network.kernel is \(kernel), an odd number from 1 to the patch's \(patch) is needed")
    try require(
      latentLogVarianceMaximum.isFinite,
      "network.latentLogVarianceMaximum is \(latentLogVarianceMaximum), a finite number is needed")
    try require(
      !varianceBranch || logVariance != .unit,
      "network.varianceBranch is true, but with network.logVariance \"unit\" no variances are"
        + " predicted; set it to false")
    try require(
      logVarianceMinimum < logVarianceMaximum,
      "network.logVarianceMinimum is \(logVarianceMinimum), it must lie below"
        + " logVarianceMaximum, \(logVarianceMaximum)")
    try validateContexts()
    _ = try LadderPlan(unchecked: self)
  }

  private func validateContexts() throws(ConfigurationError) {
    try require(
      contexts <= levels,
      "network.contexts is \(contexts), but there are \(levels) levels to take them; lower it or"
        + " give latentChannels \(contexts) numbers")
    try requireContextsOfVariant()
  }

  /// Refuses contexts without a variant that takes them, a variant without contexts, and
  /// BraveNet's variant.
  func requireContextsOfVariant() throws(ConfigurationError) {
    try require(
      context != .unaligned,
      "network.context is \"unaligned\", which backbone \"braveNet\" alone has; choose"
        + " \"vanilla\", \"lean\", \"regular\" or \"deep\" for \"\(backbone.rawValue)\"")
    if context == .vanilla {
      try require(
        contexts == 0,
        "network.contexts is \(contexts), but context \"vanilla\" takes 0; choose \"lean\","
          + " \"regular\" or \"deep\" to use them")
    } else {
      try require(
        contexts > 0,
        "network.contexts is 0, but context \"\(context.rawValue)\" needs at least 1; choose"
          + " \"vanilla\" to use none")
    }
  }
}
