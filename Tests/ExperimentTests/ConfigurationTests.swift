import Experiment
import Foundation
import TestSupport
import Testing

/// Settings that can be carried out: the defaults with files.
func possible() -> Configuration {
  var configuration = Configuration()
  configuration.data.targets = [
    ChannelSource(name: "actin", file: "actin.tif"),
    ChannelSource(name: "tubulin", file: "tubulin.tif", channel: .name("tub")),
  ]
  return configuration
}

/// A change of the settings that makes them impossible, and parts of the sentence that says so.
struct ImpossibleChange: Sendable, CustomStringConvertible {
  let parts: [String]
  let change: @Sendable (inout Configuration) -> Void
  var description: String { parts.joined(separator: " … ") }

  init(_ parts: String..., change: @escaping @Sendable (inout Configuration) -> Void) {
    self.parts = parts
    self.change = change
  }
}

private let impossible: [ImpossibleChange] = [
  .init("network.patch is 4 ") { $0.network.patch = 4 },
  .init("network.patch is -64") { $0.network.patch = -64 },
  .init("patch of 60 pixels", "multiple of 16") { $0.network.patch = 60 },
  .init("network.contexts is 5", "4 levels") { $0.network.contexts = 5 },
  .init("network.contexts is -1") { $0.network.contexts = -1 },
  .init("network.contexts is 17") { $0.network.contexts = 17 },
  .init("network.contexts is 4", "\"vanilla\"") { $0.network.context = .vanilla },
  .init("network.contexts is 0", "\"lean\"") { $0.network.contexts = 0 },
  .init("network.filters is 0") { $0.network.filters = 0 },
  .init("network.targets is 1") { $0.network.targets = 1 },
  .init("network.targets is 3", "names 2") { $0.network.targets = 3 },
  .init("latentChannels is empty") { $0.network.latentChannels = [] },
  .init("latentChannels[1] is 0") { $0.network.latentChannels[1] = 0 },
  .init("blocksPerLevel is 0") { $0.network.blocksPerLevel = 0 },
  .init("kernel is 4") { $0.network.kernel = 4 },
  .init("kernel is -3") { $0.network.kernel = -3 },
  .init("encoderDropout is 1.0") { $0.network.encoderDropout = 1 },
  .init("decoderDropout is -0.1") { $0.network.decoderDropout = -0.1 },
  .init("latentLogVarianceMaximum is nan") { $0.network.latentLogVarianceMaximum = .nan },
  .init("logVarianceMinimum is 21.0", "20.0") { $0.network.logVarianceMinimum = 21 },
  .init("context is \"unaligned\"", "braveNet") {
    $0.network.context = .unaligned
    $0.network.contexts = 1
  },
  .init("network.depth is 4", "hvae", "leave it at 5") { $0.network.depth = 4 },
  .init("latentChannels is [128", "unet", "leave it at []") { $0.network.backbone = .unet },
  .init("latentChannels is [8]", "braveNet") {
    $0.set(backbone: .braveNet)
    $0.network.latentChannels = [8]
  },
  .init("network.kernel is 5", "unet", "leave it at 3") {
    $0.network.kernel = 5
    $0.set(backbone: .unet)
  },
  .init("logVariance is pixel", "leave it at unit") {
    $0.set(backbone: .unet)
    $0.network.logVariance = .pixel
  },
  .init("encoderDropout is 0.1", "contextAwareUNet") {
    $0.set(backbone: .contextAwareUNet)
    $0.network.encoderDropout = 0.1
  },
  .init("separateContextBranch is true", "braveNet") {
    $0.set(backbone: .braveNet)
    $0.network.separateContextBranch = true
  },
  .init("network.depth is 0", "1 to 8") {
    $0.set(backbone: .unet)
    $0.network.depth = 0
  },
  .init("network.depth is 1", "2 to 8") {
    $0.set(backbone: .braveNet)
    $0.network.depth = 1
  },
  .init("patch of 63 pixels", "depth 6", "at least 64") {
    $0.set(backbone: .unet)
    $0.network.patch = 63
    $0.network.depth = 6
  },
  .init("filters is 8192", "at most 4096") {
    $0.set(backbone: .unet)
    $0.network.filters = 8192
  },
  .init("contexts is 5", "depth 5", "at most 4") {
    $0.set(backbone: .unet)
    $0.network.set(context: .regular)
    $0.network.contexts = 5
  },
  .init("\"deep\"", "depth is 5", "take depth 6") {
    $0.set(backbone: .unet)
    $0.network.set(context: .deep)
    $0.network.depth = 5
  },
  .init("contexts is 2", "\"vanilla\"") {
    $0.set(backbone: .unet)
    $0.network.contexts = 2
  },
  .init("\"regular\" with 4 contexts", "contextAwareUNet") {
    $0.set(backbone: .contextAwareUNet)
    $0.network.set(context: .regular)
  },
  .init("\"unaligned\" with 2 contexts", "exactly one") {
    $0.set(backbone: .braveNet)
    $0.network.contexts = 2
  },
  .init("training.batch is 1", "depth 6", "one pixel") {
    $0.set(backbone: .unet)
    $0.network.depth = 6
    $0.training.batch = 1
  },
  .init("data.targets names 1") { $0.data.targets.removeLast() },
  .init("data.targets[1] names no file") { $0.data.targets[1].file = "" },
  .init("data.targets[0] has no name") { $0.data.targets[0].name = "" },
  .init("both named \"actin\"") { $0.data.targets[1].name = "actin" },
  .init("data.targets[0].channel is -1") { $0.data.targets[0].channel = .index(-1) },
  .init("data.targets[0].channel is an empty") { $0.data.targets[0].channel = .name("") },
  .init("data.input.source names no file") { $0.data.input.kind = .acquired },
  .init("data.input.weights has 3", "2 targets") { $0.data.input.weights = [1, 1, 1] },
  .init("data.input.weights[1] is 0.0") { $0.data.input.weights = [1, 0] },
  .init("clipQuantile is 0.0") { $0.data.clipQuantile = 0 },
  .init("clipQuantile is 1.5") { $0.data.clipQuantile = 1.5 },
  .init("backgroundQuantile is 1.0") { $0.data.backgroundQuantile = 1 },
  .init("paddingValue is inf") { $0.data.paddingValue = .infinity },
  .init("validation is -0.1") { $0.data.split.validation = -0.1 },
  .init("test is 1.0") { $0.data.split.test = 1 },
  .init("validation 0.5 and test 0.5") {
    $0.data.split.validation = 0.5
    $0.data.split.test = 0.5
  },
  .init("likelihoodFrom is 1.0") { $0.loss.likelihoodFrom = 1 },
  .init("klWeight is -1.0") { $0.loss.klWeight = -1 },
  .init("klAnnealingEpochs is -1") { $0.loss.klAnnealingEpochs = -1 },
  .init("freeBits is -1.0") { $0.loss.freeBits = -1 },
  .init("channelWeights has 1", "2 targets") { $0.loss.channelWeights = [1] },
  .init("channelWeights[0] is -1.0") { $0.loss.channelWeights = [-1, 1] },
  .init("reconstructionWeights[1] is nan") { $0.loss.reconstructionWeights = [1, .nan] },
  .init("epochs is 0") { $0.training.epochs = 0 },
  .init("batch is -1") { $0.training.batch = -1 },
  .init("loaderThreads is 0") { $0.training.loaderThreads = 0 },
  .init("stepsPerEpoch is -1") { $0.training.stepsPerEpoch = -1 },
  .init("learningRate is 0.0") { $0.training.optimiser.learningRate = 0 },
  .init("epsilon is 0.0") { $0.training.optimiser.epsilon = 0 },
  .init("beta2 is 1.0") { $0.training.optimiser.beta2 = 1 },
  .init("weightDecay is -1.0") { $0.training.optimiser.weightDecay = -1 },
  .init("gradientClip is nan") { $0.training.gradientClip = .nan },
  .init("timeBudget is -1.0") { $0.training.timeBudget = -1 },
  .init("averaging is 1.0") { $0.training.averaging = 1 },
  .init("factor is 1.0") { $0.training.schedule.factor = 1 },
  .init("floor is 2.0") { $0.training.schedule.floor = 2 },
  .init("warmUp is 1.0") { $0.training.schedule.warmUp = 1 },
  .init("minimumRate is 0.1", "0.001") { $0.training.schedule.minimumRate = 0.1 },
  .init("device is empty") { $0.training.device = "" },
]

@Suite("Configuration")
struct ConfigurationTests {
  @Test("an impossible setting is refused with the numbers", arguments: impossible)
  func refuses(_ change: ImpossibleChange) throws {
    var configuration = possible()
    change.change(&configuration)
    let error = #expect(throws: ConfigurationError.self) { try configuration.validate() }
    #expect(error?.kind == .impossible)
    for part in change.parts { #expect(error?.description.contains(part) == true) }
  }

  @Test("presets are possible once they have files", arguments: Preset.allCases)
  func validatesPresets(_ preset: Preset) throws {
    var configuration = Configuration.preset(preset)
    configuration.data.targets = possible().data.targets
    try configuration.validate()
  }

  @Test("the paper's preset has the authors' settings")
  func hasAuthorsSettings() {
    let configuration = Configuration.preset(.paper)
    let network = configuration.network
    #expect(network.patch == 64 && network.filters == 64)
    #expect(network.latentChannels == [128, 128, 128, 128])
    #expect(network.encoderDropout == 0.1 && network.decoderDropout == 0.1)
    #expect(network.latentLogVarianceMaximum == 20 && network.logVarianceMinimum == -5)
    #expect(configuration.loss.kind == .likelihood && configuration.loss.klWeight == 1)
    #expect(configuration.loss.klEstimate == .monteCarlo && configuration.loss.freeBits == 0)
    #expect(configuration.data.clipQuantile == 0.995 && !configuration.data.clipPerChannel)
    let training = configuration.training
    #expect(training.epochs == 200 && training.batch == 32 && training.gradientClip == 0.5)
    #expect(training.optimiser.kind == .adamax && training.optimiser.learningRate == 1e-3)
    #expect(training.schedule.kind == .plateau && training.schedule.patience == 15)
    #expect(training.earlyStoppingPatience == 100 && !training.flips && training.averaging == 0)
  }

  @Test("a variant brings the paper's contexts and levels")
  func setsContext() throws {
    let expected: [(ContextVariant, Int, Int)] = [
      (.vanilla, 0, 4), (.lean, 4, 4), (.regular, 4, 4), (.deep, 4, 8),
    ]
    for (variant, contexts, levels) in expected {
      var network = Configuration.preset(.fast).network
      network.set(context: variant)
      #expect(network.context == variant && network.contexts == contexts)
      let bottom = Configuration.preset(.fast).network.latentChannels[0]
      #expect(network.latentChannels == Array(repeating: bottom, count: levels))
      try network.validate()
    }
  }

  @Test("a backbone brings its settings", arguments: Backbone.allCases, Preset.allCases)
  func setsBackbone(_ backbone: Backbone, _ preset: Preset) throws {
    var configuration = Configuration.preset(preset)
    configuration.data.targets = possible().data.targets
    configuration.network.patch = 48
    let before = configuration
    configuration.set(backbone: backbone)
    try configuration.validate()
    let network = configuration.network
    #expect(network.backbone == backbone && network.patch == 48)
    #expect(network.sumToInput == before.network.sumToInput)
    #expect(network.takesOnlyItsPatch == (backbone == .contextAwareUNet))
    switch backbone {
    case .hvae, .hae:
      var expected = before
      expected.network.backbone = backbone
      #expect(configuration == expected)
    case .unet, .contextAwareUNet:
      #expect(network.depth == 5 && network.contexts == 0 && network.context == .vanilla)
      #expect(network.encoderDropout == 0 && network.separateContextBranch)
    case .braveNet:
      #expect(network.depth == 4 && network.contexts == 1 && network.context == .unaligned)
      #expect(network.encoderDropout == 0.1 && network.decoderDropout == 0.1)
    }
    if !backbone.isLadder {
      #expect(network.filters == (preset == .fast ? 16 : 32))
      #expect(network.logVariance == .unit && configuration.loss.kind == .meanSquaredError)
    }
    configuration.set(backbone: .hae)
    try configuration.validate()
    #expect(configuration.network.levels == 4 && configuration.network.depth == 5)
    #expect(backbone.isLadder || configuration.loss.kind == .likelihood)
  }

  @Test("a U-Net takes the contexts of each variant, and its depth")
  func setsContextOfUNet() throws {
    let expected: [(ContextVariant, Int, Int)] = [
      (.vanilla, 0, 5), (.lean, 4, 5), (.regular, 4, 5), (.deep, 4, 6),
    ]
    for (variant, contexts, depth) in expected {
      var network = NetworkConfiguration()
      network.set(backbone: .unet)
      network.set(context: variant)
      #expect(network.contexts == contexts && network.depth == depth)
      try network.validate()
    }
  }
}
