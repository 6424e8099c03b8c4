import Experiment
import TestSupport
import Testing
import Torch
import USplit

@Suite("U-Nets")
struct UNetTests {
  /// A shape of network.
  struct Shape: CustomTestStringConvertible, Sendable {
    var variant = ContextVariant.vanilla
    var backbone = Backbone.unet
    var depth = 2
    var contexts = 0
    var patch = 16
    var isSeparate = true

    var testDescription: String {
      "\(variant) \(backbone), depth \(depth), \(contexts) contexts, patch \(patch)"
    }

    var network: NetworkConfiguration {
      var network = NetworkConfiguration()
      network.set(backbone: backbone)
      network.context = variant
      network.depth = depth
      network.contexts = contexts
      network.filters = 3
      network.patch = patch
      network.separateContextBranch = isSeparate
      return network
    }

    func make() throws -> (UNet, ParameterStore) {
      let store = try ParameterStore(seed: 1)
      return (try UNet(network, store.root), store)
    }
  }

  static let all: [Shape] =
    [
      Shape(), Shape(variant: .lean, depth: 3, contexts: 2), Shape(variant: .lean, contexts: 1),
      Shape(variant: .regular, depth: 3, contexts: 2),
      Shape(variant: .regular, depth: 3, contexts: 1, isSeparate: false),
      Shape(variant: .deep, depth: 4, contexts: 2),
      Shape(variant: .lean, depth: 3, contexts: 2, patch: 23, isSeparate: false),
      Shape(variant: .regular, depth: 3, contexts: 2, patch: 13),
      Shape(backbone: .contextAwareUNet), Shape(backbone: .contextAwareUNet, patch: 11),
    ] + (1...6).map { Shape(depth: $0, patch: 64 + $0) }

  private let pass = Pass(mode: .evaluation, latents: .mean)

  private func input(_ shape: Shape, height: Int? = nil, width: Int? = nil) throws -> Tensor {
    try Tiny.noise([
      2, 1 + shape.contexts, height ?? shape.patch, width ?? shape.patch,
    ])
  }

  @Test("means have the patch's size, and every weight learns", arguments: all)
  func means(_ shape: Shape) throws {
    let (network, store) = try shape.make()
    let output = network(
      try input(shape), Pass(mode: .training(try Generator(seed: 2)), latents: .mean))
    #expect(output.prediction.mean.shape == [2, 2, shape.patch, shape.patch])
    #expect(output.prediction.logVariance == nil)
    #expect(output.latents.isEmpty && output.auxiliary.isEmpty)
    try output.prediction.mean.squared().mean().backward()
    let unused = store.entries.filter { $0.role == .parameter && $0.tensor.gradient == nil }
    #expect(unused.isEmpty, "\(unused.map(\.name))")
    #expect(try output.prediction.mean.floats().allSatisfy(\.isFinite))
  }

  @Test("the levels have the sizes of the plan", arguments: all)
  func sizes(_ shape: Shape) throws {
    let (network, _) = try shape.make()
    var shown: [String: [Int]] = [:]
    _ = network.trace(try input(shape), mode: .evaluation) { shown[$0] = $1.shape }
    for level in network.plan.levels.dropFirst() {
      let name =
        level.contextExtent == nil ? "down\(level.index)" : "lowres_merge.\(level.index - 1)"
      #expect(shown[name] == [2, level.channels, level.encoderSize, level.encoderSize], "\(name)")
    }
    for (step, level) in network.plan.levels.dropLast().reversed().enumerated() {
      #expect(shown["up\(step + 1)"] == [2, level.decoderChannels, level.skipSize, level.skipSize])
    }
  }

  @Test(
    "an image may have any size", arguments: all.filter { $0.backbone == .unet },
    [(17, 30), (5, 3)])
  func otherSizes(shape: Shape, size: (Int, Int)) throws {
    let (network, _) = try shape.make()
    let output = network(try input(shape, height: size.0, width: size.1), pass)
    #expect(output.prediction.mean.shape == [2, 2, size.0, size.1])
    #expect(try output.prediction.mean.floats().allSatisfy(\.isFinite))
  }

  @Test(
    "context images matter far beyond the patch",
    arguments: all.filter { $0.contexts > 0 })
  func contextMatters(shape: Shape) throws {
    let (network, _) = try shape.make()
    let patch = try input(shape).sliced(1, 0..<1)
    let means = try [3, 4].map { (seed: UInt64) in
      let size = [2, shape.contexts, shape.patch, shape.patch]
      let context = try Tiny.noise(size, seed: seed)
      // Normalised by the batch, since few untrained channels would often be silent.
      let pass = Pass(mode: .training(try Generator(seed: 0)), latents: .mean)
      return try network(.concatenated([patch, context]), pass).prediction.mean.floats()
    }
    #expect(means[0] != means[1])
  }

  @Test("shared convolutions are one module under two names")
  func shared() throws {
    let shape = Shape(variant: .regular, depth: 3, contexts: 2)
    let (_, separate) = try shape.make()
    var one = shape
    one.isSeparate = false
    let (_, store) = try one.make()
    let name = "lowres_net.1.double_conv.0.weight"
    let second = try #require(store[name])
    let first = try #require(store["down2.maxpool_conv.1.double_conv.0.weight"])
    #expect(try first.floats() == second.floats())
    #expect(separate.entries.contains { $0.name == name })
    #expect(!store.entries.contains { $0.name == name })
    #expect(store.parameterCount < separate.parameterCount)
  }

  @Test("swept features know what lies on all four sides, as far as the image goes")
  func contextTransfer() throws {
    let store = try ParameterStore(seed: 0)
    let transfer = ContextTransfer(store.root, channels: 1, size: 3)
    // Of the four sweeps (from the left, the right, the top, the bottom) each has its own digit.
    try store.set("final_layer.0.weight", to: [1, 10, 100, 1000])
    try store.set("final_layer.0.bias", to: [0])
    var pixels = [Float](repeating: 0, count: 9)
    pixels[4] = 4  // the middle
    let y = try transfer(Tensor(pixels, shape: [1, 1, 3, 3])).floats()
    // Weights begin as a half: a neighbour passes on half of what it has.
    #expect(y == [0, 2000, 0, 20, 4444, 2, 0, 200, 0])
  }

  @Test("each sweep reads its weight where it comes from")
  func sweepWeights() throws {
    let store = try ParameterStore(seed: 0)
    let transfer = ContextTransfer(store.root, channels: 1, size: 2)
    try store.set("final_layer.0.weight", to: [1, 10, 100, 1000])
    try store.set("final_layer.0.bias", to: [0])
    // Weights of 0 or 1, after the sigmoid: up, down, left, right in the file's order.
    var weights = [Float](repeating: -100, count: 16)
    weights[0] = 100  // from the top, at the first pixel
    weights[9] = 100  // from the left, at the second pixel: nothing lies to its right
    try store.set("ct_weights", to: weights)
    let x = Tensor([1, 2, 3, 4], shape: [1, 1, 2, 2])
    let y = try transfer(x).floats()
    #expect(relativeError(y, [1111, 2222, 3333 + 100, 4444]) < 1e-6)
  }

  @Test("an impossible network is refused before anything is made")
  func impossible() throws {
    let store = try ParameterStore(seed: 0)
    let network = Shape(depth: 5).network
    let error = #expect(throws: ConfigurationError.self) { try UNet(network, store.root) }
    #expect(error?.description.contains("16 pixels") == true)
    #expect(store.entries.isEmpty)
  }
}
