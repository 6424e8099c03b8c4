import ArgumentParser
import Experiment

/// The network's shape.
struct NetworkOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Kind of network: a ladder with normal distributions or points for latent variables, or one "
        + "to compare with; also sets what comes with it."))
  var backbone: Backbone?

  @Option(
    help:
      "How zoomed-out images take part; also sets the contexts and levels or depth for it.")
  var context: ContextVariant?

  @Option(help: ArgumentHelp("Side of the square patches.", valueName: "pixels"))
  var patch: Int?

  @Option(help: ArgumentHelp("Zoomed-out images per patch.", valueName: "count"))
  var contexts: Int?

  @Option(help: ArgumentHelp("Levels of the ladder.", valueName: "count"))
  var levels: Int?

  @Option(
    help: ArgumentHelp("Halvings of a U-Net, or levels of a BraveNet.", valueName: "count"))
  var depth: Int?

  @Option(
    help: ArgumentHelp(
      "Channels of a ladder's feature maps, or of another network's first level.",
      valueName: "count"))
  var filters: Int?

  @Option(help: ArgumentHelp("Latent channels of each level.", valueName: "count"))
  var latents: Int?

  @Option(help: ArgumentHelp("Residual blocks of each level.", valueName: "count"))
  var blocks: Int?

  /// Changes what was named on the command line.
  func apply(to configuration: inout Configuration) throws {
    if let backbone { configuration.set(backbone: backbone) }
    try checkOptions(of: configuration.network.backbone)
    apply(to: &configuration.network)
  }

  /// Refuses options that a backbone has no setting for.
  private func checkOptions(of backbone: Backbone) throws {
    let name = backbone.rawValue
    guard !backbone.isLadder else {
      if let levels, !(1...64).contains(levels) {
        throw CommandError("--levels is \(levels), 1 to 64 are possible")
      }
      if depth != nil {
        throw CommandError(
          "--depth is for unet, contextAwareUNet and braveNet; the ladder of \(name) is set by "
            + "--levels")
      }
      return
    }
    if levels != nil {
      throw CommandError(
        "--levels counts the levels of a ladder, which \(name) is not; use --depth")
    }
    if latents != nil {
      throw CommandError(
        "--latents sets the latent channels of a ladder, and \(name) has none; the size of the "
          + "network is set by --depth and --filters")
    }
    if blocks != nil {
      throw CommandError(
        "--blocks counts the residual blocks of a ladder's levels, and \(name) has none; the size "
          + "of the network is set by --depth and --filters")
    }
  }

  private func apply(to network: inout NetworkConfiguration) {
    if let context { network.set(context: context) }
    if let patch { network.patch = patch }
    if let contexts { network.contexts = contexts }
    if let levels {
      let top = network.latentChannels.last ?? 128
      network.latentChannels = (0..<levels).map {
        $0 < network.latentChannels.count ? network.latentChannels[$0] : top
      }
    }
    if let depth { network.depth = depth }
    if let latents { network.latentChannels = network.latentChannels.map { _ in latents } }
    if let filters { network.filters = filters }
    if let blocks { network.blocksPerLevel = blocks }
  }
}
