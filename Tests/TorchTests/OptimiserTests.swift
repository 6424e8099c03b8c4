import Foundation
import TestSupport
import Testing
import Torch

@Suite("Optimisers")
struct OptimiserTests {
  /// Gradients of each step.
  static let gradients: [[Double]] = [[1, -0.5], [0.25, 2], [-3, 0], [0.1, 0.1], [1e-3, -1]]
  static let start: [Double] = [0.5, -1]
  static let rate = 0.05
  static let betas = (0.8, 0.95)
  static let epsilon = 1e-6

  /// The weights after all steps by a package's optimiser.
  private func run(_ make: (ParameterStore) -> any Optimiser) throws -> (any Optimiser, [Double]) {
    let store = try ParameterStore(seed: 0)
    let weights = store.root.parameter("w", [2], .values(Self.start.map(Float.init)))
    let unused = store.root.parameter("unused", [1], .constant(7))
    let optimiser = make(store)
    for gradient in Self.gradients {
      store.clearGradients()
      try (weights * Tensor(gradient.map(Float.init), shape: [2])).sum().backward()
      try optimiser.takeStep()
    }
    #expect(try unused.floats() == [7], "a weight without gradient moved")
    return (optimiser, try weights.doubles())
  }

  @Test("Adamax agrees with the formulas of its publication", arguments: [0, 0.1])
  func adamax(decay: Double) throws {
    let expected = Self.start.indices.map { index in
      var (weight, mean, largest) = (Self.start[index], 0.0, 0.0)
      for (step, gradients) in Self.gradients.enumerated() {
        let gradient = gradients[index] + decay * weight
        mean = Self.betas.0 * mean + (1 - Self.betas.0) * gradient
        largest = max(Self.betas.1 * largest, abs(gradient) + Self.epsilon)
        weight -= Self.rate / (1 - pow(Self.betas.0, Double(step + 1))) * mean / largest
      }
      return weight
    }
    let (optimiser, found) = try run {
      Adamax(
        $0, learningRate: Self.rate, betas: Self.betas, epsilon: Self.epsilon, weightDecay: decay)
    }
    #expect(relativeError(found, expected) < 1e-5)
    #expect(optimiser.step == Self.gradients.count)
  }

  @Test("AdamW agrees with the formulas of its publication", arguments: [0, 0.1])
  func adamW(decay: Double) throws {
    let expected = Self.start.indices.map { index in
      var (weight, mean, square) = (Self.start[index], 0.0, 0.0)
      for (step, gradients) in Self.gradients.enumerated() {
        let gradient = gradients[index]
        weight *= 1 - Self.rate * decay
        mean = Self.betas.0 * mean + (1 - Self.betas.0) * gradient
        square = Self.betas.1 * square + (1 - Self.betas.1) * gradient * gradient
        let deviation = sqrt(square / (1 - pow(Self.betas.1, Double(step + 1))))
        weight -=
          Self.rate / (1 - pow(Self.betas.0, Double(step + 1))) * mean / (deviation + Self.epsilon)
      }
      return weight
    }
    let (optimiser, found) = try run {
      AdamW(
        $0, learningRate: Self.rate, betas: Self.betas, epsilon: Self.epsilon, weightDecay: decay)
    }
    #expect(relativeError(found, expected) < 1e-5)
    #expect(optimiser.step == Self.gradients.count)
  }

  @Test("a rate of 0 moves nothing")
  func noRate() throws {
    let (_, found) = try run { store in
      let optimiser = AdamW(store)
      optimiser.learningRate = 0
      return optimiser
    }
    #expect(relativeError(found, Self.start) == 0)
  }

  @Test("both find the lowest point of a parabola", arguments: [true, false])
  func parabola(isAdamax: Bool) throws {
    let store = try ParameterStore(seed: 0, layout: .channelsLast)
    let weight = store.root.parameter("w", [1, 2, 2, 2], .constant(3))
    let optimiser: any Optimiser =
      isAdamax ? Adamax(store, learningRate: 0.2) : AdamW(store, learningRate: 0.2, weightDecay: 0)
    for _ in 0..<200 {
      store.clearGradients()
      try (weight - 1).squared().sum().backward()
      try optimiser.takeStep()
    }
    for value in try weight.floats() { #expect(abs(value - 1) < 0.02) }
  }
}
