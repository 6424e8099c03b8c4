import TestSupport
import Testing
import Torch

@Suite("Dropout")
struct DropoutTests {
  @Test("dropout does nothing in evaluation, or with probability 0")
  func noDropout() throws {
    let x = counted([2, 3, 2, 2])
    #expect(try Dropout2d(0.9)(x, mode: .evaluation).floats() == x.floats())
    let mode = Mode.training(try Generator(seed: 0))
    #expect(mode.isTraining)
    #expect(!Mode.evaluation.isTraining)
    #expect(try Dropout2d(0)(x, mode: mode).floats() == x.floats())
    #expect(try Dropout(0)(x, mode: mode).floats() == x.floats())
    #expect(try Dropout(0.9)(x, mode: .evaluation).floats() == x.floats())
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

  @Test("dropout of numbers silences each by itself and keeps the expected value")
  func numbers() throws {
    let x = Tensor.full(3, shape: [10, 20, 5, 4])
    let y = try Dropout(0.25)(x, mode: .training(try Generator(seed: 4))).floats()
    #expect(Set(y) == [0, 4])
    #expect(abs(Double(y.filter { $0 == 0 }.count) / 4000 - 0.25) < 0.03)
    let channels = stride(from: 0, to: y.count, by: 20).map { Set(y[$0..<$0 + 20]).count }
    #expect(channels.filter { $0 == 2 }.count > 190)
  }

  @Test("the gradient is dropped where the number is")
  func gradient() throws {
    let x = try leaf([Float](repeating: 1, count: 64), [1, 1, 8, 8])
    let y = Dropout(0.5)(x, mode: .training(try Generator(seed: 1)))
    try y.sum().backward()
    #expect(try #require(x.gradient).floats() == y.floats())
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
