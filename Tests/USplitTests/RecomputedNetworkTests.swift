import Experiment
import Testing
import Torch
import USplit

@Suite("Networks computed twice")
struct RecomputedNetworkTests {
  private struct Outcome {
    var loss: Double
    var gradients: [[Float]]
    var buffers: [[Float]]
  }

  private func train(
    _ configuration: Configuration, levels: Int, _ type: DType = .float32
  ) throws -> Outcome {
    let model = try Tiny.model(configuration)
    let generator = try Generator(seed: 3)
    let pass = Pass(
      mode: .training(generator), latents: .sample(generator), divergence: .monteCarlo,
      recomputedLevels: levels)
    let network = configuration.network
    let input = try Tiny.noise([3, 1 + network.contexts, 16, 16])
    let autocast = try Autocast(type, on: .cpu)
    let prediction = autocast { model(input, pass) }
    let loss = SplitLoss(configuration.loss)
    let terms = loss(
      prediction.distribution, latents: prediction.latents, auxiliary: prediction.auxiliary,
      target: try Tiny.noise([3, 2, 16, 16], seed: 4), stage: loss.stage(at: 1),
      divergenceWeight: 1)
    try terms.total.backward()
    let store = model.store
    return Outcome(
      loss: try terms.total.item(),
      gradients: try store.parameters.map { try $0.gradient?.floats() ?? [] },
      buffers: try store.entries.filter { $0.role == .buffer }.map { try $0.tensor.floats() })
  }

  private func expectSame(_ configuration: Configuration, _ type: DType = .float32) throws {
    let kept = try train(configuration, levels: 0, type)
    #expect(kept.loss.isFinite)
    for levels in [1, 8] {
      let twice = try train(configuration, levels: levels, type)
      #expect(twice.loss == kept.loss)
      #expect(twice.buffers == kept.buffers)
      #expect(twice.gradients.map(\.count) == kept.gradients.map(\.count))
      for (found, wanted) in zip(twice.gradients.joined(), kept.gradients.joined()) {
        #expect(abs(found - wanted) <= 1e-6 * max(abs(wanted), 1))
      }
    }
  }

  @Test(
    "gradients are those of features that are kept, with dropout and draws",
    arguments: [ContextVariant.vanilla, .lean, .regular, .deep])
  func ladders(variant: ContextVariant) throws {
    try expectSame(
      Tiny.configuration {
        $0.network.set(context: variant)
        $0.network.latentChannels = [4, 4]
        $0.network.contexts = variant == .vanilla ? 0 : variant == .deep ? 1 : 2
        $0.network.encoderDropout = 0.2
        $0.network.decoderDropout = 0.2
        $0.network.sumToInput = true
      })
  }

  @Test("an autoencoder's latents pass too")
  func autoencoder() throws {
    try expectSame(Tiny.configuration { $0.network.backbone = .hae })
  }

  @Test("so do other networks", arguments: [Backbone.unet, .contextAwareUNet, .braveNet])
  func others(backbone: Backbone) throws {
    try expectSame(Tiny.configuration(backbone))
  }

  @Test("features in bfloat16 are computed twice alike")
  func short() throws {
    try expectSame(Tiny.configuration(), .bfloat16)
  }

  @Test(
    "means, variances, latents and divergences are float32 whatever the features are",
    arguments: [Backbone.hvae, .hae, .unet, .contextAwareUNet, .braveNet])
  func types(backbone: Backbone) throws {
    let configuration = Tiny.configuration(backbone)
    let model = try Tiny.model(configuration)
    let generator = try Generator(seed: 3)
    let pass = Pass(
      mode: .training(generator), latents: .sample(generator), divergence: .analytic)
    let input = try Tiny.noise([2, 1 + configuration.network.contexts, 16, 16])
    let autocast = try Autocast(.bfloat16, on: .cpu)
    let output = autocast { model.network(input, pass) }
    for distribution in [output.prediction] + output.auxiliary {
      #expect(distribution.mean.type == .float32)
      #expect(distribution.logVariance.map { $0.type == .float32 } ?? true)
    }
    for latent in output.latents {
      #expect(latent.z.type == .float32 && latent.posteriorMean.type == .float32)
      #expect(latent.divergence.map { $0.type == .float32 } ?? true)
    }
    for entry in model.store.entries where entry.tensor.type != .int64 {
      #expect(entry.tensor.type == .float32, "\(entry.name)")
    }
  }

  @Test("estimates of memory fall with levels that are computed twice, parts and short features")
  func estimates() throws {
    var configuration = Configuration.preset(.paper)
    configuration.network.set(context: .deep)
    // The loops of the CPU keep so little that there is less to gain.
    let fast = try NetworkCost.measure(configuration)
    configuration.training.device = "cuda"
    let plain = try NetworkCost.measure(configuration)
    #expect(Runtime.kernels == .none || 2 * fast.trainingMemory < plain.trainingMemory)
    configuration.training.recompute = 1
    let first = try NetworkCost.measure(configuration)
    configuration.training.recompute = configuration.network.levels
    let all = try NetworkCost.measure(configuration)
    #expect(plain.trainingMemory > 20 << 30)
    #expect(first.trainingMemory < plain.trainingMemory)
    #expect(3 * all.trainingMemory < plain.trainingMemory)
    #expect(all.gigaflopPerPatch == plain.gigaflopPerPatch)
    #expect(all.predictionMemory == plain.predictionMemory)
    configuration.training.microBatch = 8
    let parts = try NetworkCost.measure(configuration)
    #expect(2 * parts.trainingMemory < all.trainingMemory)
    configuration.training.precision = .bfloat16
    #expect(try NetworkCost.measure(configuration).trainingMemory < parts.trainingMemory)
  }
}
