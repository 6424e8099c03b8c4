/// One level of the ladder.
public struct Level: Equatable, Sendable {
  /// Its place, 0 at the bottom.
  public let index: Int
  /// The channels of its feature maps.
  public let channels: Int
  /// The channels of its latents.
  public let latentChannels: Int
  /// Whether a zoomed-out image enters here.
  public let takesContext: Bool
  /// H = W after the bottom-up step, in pixels.
  public let encoderSize: Int
  /// H = W of the latents and of what the bottom-up step hands over, which is cropped to it.
  public let skipSize: Int
  /// H = W after the top-down step, in pixels.
  public let decoderSize: Int
  /// The factor of the features that the posterior is computed from.
  ///
  /// `sqrt(2 (1 + index))` in ladders of more than four levels, else 1. The authors' code has
  /// it, the paper does not mention it.
  public let posteriorScale: Double
}

/// The sizes of all levels: what distinguishes the context variants (µSplit, section 3.2).
public struct LadderPlan: Equatable, Sendable {
  /// The levels, bottom first.
  public let levels: [Level]
  /// The side of the patches, in pixels.
  public let patch: Int
  /// How zoomed-out images take part.
  public let variant: ContextVariant
  /// The number of zoomed-out images.
  public let contexts: Int
  /// H = W of the top level's prior, in pixels: a parameter, so it stays as trained when the
  /// plan is resized.
  public let topPriorSize: Int

  /// Whether the bottom-up half keeps the patch's size where context enters.
  public var keepsEncoder: Bool { Self.keepsEncoder(variant) }

  /// Whether the top-down half keeps the patch's size where context enters.
  public var keepsDecoder: Bool { Self.keepsDecoder(variant) }

  /// The images of an input: the patch itself and its zoomed-out versions.
  public var inputChannels: Int { contexts + 1 }

  /// Plans the ladder of a network.
  ///
  /// - Throws: ``ConfigurationError`` for an impossible network.
  public init(_ configuration: NetworkConfiguration) throws(ConfigurationError) {
    try require(
      configuration.backbone.isLadder,
      "network.backbone is \"\(configuration.backbone.rawValue)\", which has no ladder")
    try configuration.validate()
    try self.init(unchecked: configuration)
  }

  /// The plan of the same network for patches of another size.
  ///
  /// - Throws: ``ConfigurationError`` for a size that its levels cannot halve.
  public func resized(to patch: Int) throws(ConfigurationError) -> LadderPlan {
    try LadderPlan(self, patch: patch)
  }

  /// The least factor of a patch's size: each strided level must halve a whole number.
  public var divisor: Int {
    Self.divisor(variant: variant, levels: levels.count, contexts: contexts)
  }

  /// Plans a ladder whose other settings are known to be possible.
  init(unchecked configuration: NetworkConfiguration) throws(ConfigurationError) {
    patch = configuration.patch
    variant = configuration.context
    contexts = configuration.contexts
    levels = try Self.levels(
      variant: variant, patch: patch, contexts: contexts, channels: configuration.filters,
      latentChannels: configuration.latentChannels)
    topPriorSize = levels.last?.skipSize ?? patch
  }

  private init(_ plan: LadderPlan, patch: Int) throws(ConfigurationError) {
    self.patch = patch
    variant = plan.variant
    contexts = plan.contexts
    levels = try Self.levels(
      variant: variant, patch: patch, contexts: contexts, channels: plan.levels[0].channels,
      latentChannels: plan.levels.map(\.latentChannels))
    topPriorSize = plan.topPriorSize
  }

  private static func levels(
    variant: ContextVariant, patch: Int, contexts: Int, channels: Int, latentChannels: [Int]
  ) throws(ConfigurationError) -> [Level] {
    let count = latentChannels.count
    let strided = halvings(variant: variant, levels: count, contexts: contexts)
    try require(
      strided < 31,
      "the \(count) levels halve the patch \(strided) times, at most 30 are possible")
    let divisor = 1 << strided
    try require(
      patch > 0 && patch % divisor == 0,
      "the patch of \(patch) pixels cannot be halved \(strided) times for"
        + " \(count) levels with \(contexts) contexts; take a multiple of \(divisor)")
    var levels: [Level] = []
    var encoder = patch
    for (index, latent) in latentChannels.enumerated() {
      let context = index < contexts
      if !context { encoder /= 2 }
      let cropped = keepsEncoder(variant) && !keepsDecoder(variant)
      let skip = cropped ? min(encoder, patch >> (index + 1)) : encoder
      levels.append(
        Level(
          index: index, channels: channels, latentChannels: latent, takesContext: context,
          encoderSize: encoder, skipSize: skip, decoderSize: min(2 * skip, patch),
          posteriorScale: count > 4 ? (2 * Double(1 + index)).squareRoot() : 1))
    }
    return levels
  }

  /// How often the ladder halves the patch.
  private static func halvings(variant: ContextVariant, levels: Int, contexts: Int) -> Int {
    keepsDecoder(variant) ? max(1, levels - contexts) : levels
  }

  private static func divisor(variant: ContextVariant, levels: Int, contexts: Int) -> Int {
    1 << halvings(variant: variant, levels: levels, contexts: contexts)
  }

  private static func keepsEncoder(_ variant: ContextVariant) -> Bool { variant != .vanilla }

  private static func keepsDecoder(_ variant: ContextVariant) -> Bool {
    variant == .regular || variant == .deep
  }
}
