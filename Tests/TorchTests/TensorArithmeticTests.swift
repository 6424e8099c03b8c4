import Foundation
import TestSupport
import Testing
import Torch

@Suite("Arithmetic")
struct TensorArithmeticTests {
  let a = Tensor([1, -2, 4], shape: [3])
  let b = Tensor([2, 8, -4], shape: [3])

  @Test("tensors are combined element by element")
  func elements() throws {
    #expect(try (a + b).floats() == [3, 6, 0])
    #expect(try (a - b).floats() == [-1, -10, 8])
    #expect(try (a * b).floats() == [2, -16, -16])
    #expect(try (a / b).floats() == [0.5, -0.25, -1])
    #expect(try (-a).floats() == [-1, 2, -4])
  }

  @Test("numbers are combined with every element")
  func numbers() throws {
    #expect(try (a + 1).floats() == [2, -1, 5])
    #expect(try (a - 1).floats() == [0, -3, 3])
    #expect(try (a * 3).floats() == [3, -6, 12])
    #expect(try (3 * a).floats() == [3, -6, 12])
    #expect(try (a / 4).floats() == [0.25, -0.5, 1])
    #expect(try a.scaled(by: 2, plus: -1).floats() == [1, -5, 7])
  }

  @Test("a row and a column broadcast to a table")
  func broadcasting() throws {
    let row = Tensor([1, 2, 3], shape: [1, 3])
    let column = Tensor([10, 20], shape: [2, 1])
    let sum = row + column
    #expect(sum.shape == [2, 3])
    #expect(try sum.floats() == [11, 12, 13, 21, 22, 23])
    let perChannel = Tensor([1, 100], shape: [1, 2, 1, 1]) * Tensor.full(2, shape: [1, 2, 1, 2])
    #expect(try perChannel.floats() == [2, 2, 200, 200])
  }

  @Test("functions agree with their formulas")
  func functions() throws {
    let values = [-3.0, -0.5, 0.25, 2]
    let x = Tensor(values.map(Float.init), shape: [4])
    func check(_ found: Tensor, _ formula: (Double) -> Double) throws {
      #expect(relativeError(try found.doubles(), values.map(formula)) < 1e-6)
    }
    try check(x.exp()) { exp($0) }
    try check(x.squared()) { $0 * $0 }
    try check(x.squared().squareRoot()) { abs($0) }
    try check(x.squared().log()) { log($0 * $0) }
    try check(x.sigmoid()) { 1 / (1 + exp(-$0)) }
    try check(x.elu()) { $0 > 0 ? $0 : exp($0) - 1 }
    try check(x.leakyReLU()) { $0 > 0 ? $0 : 0.01 * $0 }
    try check(x.leakyReLU(slope: 0)) { max($0, 0) }
  }

  @Test("values are clamped from both sides or from one")
  func clamping() throws {
    #expect(try a.clamped(to: -1...2).floats() == [1, -1, 2])
    #expect(try a.clamped(to: 0...).floats() == [1, 0, 4])
    #expect(try a.clamped(to: ...1).floats() == [1, -2, 1])
  }

  @Test("shapes that do not fit stop the program and are named")
  func wrongShapes() async throws {
    let result = try await #require(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Tensor.zeros([2]) + Tensor.zeros([3])
    }
    let text = String(decoding: result.standardErrorContent, as: UTF8.self)
    #expect(text.contains("sum of shapes [2] and [3] failed"), "\(text)")
  }
}
