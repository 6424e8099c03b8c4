import TestSupport
import Testing
import Torch

@Suite("Batch normalisation and dropout")
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

  @Test("dropout does nothing in evaluation, or with probability 0")
  func noDropout() throws {
    let x = counted([2, 3, 2, 2])
    #expect(try Dropout2d(0.9)(x, mode: .evaluation).floats() == x.floats())
    let mode = Mode.training(try Generator(seed: 0))
    #expect(mode.isTraining)
    #expect(!Mode.evaluation.isTraining)
    #expect(try Dropout2d(0)(x, mode: mode).floats() == x.floats())
  }

  @Test("dropout silences whole channels and keeps the expected value")
  func dropout() throws {
    let x = Tensor.full(3, shape: [20, 100, 2, 2])
    let y = try Dropout2d(0.25)(x, mode: .training(try Generator(seed: 4))).floats()
    var silent = 0
    for start in stride(from: 0, to: y.count, by: 4) {
      let channel = Set(y[start..<start + 4])
      #expect(channel == [0] || channel == [4])
      if channel == [0] { silent += 1 }
    }
    #expect(abs(Double(silent) / 2000 - 0.25) < 0.03)
  }

  @Test("the same generator drops the same channels")
  func seeded() throws {
    let x = Tensor.full(1, shape: [4, 8, 1, 1])
    func drop(_ seed: UInt64) throws -> [Float] {
      try Dropout2d(0.5)(x, mode: .training(try Generator(seed: seed))).floats()
    }
    #expect(try drop(1) == drop(1))
    #expect(try drop(1) != drop(2))
  }
}
