import ArgumentParser
import Experiment

/// The network's shape.
struct NetworkOptions: ParsableArguments {
  @Option(help: "Kind of latent variables: normal distributions or points.")
  var backbone: Backbone?

  @Option(
    help: "How zoomed-out images take part; also sets the paper's contexts and levels for it.")
  var context: ContextVariant?

  @Option(help: ArgumentHelp("Side of the square patches.", valueName: "pixels"))
  var patch: Int?

  @Option(help: ArgumentHelp("Zoomed-out images per patch.", valueName: "count"))
  var contexts: Int?

  @Option(help: ArgumentHelp("Levels of the ladder.", valueName: "count"))
  var levels: Int?

  @Option(help: ArgumentHelp("Channels of every feature map.", valueName: "count"))
  var filters: Int?

  @Option(help: ArgumentHelp("Latent channels of each level.", valueName: "count"))
  var latents: Int?

  @Option(help: ArgumentHelp("Residual blocks of each level.", valueName: "count"))
  var blocks: Int?

  /// Changes what was named on the command line.
  func apply(to network: inout NetworkConfiguration) throws {
    if let levels, !(1...64).contains(levels) {
      throw CommandError("--levels is \(levels), 1 to 64 are possible")
    }
    if let context { network.set(context: context) }
    if let backbone { network.backbone = backbone }
    if let patch { network.patch = patch }
    if let contexts { network.contexts = contexts }
    if let levels {
      let top = network.latentChannels.last ?? 128
      network.latentChannels = (0..<levels).map {
        $0 < network.latentChannels.count ? network.latentChannels[$0] : top
      }
    }
    if let latents { network.latentChannels = network.latentChannels.map { _ in latents } }
    if let filters { network.filters = filters }
    if let blocks { network.blocksPerLevel = blocks }
  }
}
