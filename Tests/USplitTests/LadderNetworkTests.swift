import Experiment
import TestSupport
import Testing
import Torch
import USplit

@Suite("Ladder networks")
struct LadderNetworkTests {
  /// A shape of network that the paper's figures allow.
  struct Shape: CustomTestStringConvertible, Sendable {
    var variant: ContextVariant
    var backbone: Backbone
    var levels = 2
    var contexts = 2
    var targets = 2
    var patch = 16

    var testDescription: String {
      "\(variant) \(backbone), \(levels) levels, \(contexts) contexts, \(targets) targets"
    }

    var network: NetworkConfiguration {
      var network = NetworkConfiguration()
      network.context = variant
      network.backbone = backbone
      network.contexts = variant == .vanilla ? 0 : contexts
      network.latentChannels = Array(repeating: 3, count: levels)
      network.filters = 4
      network.targets = targets
      network.patch = patch
      return network
    }

    /// A network and its store.
    func make(seed: UInt64 = 1) throws -> (LadderNetwork, ParameterStore) {
      let store = try ParameterStore(seed: seed)
      return (try LadderNetwork(network, store.root), store)
    }
  }

  static let backbones = Backbone.allCases.filter(\.isLadder)
  static let kinds: [Shape] = [ContextVariant.vanilla, .lean, .regular, .deep].flatMap { variant in
    backbones.map { Shape(variant: variant, backbone: $0) }
  }

  private func input(_ shape: Shape, batch: Int = 2, height: Int? = nil, width: Int? = nil)
    throws -> Tensor
  {
    try Tiny.noise([
      batch, 1 + shape.network.contexts, height ?? shape.patch, width ?? shape.patch,
    ])
  }

  private func expectOutput(_ shape: Shape) throws {
    let (network, _) = try shape.make()
    let generator = try Generator(seed: 2)
    let pass = Pass(
      mode: .training(generator), latents: .sample(generator), divergence: .monteCarlo)
    let output = network.trace(try input(shape), pass)
    let side = shape.patch
    #expect(output.features.shape == [2, 4, side, side])
    #expect(output.prediction.mean.shape == [2, shape.targets, side, side])
    #expect(output.prediction.logVariance?.shape == [2, shape.targets, side, side])
    #expect(output.latents.count == shape.levels)
    for (level, latent) in zip(network.plan.levels, output.latents) {
      #expect(latent.z.shape == [2, 3, level.skipSize, level.skipSize])
      #expect(latent.divergence?.shape == (shape.backbone == .hvae ? [2] : nil))
    }
    #expect(output.topDown.map { $0.size(2) } == network.plan.levels.map(\.decoderSize))
    #expect(output.bottomUp.map { $0.size(2) } == network.plan.levels.map(\.skipSize))
    #expect(try output.prediction.mean.floats().allSatisfy(\.isFinite))
  }

  @Test("variants and backbones give distributions of the patch's size", arguments: kinds)
  func variants(shape: Shape) throws { try expectOutput(shape) }

  @Test("three targets are split as well", arguments: [ContextVariant.vanilla, .lean])
  func threeTargets(variant: ContextVariant) throws {
    try expectOutput(Shape(variant: variant, backbone: .hvae, targets: 3))
  }

  @Test("ladders have one to five levels", arguments: 1...5)
  func levels(count: Int) throws {
    try expectOutput(
      Shape(variant: .lean, backbone: .hvae, levels: count, contexts: min(count, 2), patch: 32))
  }

  @Test(
    "as many levels take context as there are context images",
    arguments: [ContextVariant.lean, .regular, .deep], 1...3)
  func contexts(variant: ContextVariant, count: Int) throws {
    try expectOutput(Shape(variant: variant, backbone: .hvae, levels: 3, contexts: count))
  }

  @Test(
    "an image need not be a square, nor a multiple of anything",
    arguments: [ContextVariant.vanilla, .lean], [(17, 30), (8, 20), (5, 3)])
  func otherSizes(variant: ContextVariant, size: (Int, Int)) throws {
    let shape = Shape(variant: variant, backbone: .hvae)
    let (network, _) = try shape.make()
    let output = network.trace(
      try input(shape, height: size.0, width: size.1), Pass(mode: .evaluation, latents: .mean))
    #expect(output.prediction.mean.shape == [2, 2, size.0, size.1])
    #expect(try output.prediction.mean.floats().allSatisfy(\.isFinite))
  }

  @Test(
    "every weight that is used gets a gradient",
    arguments: kinds + [Shape(variant: .deep, backbone: .hvae, levels: 4, contexts: 2)])
  func gradients(shape: Shape) throws {
    let (network, store) = try shape.make()
    let generator = try Generator(seed: 2)
    let pass = Pass(
      mode: .training(generator), latents: .sample(generator), divergence: .monteCarlo)
    let output = network.trace(try input(shape), pass)
    var configuration = LossConfiguration()
    configuration.klWeight = 1
    try SplitLoss(configuration)(
      output.prediction, latents: output.latents, target: try Tiny.noise([2, 2, 16, 16]),
      stage: .likelihood, divergenceWeight: 1
    ).total.backward()
    let unused = store.entries.filter {
      $0.role == .parameter && $0.tensor.gradient == nil
    }.map(\.name)
    // An autoencoder has no prior; levels above the last context image have a merge all the same.
    let expected = store.entries.filter { entry in
      guard entry.role == .parameter else { return false }
      let parts = entry.name.split(separator: ".")
      if shape.backbone == .hae, parts.contains("conv_in_p") || parts.last == "top_prior_params" {
        return true
      }
      return parts.contains("lowres_merge") && (Int(parts[1]) ?? 0) >= shape.network.contexts
    }.map(\.name)
    #expect(unused == expected)
  }

  @Test("the context of a lean network matters far beyond the patch")
  func contextMatters() throws {
    let shape = Shape(variant: .lean, backbone: .hae)
    let (network, _) = try shape.make()
    let patch = try input(shape).sliced(1, 0..<1)
    let means = try [3, 4].map { (seed: UInt64) in
      let context = try Tiny.noise([2, 2, 16, 16], seed: seed)
      return try network(
        .concatenated([patch, context]), Pass(mode: .evaluation, latents: .mean)
      ).prediction.mean.floats()
    }
    #expect(means[0] != means[1])
  }

  @Test(
    "networks of the paper's size have as many weights as the authors'",
    arguments: [
      (ContextVariant.vanilla, 2_991_748), (.lean, 3_657_604), (.regular, 4_702_084),
      (.deep, 7_177_604),
    ], backbones)
  func weights(expected: (variant: ContextVariant, count: Int), backbone: Backbone) throws {
    var configuration = Configuration.preset(.paper)
    configuration.network.set(context: expected.variant)
    configuration.network.backbone = backbone
    let cost = try NetworkCost.measure(configuration)
    #expect(cost.parameters == expected.count)
    #expect(cost.gigaflopPerPatch > 0.1)
    #expect(cost.trainingMemory > cost.predictionMemory)
  }

  @Test("an impossible network is refused with both numbers")
  func impossible() throws {
    var network = NetworkConfiguration()
    network.patch = 24
    let store = try ParameterStore(seed: 0)
    let error = #expect(throws: ConfigurationError.self) {
      try LadderNetwork(network, store.root)
    }
    #expect(error?.description.contains("24") == true)
    #expect(store.entries.isEmpty)
  }
}
