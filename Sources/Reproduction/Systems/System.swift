import Experiment

/// A way to split images that the paper compares, or that is ours.
public struct System: Sendable, Equatable {
  /// How it works.
  public enum Method: Sendable, Equatable {
    /// A trained network.
    case network(NetworkShape)
    /// Two generators fitted to each image, without training (Gandelsman et al., 2019).
    case doubleDIP
  }

  /// Names it in files and on the command line, such as `hvae-lean`.
  public let id: String
  /// Names it in tables, such as `Lean-LC`.
  public let name: String
  /// The kind of network, such as `HVAE`, that tables print before the name.
  public let family: String
  /// How it works.
  public let method: Method
}

/// What one network differs in from the next.
public struct NetworkShape: Sendable, Equatable {
  /// The kind of network.
  public var backbone: Backbone
  /// How zoomed-out images take part.
  public var context: ContextVariant
  /// The side of a patch in the paper.
  public var patch = 64
  /// Levels of a ladder, or halvings of a U-Net; nil for the usual ones.
  public var levels: Int?
  /// Zoomed-out images; nil for the usual ones.
  public var contexts: Int?

  /// Sets a configuration's network, at the given side of the patches.
  ///
  /// - Parameter latents: latent channels of each level of a ladder
  func apply(to configuration: inout Configuration, patch: Int, latents: Int) {
    configuration.set(backbone: backbone)
    if backbone != .braveNet { configuration.network.set(context: context) }
    configuration.network.patch = patch
    if let contexts { configuration.network.contexts = contexts }
    guard backbone.isLadder else {
      if let levels { configuration.network.depth = levels }
      return
    }
    configuration.network.latentChannels = Array(
      repeating: latents, count: levels ?? configuration.network.levels)
  }
}

extension System {
  static let doubleDIP = System(
    id: "double-dip", name: "Double-DIP", family: "", method: .doubleDIP)
  static let braveNet = System(
    id: "bravenet", name: "BraveNet", family: "",
    method: .network(NetworkShape(backbone: .braveNet, context: .unaligned, contexts: 1)))
  static let contextAware = System(
    id: "context-aware-unet", name: "Context-Aware U-Net", family: "",
    method: .network(NetworkShape(backbone: .contextAwareUNet, context: .vanilla)))

  /// A U-Net of the given patch without context.
  static func unet(patch: Int, depth: Int? = nil) -> System {
    System(
      id: "unet-\(patch)" + (depth.map { "-depth-\($0)" } ?? ""),
      name: depth.map { "\($0) blocks" } ?? "Vanilla", family: "U-Net",
      method: .network(
        NetworkShape(backbone: .unet, context: .vanilla, patch: patch, levels: depth)))
  }

  /// A U-Net with context.
  static func unet(_ context: ContextVariant) -> System {
    System(
      id: "unet-\(context.rawValue)", name: context.title, family: "U-Net",
      method: .network(NetworkShape(backbone: .unet, context: context)))
  }

  /// A ladder of the paper, or one with as many contexts as the given levels.
  static func ladder(
    _ backbone: Backbone, _ context: ContextVariant, levels: Int? = nil
  ) -> System {
    System(
      id: "\(backbone.rawValue)-\(context.rawValue)", name: context.title,
      family: backbone.rawValue.uppercased(),
      method: .network(
        NetworkShape(
          backbone: backbone, context: context, levels: levels,
          contexts: context == .vanilla ? nil : levels)))
  }

  /// The vanilla ladder with patches of 512 pixels.
  static func vanillaXL(_ backbone: Backbone) -> System {
    System(
      id: "\(backbone.rawValue)-vanilla-xl", name: "Vanilla-XL",
      family: backbone.rawValue.uppercased(),
      method: .network(NetworkShape(backbone: backbone, context: .vanilla, patch: 512)))
  }

  /// A ladder with the given numbers of levels and contexts.
  static func ladder(
    _ backbone: Backbone, _ context: ContextVariant, levels: Int, contexts: Int, patch: Int = 64
  ) -> System {
    System(
      id: "\(backbone.rawValue)-\(context.rawValue)-levels-\(levels)-contexts-\(contexts)"
        + "-patch-\(patch)",
      name: context.title, family: backbone.rawValue.uppercased(),
      method: .network(
        NetworkShape(
          backbone: backbone, context: context, patch: patch, levels: levels, contexts: contexts)))
  }
}

extension ContextVariant {
  /// What tables call it.
  var title: String {
    switch self {
    case .vanilla: "Vanilla"
    case .lean: "Lean-LC"
    case .regular: "Regular-LC"
    case .deep: "Deep-LC"
    case .unaligned: "BraveNet"
    }
  }
}
