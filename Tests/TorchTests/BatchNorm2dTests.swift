import TestSupport
import Testing
import Torch

@Suite("Batch normalisation")
struct BatchNorm2dTests {
  @Test("a batch moves the running statistics by a tenth, the variance unbiased")
  func runningStatistics() throws {
    let store = try ParameterStore(seed: 0)
    let norm = BatchNorm2d(store.root, 1)
    let x = Tensor([1, 2, 3, 4, 5, 6, 7, 8], shape: [2, 1, 2, 2])
    let y = norm(x, mode: .training(try Generator(seed: 0)))
    // Mean 4.5, variance 5.25, unbiased 6.
    let deviation = (5.25 + 1e-5).squareRoot()
    #expect(relativeError(try y.doubles(), (1...8).map { (Double($0) - 4.5) / deviation }) < 1e-6)
    #expect(abs(try #require(store["running_mean"]).item() - 0.45) < 1e-6)
    #expect(abs(try #require(store["running_var"]).item() - (0.9 + 0.6)) < 1e-6)
    #expect(try store["num_batches_tracked"]?.integers() == [1])
  }

  @Test("evaluation uses the running statistics and leaves them")
  func evaluation() throws {
    let store = try ParameterStore(seed: 0)
    let norm = BatchNorm2d(store.root, 2)
    try store.set("running_mean", to: [1, -1])
    try store.set("running_var", to: [4, 9])
    try store.set("weight", to: [2, 3])
    try store.set("bias", to: [0, 10])
    let y = norm(Tensor([5, 2], shape: [1, 2, 1, 1]), mode: .evaluation)
    #expect(relativeError(try y.floats(), [4, 13]) < 1e-5)
    #expect(try store["running_mean"]?.floats() == [1, -1])
    #expect(try store["num_batches_tracked"]?.integers() == [0])
  }

  @Test("weight and bias are learned, the statistics are kept")
  func roles() throws {
    let store = try ParameterStore(seed: 0)
    _ = BatchNorm2d(store.root, 3)
    #expect(store.parameterCount == 6)
    #expect(
      store.entries.filter { $0.role == .buffer }.map(\.name)
        == ["running_mean", "running_var", "num_batches_tracked"])
  }
}
