import Checkpoint
import Experiment

/// What a user knows about a network whose weights do not tell.
public struct NetworkChoices: Sendable {
  /// The kind of network.
  public var backbone: Backbone?
  /// How zoomed-out images take part.
  public var context: ContextVariant?
  /// The side of the patches, in pixels.
  public var patch: Int?

  /// Choices; nil leaves one to the weights and the authors' published settings.
  public init(
    backbone: Backbone? = nil, context: ContextVariant? = nil, patch: Int? = nil
  ) {
    self.backbone = backbone
    self.context = context
    self.patch = patch
  }
}

/// The settings of a network of the authors' program, found out from names and shapes of its weights.
public struct DerivedNetwork: Sendable {
  /// The settings.
  public let configuration: NetworkConfiguration
  /// What the weights cannot tell and how it was taken, in sentences.
  public let notes: [String]

  init(_ configuration: NetworkConfiguration, notes: [String]) {
    self.configuration = configuration
    self.notes = notes
  }

  /// Recognises a ladder, a U-Net or a BraveNet.
  ///
  /// - Parameters:
  ///   - checkpoint: the weights
  ///   - targets: the number of structures that the network splits out
  ///   - choices: what the weights do not tell
  /// - Throws: ``ModelError`` when the weights are of none of them or contradict the choices, or
  ///   `ConfigurationError` when the settings are impossible.
  public init(
    _ checkpoint: TorchCheckpoint, targets: Int, choices: NetworkChoices = NetworkChoices()
  ) throws {
    let weights = WeightShapes(checkpoint: checkpoint)
    if weights["first_bottom_up.0.weight"] != nil {
      self = try Self.ladder(weights, targets: targets, choices)
    } else if weights["inc.double_conv.0.weight"] != nil {
      self = try Self.unet(weights, targets: targets, choices)
    } else if weights["model.bottom_up_layers.0.0.0.weight"] != nil {
      self = try Self.braveNet(weights, targets: targets, choices)
    } else {
      let names = checkpoint.entries.prefix(3).map(\.name).joined(separator: ", ")
      throw ModelError(
        "\(checkpoint.path) holds weights of no network that is known here: its "
          + "\(checkpoint.entries.count) tensors begin with \(names); expected a ladder "
          + "(first_bottom_up.…), a U-Net (inc.…) or a BraveNet (model.bottom_up_layers.…) of the "
          + "authors' program")
    }
    try configuration.validate()
  }

  /// Refuses a choice of backbone that the weights contradict.
  static func check(
    _ choice: Backbone?, among backbones: [Backbone], _ weights: WeightShapes
  ) throws(ModelError) {
    guard let choice, !backbones.contains(choice) else { return }
    throw ModelError(
      "\(weights.checkpoint.path) holds weights of the backbone "
        + "\(backbones.map(\.rawValue).joined(separator: " or ")), not \(choice.rawValue)")
  }

  /// The error of weights that are not what the authors' program makes.
  static func unexpected(_ name: String, _ weights: WeightShapes) -> ModelError {
    let found = weights[name].map { "has the shape \($0)" } ?? "is missing"
    return ModelError(
      "\(weights.checkpoint.path): \(name) \(found), which no network of the authors' program has; "
        + "say what it is with --config")
  }
}
