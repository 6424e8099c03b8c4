/// All settings of a training run.
public struct Configuration: Codable, Equatable, Sendable {
  /// The network's shape.
  public var network = NetworkConfiguration()
  /// Where the images come from and how they are prepared.
  public var data = DataConfiguration()
  /// What the training minimises.
  public var loss = LossConfiguration()
  /// How the training proceeds.
  public var training = TrainingConfiguration()

  /// Makes the default settings.
  public init() {}

  /// Checks every setting by itself and against the others.
  ///
  /// - Throws: ``ConfigurationError`` with a sentence that has both numbers.
  public func validate() throws(ConfigurationError) {
    try network.validate()
    try data.validate()
    try loss.validate(targets: network.targets)
    try training.validate()
    try training.augmentation.validate(input: data.input.kind)
    try validateBatch()
    try require(
      data.targets.count == network.targets,
      "network.targets is \(network.targets), but data.targets names \(data.targets.count)"
        + " channels; they must agree")
  }

  /// Takes a backbone and the settings that come with it: those of
  /// ``NetworkConfiguration/set(backbone:)``, and the loss that its network can be trained on, the
  /// squared error where it predicts no variance.
  public mutating func set(backbone: Backbone) {
    let before = network.backbone
    network.set(backbone: backbone)
    guard before.isLadder != backbone.isLadder else { return }
    loss.kind = backbone.isLadder ? LossConfiguration().kind : .meanSquaredError
  }

  /// Refuses batches of one number per channel, which have no variance to normalise by.
  private func validateBatch() throws(ConfigurationError) {
    guard !network.backbone.isLadder, training.batch == 1 else { return }
    let bottom = try UNetPlan(unchecked: network).bottomSize
    try require(
      bottom > 1,
      "training.batch is 1, but the deepest of network.depth \(network.depth) is one pixel, and"
        + " batch normalisation needs more than one number; take 2 patches or more, or a smaller"
        + " depth")
  }
}

/// A named set of settings to start from.
public enum Preset: String, Choice {
  /// The settings that the authors published with the paper.
  case paper
  /// A recipe for a laptop without a graphics processor: minutes instead of hours.
  case fast
  /// The same recipe for a wider network, a graphics processor and a day.
  case best
}

extension Configuration {
  /// The settings of a preset.
  public static func preset(_ preset: Preset) -> Configuration {
    var configuration = Configuration()
    switch preset {
    case .paper:
      configuration.data.split.rule = .dealt
    case .fast:
      configuration.setQuickRecipe()
      configuration.network.set(width: 16)
      configuration.training.stepsPerEpoch = 200
      configuration.training.batch = 4
      configuration.training.timeBudget = 420
    case .best:
      configuration.setQuickRecipe()
      configuration.network.set(context: .regular)
      configuration.network.set(width: 64)
      configuration.training.stepsPerEpoch = 1000
      configuration.training.batch = 16
      configuration.training.optimiser.learningRate = 2e-3
      configuration.training.validationPatches = 256
      configuration.training.timeBudget = 86400
    }
    return configuration
  }

  /// What `fast` and `best` share (docs/results/quality.md).
  private mutating func setQuickRecipe() {
    network.set(backbone: .hae)
    network.encoderDropout = 0
    network.decoderDropout = 0
    network.sumToInput = true
    network.logVarianceMinimum = -10
    // A deviation above that of the target itself would be worse than its mean.
    network.logVarianceMaximum = 0
    network.varianceBranch = true
    loss.kind = .meanThenLikelihood
    loss.likelihoodFrom = 0
    training.epochs = 1000
    training.chooseTurns = true
    training.optimiser.kind = .muon
    training.optimiser.learningRate = 5e-3
    training.optimiser.beta2 = 0.99
    training.optimiser.weightDecay = 1e-4
    training.schedule.kind = .cosine
    training.schedule.warmUp = 0.05
    training.gradientClip = 2
    training.earlyStoppingPatience = 0
    training.validationPatches = 64
    training.validationLatents = .mean
  }
}
