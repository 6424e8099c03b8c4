import Testing
import Torch

@Suite("Parameter stores")
struct ParameterStoreTests {
  @Test("the path of a scope is the name in checkpoints, in the order of making")
  func names() throws {
    let store = try ParameterStore(seed: 0)
    let block = store.root["block"]
    _ = block[0].parameter("weight", [2, 3], .constant(1))
    _ = block.buffer("mean", [4], value: 0)
    _ = store.root.parameter("bias", [5], .constant(2))
    #expect(block.path == "block")
    #expect(store.entries.map(\.name) == ["block.0.weight", "block.mean", "bias"])
    #expect(store.entries.map(\.role) == [.parameter, .buffer, .parameter])
    #expect(store.parameterCount == 11)
    #expect(store.parameters.map(\.shape) == [[2, 3], [5]])
    #expect(store["nothing"] == nil)
  }

  @Test("only parameters are given gradients")
  func gradients() throws {
    let store = try ParameterStore(seed: 0)
    #expect(store.root.parameter("a", [1], .constant(1)).requiresGradient)
    #expect(!store.root.buffer("b", [1], value: 1).requiresGradient)
  }

  @Test("a module with two names is stored once and found under both")
  func aliases() throws {
    let store = try ParameterStore(seed: 0)
    _ = store.root["net"][0].parameter("weight", [1], .constant(4))
    store.root.alias("copy", of: "net")
    #expect(store.parameterCount == 1)
    #expect(try store["copy.0.weight"]?.item() == 4)
    try store.set("copy.0.weight", to: [5])
    #expect(try store["net.0.weight"]?.item() == 5)
    #expect(store["copy"] == nil)
  }

  @Test(
    "a seed gives the same weights, another seed others",
    arguments: [
      Layout.channelsFirst, .channelsLast,
    ])
  func seeds(layout: Layout) throws {
    func weights(_ seed: UInt64) throws -> [Float] {
      let store = try ParameterStore(seed: seed, layout: layout)
      _ = Conv2d(store.root, 2, 3, kernel: 3)
      return try store.parameters.flatMap { try $0.floats() }
    }
    let first = try ParameterStore(seed: 1)
    _ = Conv2d(first.root, 2, 3, kernel: 3)
    #expect(try weights(1) == first.parameters.flatMap { try $0.floats() })
    #expect(try weights(1) != weights(2))
  }

  @Test("buffers go back to their copies, parameters stay")
  func buffersGoBack() throws {
    let store = try ParameterStore(seed: 0)
    let norm = BatchNorm2d(store.root, 1)
    let copies = try store.copiedBuffers()
    let broken = Tensor([.nan, 1, 2, 3], shape: [1, 1, 2, 2])
    _ = norm(broken, mode: .training(try Generator(seed: 0)))
    #expect(try store["running_mean"]?.floats()[0].isNaN == true)
    try store.set("weight", to: [5])
    try store.restoreBuffers(copies)
    #expect(try store["running_mean"]?.floats() == [0])
    #expect(try store["num_batches_tracked"]?.integers() == [0])
    #expect(try store["weight"]?.floats() == [5])
  }

  @Test("setting a tensor that is not there is refused")
  func setUnknown() throws {
    let store = try ParameterStore(seed: 0)
    #expect(throws: TorchError.checkpoint("the network has no tensor named w")) {
      try store.set("w", to: [1])
    }
  }

  @Test("two tensors of one name are a mistake that stops the program")
  func twice() async {
    await #expect(processExitsWith: .failure) {
      let store = try ParameterStore(seed: 0)
      _ = store.root.buffer("a", [1], value: 0)
      _ = store.root.buffer("a", [1], value: 0)
    }
  }
}
