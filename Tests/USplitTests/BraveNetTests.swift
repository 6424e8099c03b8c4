import Experiment
import TestSupport
import Testing
import Torch
import USplit

@Suite("BraveNet")
struct BraveNetTests {
  private func make(depth: Int = 3, patch: Int = 16) throws -> (BraveNet, ParameterStore) {
    var network = NetworkConfiguration()
    network.set(backbone: .braveNet)
    network.depth = depth
    network.patch = patch
    network.filters = 3
    let store = try ParameterStore(seed: 1)
    return (try BraveNet(network, store.root), store)
  }

  @Test("each level but the finest and the deepest predicts too, finest first", arguments: 2...5)
  func outputs(depth: Int) throws {
    let (network, store) = try make(depth: depth)
    let generator = try Generator(seed: 2)
    let output = network(
      try Tiny.noise([2, 2, 16, 16]), Pass(mode: .training(generator), latents: .mean))
    #expect(output.prediction.mean.shape == [2, 2, 16, 16])
    #expect(output.auxiliary.count == depth - 2 && output.latents.isEmpty)
    for (index, auxiliary) in output.auxiliary.enumerated() {
      #expect(auxiliary.mean.shape == [2, 2, 16, 16])
      // Enlarged pixel by pixel: all of a block have the same value.
      let block = 2 << index
      let corner = auxiliary.mean.sliced(2, 0..<block).sliced(3, 0..<block)
      #expect(Set(try corner.sliced(0, 0..<1).sliced(1, 0..<1).floats()).count == 1)
    }
    let all = [output.prediction] + output.auxiliary
    let sum = all.map { $0.mean.squared().mean() }.reduce(Tensor.zeros([]), +)
    try sum.backward()
    let unused = store.entries.filter { $0.role == .parameter && $0.tensor.gradient == nil }
    #expect(unused.isEmpty, "\(unused.map(\.name))")
  }

  @Test("an image may have any size", arguments: [(17, 30), (5, 3), (16, 8)])
  func otherSizes(size: (Int, Int)) throws {
    let (network, _) = try make()
    let output = network(
      try Tiny.noise([1, 2, size.0, size.1]), Pass(mode: .evaluation, latents: .mean))
    for prediction in [output.prediction] + output.auxiliary {
      #expect(prediction.mean.shape == [1, 2, size.0, size.1])
      #expect(try prediction.mean.floats().allSatisfy(\.isFinite))
    }
  }

  @Test("the context image matters, and dropout changes what training sees alone")
  func contextAndDropout() throws {
    let (network, _) = try make()
    let input = try Tiny.noise([2, 2, 16, 16])
    func means(_ input: Tensor, _ mode: Mode) throws -> [Float] {
      try network(input, Pass(mode: mode, latents: .mean)).prediction.mean.floats()
    }
    let first = try means(input, .evaluation)
    #expect(try first == means(input, .evaluation))
    let other = Tensor.concatenated([
      input.sliced(1, 0..<1), try Tiny.noise([2, 1, 16, 16], seed: 3),
    ])
    #expect(try first != means(other, .evaluation))
    let generator = try Generator(seed: 5)
    let dropped = try means(input, .training(generator))
    #expect(try dropped != means(input, .training(generator)))
    // Dropout of predictions, as the authors' program has it, would leave zeros.
    #expect(!dropped.contains(0))
  }
}
