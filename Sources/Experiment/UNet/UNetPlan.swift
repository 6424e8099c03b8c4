/// The channels and sizes of all levels of a U-Net or a BraveNet.
///
/// Level 0 has the patch's size. The variants of a U-Net differ in the sizes alone: `regular` (the
/// authors' U-Net with lateral context) and `deep` keep the patch's size both ways wherever context
/// enters. `lean` keeps it on the way down only, and crops what goes across and up to what a plain
/// U-Net has there; that and `deep` are ours, after the ladders of the same names.
public struct UNetPlan: Equatable, Sendable {
  /// One level.
  public struct Level: Equatable, Sendable {
    /// Its place, 0 where the network begins.
    public let index: Int
    /// The channels of its features on the way down.
    public let channels: Int
    /// The channels of its features on the way up; at the deepest level those that go up from it.
    public let decoderChannels: Int
    /// The side of the context image that enters here, in pixels of the patch; nil when none does.
    public let contextExtent: Int?
    /// H = W on the way down, in pixels.
    public let encoderSize: Int
    /// H = W of what goes across, and so of the way up, in pixels.
    public let skipSize: Int
  }

  /// The levels, the patch's first.
  public let levels: [Level]
  /// The number of context images.
  public let contexts: Int
  /// Whether what goes across is cropped to the size that a plain U-Net has there.
  public let cropsSkips: Bool

  /// The images of an input: the patch itself and its zoomed-out versions.
  public var inputChannels: Int { contexts + 1 }
  /// How often the patch is halved on the way down where no context keeps its size.
  public var halvings: Int { levels.count - 1 }
  /// H = W of the smallest features that are normalised, in pixels.
  public var bottomSize: Int { levels.last?.encoderSize ?? 1 }

  /// Plans a U-Net or a BraveNet.
  ///
  /// - Throws: ``ConfigurationError`` for an impossible network, or another kind of it.
  public init(_ configuration: NetworkConfiguration) throws(ConfigurationError) {
    try require(
      !configuration.backbone.isLadder,
      "network.backbone is \"\(configuration.backbone.rawValue)\", which is no U-Net")
    try configuration.validate()
    try self.init(unchecked: configuration)
  }

  /// Plans a network whose settings are known to belong to its backbone.
  init(unchecked network: NetworkConfiguration) throws(ConfigurationError) {
    try Self.validateDepth(network)
    try Self.validateContext(network)
    let isBraveNet = network.backbone == .braveNet
    let count = isBraveNet ? network.depth : network.depth + 1
    contexts = network.contexts
    cropsSkips = network.context == .lean
    var levels: [Level] = []
    var size = network.patch
    for index in 0..<count {
      let takesContext = isBraveNet ? index == 0 : index > 0 && index <= network.contexts
      if index > 0, isBraveNet || !takesContext { size /= 2 }
      // The deepest level of a U-Net has the channels of the one before it.
      let doublings = isBraveNet ? index : min(index, network.depth - 1)
      let channels = network.filters << doublings
      let decoder = isBraveNet || index == 0 ? channels : network.filters << (index - 1)
      levels.append(
        Level(
          index: index, channels: channels,
          decoderChannels: index == count - 1 ? channels : decoder,
          contextExtent: takesContext ? network.patch << max(index, 1) : nil, encoderSize: size,
          skipSize: cropsSkips ? min(size, network.patch >> index) : size))
    }
    self.levels = levels
  }

  private static func validateDepth(_ network: NetworkConfiguration) throws(ConfigurationError) {
    let name = network.backbone.rawValue
    let isBraveNet = network.backbone == .braveNet
    let range = isBraveNet ? 2...8 : 1...8
    try require(
      range.contains(network.depth),
      "network.depth is \(network.depth), \(range.lowerBound) to \(range.upperBound) are possible for"
        + " backbone \"\(name)\"")
    let halvings = isBraveNet ? network.depth - 1 : network.depth
    try require(
      network.patch >> halvings >= 1,
      "the patch of \(network.patch) pixels is too small for network.depth \(network.depth), which"
        + " halves it \(halvings) times; take a patch of at least \(1 << halvings) pixels or a smaller"
        + " depth")
    let most = 65536 >> (network.depth - 1)
    try require(
      network.filters <= most,
      "network.filters is \(network.filters), and doubles with each of the \(network.depth) levels of"
        + " network.depth; at most \(most) are possible")
  }

  private static func validateContext(_ network: NetworkConfiguration) throws(ConfigurationError) {
    let (context, contexts) = (network.context, network.contexts)
    switch network.backbone {
    case .braveNet:
      try require(
        context == .unaligned && contexts == 1,
        "network.context is \"\(context.rawValue)\" with \(contexts) contexts, but backbone"
          + " \"braveNet\" takes exactly one context image, \"unaligned\" with 1 context")
    case .contextAwareUNet:
      try require(
        context == .vanilla && contexts == 0,
        "network.context is \"\(context.rawValue)\" with \(contexts) contexts, but backbone"
          + " \"contextAwareUNet\" has no way to take context images; choose \"vanilla\" with 0, or"
          + " backbone \"unet\"")
    case .unet, .hvae, .hae:
      try network.requireContextsOfVariant()
      try require(
        contexts < network.depth,
        "network.contexts is \(contexts), but a U-Net of network.depth \(network.depth) takes at most"
          + " \(network.depth - 1), one at each halving but the last; lower it or take a larger depth"
      )
      try require(
        context != .deep || contexts < network.depth - 1,
        "network.context is \"deep\", which needs two halvings or more beyond those that take the"
          + " \(contexts) contexts, but network.depth is \(network.depth); take depth"
          + " \(contexts + 2) or choose \"regular\"")
    }
  }
}
