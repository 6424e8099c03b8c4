import TestSupport
import Testing
import Torch

@Suite("Gradients")
struct TensorAutogradTests {
  @Test("the gradient of a polynomial is its derivative, and passes add up")
  func polynomial() throws {
    let x = try leaf([2, -3], [2])
    #expect(x.requiresGradient)
    #expect(x.gradient == nil)
    try (x.squared() + 5 * x).sum().backward()
    #expect(try x.gradient?.floats() == [9, -1])
    try x.sum().backward()
    #expect(try x.gradient?.floats() == [10, 0])
  }

  @Test("a clamped value has the gradient 0")
  func clamped() throws {
    let x = try leaf([-2, 0.5, 2], [3])
    try x.clamped(to: -1...1).sum().backward()
    #expect(try x.gradient?.floats() == [0, 1, 0])
  }

  @Test("nothing flows back through a detached tensor")
  func detached() throws {
    let x = try leaf([3], [1])
    #expect(!x.squared().detached().requiresGradient)
    try (x * x.detached()).sum().backward()
    #expect(try x.gradient?.floats() == [3])
  }

  @Test("nothing is recorded without gradients, and recording goes on afterwards")
  func withoutRecording() throws {
    struct Refused: Error {}
    let x = try leaf([3], [1])
    #expect(!withoutGradients { x.squared() }.requiresGradient)
    #expect(throws: Refused.self) { try withoutGradients { () throws in throw Refused() } }
    #expect(x.squared().requiresGradient)
    let error = #expect(throws: TorchError.self) {
      try withoutGradients { x.squared() }.backward()
    }
    #expect(error?.description.hasPrefix("the backward pass failed: ") == true)
  }

  @Test("cleared gradients are gone")
  func cleared() throws {
    let store = try ParameterStore(seed: 0)
    let x = store.root.parameter("x", [2], .constant(1))
    try x.sum().backward()
    store.clearGradients()
    #expect(x.gradient == nil)
  }

  /// Convolution, batch normalisation in training, ELU, sigmoid and a product with fixed numbers.
  private struct Chain {
    let store: ParameterStore
    let input: Tensor
    private let convolution: Conv2d
    private let norm: BatchNorm2d
    private let factors: Tensor

    init() throws {
      store = try ParameterStore(seed: 3)
      input = store.root.parameter("input", [2, 2, 4, 4], .fanIn(1))
      convolution = Conv2d(store.root["conv"], 2, 3, kernel: 3)
      norm = BatchNorm2d(store.root["norm"], 3)
      factors = try .normal([2, 3, 4, 4], generator: Generator(seed: 1))
    }

    func loss() throws -> Tensor {
      let mode = Mode.training(try Generator(seed: 0))
      return (norm(convolution(input), mode: mode).elu().sigmoid() * factors).sum()
    }
  }

  @Test(
    "gradients of a chain of layers agree with differences",
    arguments: ["input", "conv.weight", "norm.weight", "norm.bias"])
  func differences(name: String) throws {
    let chain = try Chain()
    try chain.loss().backward()
    let tensor = try #require(chain.store[name])
    let gradient = try #require(tensor.gradient).doubles()
    let values = try tensor.floats()
    let step: Float = 1e-2
    let estimates = try values.indices.map { index in
      let ends = try [step, -step].map { shift in
        var moved = values
        moved[index] += shift
        try chain.store.set(name, to: moved)
        return try chain.loss().item()
      }
      return (ends[0] - ends[1]) / Double(2 * step)
    }
    #expect(relativeError(gradient, estimates) < 5e-3)
  }
}
