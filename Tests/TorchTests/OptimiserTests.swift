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

  @Test("Muon takes steps of AdamW where parameters are no kernels between feature maps")
  func muonElsewhere() throws {
    let (_, expected) = try run {
      AdamW(
        $0, learningRate: Self.rate, betas: Self.betas, epsilon: Self.epsilon, weightDecay: 0.1)
    }
    let (optimiser, found) = try run {
      Muon(
        $0, learningRate: Self.rate, betas: Self.betas, epsilon: Self.epsilon, weightDecay: 0.1)
    }
    #expect(found == expected)
    #expect(optimiser.step == Self.gradients.count)
  }

  /// Kernels of two shapes, one with more outputs than inputs and one with fewer.
  @Test(
    "Muon's steps of kernels are nearly orthogonal, along the momentum",
    arguments: [
      Layout.channelsFirst, .channelsLast,
    ])
  func muon(layout: Layout) throws {
    let store = try ParameterStore(seed: 3, layout: layout)
    let shapes = [[16, 8, 1, 1], [8, 16, 3, 3], [16, 8, 1, 1]]
    let weights = shapes.enumerated().map {
      store.root.parameter("w\($0)", $1, .constant(0))
    }
    let generator = try Generator(seed: 5)
    let gradients = shapes.map { Tensor.normal($0, generator: generator) }
    let optimiser = Muon(store, learningRate: 0.1, weightDecay: 0.3)
    for (weight, gradient) in zip(weights, gradients) {
      try (weight * gradient).sum().backward()
    }
    try optimiser.takeStep()
    for (number, (weight, gradient)) in zip(weights, gradients).enumerated() {
      let (rows, columns) = (shapes[number][0], weight.elementCount / shapes[number][0])
      let length = 0.1 * 0.2 * Double(max(rows, columns)).squareRoot()
      let step = try weight.arranged(.channelsFirst).doubles().map { -$0 / length }
      let along = try gradient.doubles()
      func row(_ values: [Double], _ index: Int) -> ArraySlice<Double> {
        values[index * columns..<(index + 1) * columns]
      }
      func product(_ one: ArraySlice<Double>, _ other: ArraySlice<Double>) -> Double {
        zip(one, other).reduce(0) { $0 + $1.0 * $1.1 }
      }
      // The squares of singular values add up to that of all numbers.
      let square = product(step[...], step[...]) / Double(min(rows, columns))
      #expect(square > 0.6 && square < 1.4, "singular values are near 1 in the mean")
      #expect(product(step[...], along[...]) > 0, "the step goes with the gradient")
      guard rows <= columns else { continue }
      for one in 0..<rows {
        for other in 0..<one {
          #expect(
            abs(product(row(step, one), row(step, other))) < 0.4, "rows are nearly orthogonal")
        }
      }
    }
    let before = try weights.map { try $0.doubles() }
    optimiser.learningRate = 0
    try optimiser.takeStep()
    #expect(try weights.map { try $0.doubles() } == before)
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

  @Test("all find the lowest point of a parabola", arguments: ["Adamax", "AdamW", "Muon"])
  func parabola(name: String) throws {
    let store = try ParameterStore(seed: 0, layout: .channelsLast)
    let isMuon = name == "Muon"
    let weight = store.root.parameter(
      "w", isMuon ? [8, 8, 2, 2] : [1, 2, 2, 2], .constant(3))
    let optimiser: any Optimiser =
      switch name {
      case "Adamax": Adamax(store, learningRate: 0.2)
      case "AdamW": AdamW(store, learningRate: 0.2, weightDecay: 0)
      default: Muon(store, learningRate: 0.2, momentum: 0.5, weightDecay: 0)
      }
    for step in 0..<200 {
      // Orthogonal steps do not become shorter by themselves.
      if isMuon { optimiser.learningRate = 0.6 * (1 - Double(step) / 200) }
      store.clearGradients()
      try (weight - 1).squared().sum().backward()
      try optimiser.takeStep()
    }
    for value in try weight.floats() { #expect(abs(value - 1) < 0.02) }
  }
}
