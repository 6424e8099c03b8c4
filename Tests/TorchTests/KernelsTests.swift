import Foundation
import TestSupport
import Testing
import Torch

@Suite("Loops for the CPU")
struct KernelsTests {
  /// All that this processor has, and LibTorch's operations.
  static let all = Kernels.allCases.filter { $0 <= .best }
  static let own = all.filter { $0 > .none }

  /// Images whose sides are and are not multiples of a tile, narrow ones, and one of several bands.
  static let shapes: [(shape: [Int], outputs: Int)] = [
    ([2, 16, 7, 9], 48), ([1, 32, 12, 70], 16), ([3, 48, 4, 4], 32), ([1, 16, 3, 20], 80),
  ]

  private func random(_ shape: [Int], seed: UInt64) throws -> [Float] {
    try Tensor.normal(shape, generator: try Generator(seed: seed)).floats()
  }

  /// Visits every product of a pixel, a weight and a result of a 3 × 3 convolution, as places in `x`,
  /// `weight` and `y`.
  private func products(
    _ shape: [Int], outputs: Int, _ visit: (Int, Int, Int) -> Void
  ) {
    let (count, inputs, height, width) = (shape[0], shape[1], shape[2], shape[3])
    for image in 0..<count {
      for output in 0..<outputs {
        for input in 0..<inputs {
          for (row, column) in (0..<height).flatMap({ row in (0..<width).map { (row, $0) } }) {
            for (r, c) in [-1, 0, 1].flatMap({ r in [-1, 0, 1].map { (r, $0) } })
            where 0..<height ~= row + r && 0..<width ~= column + c {
              visit(
                ((image * inputs + input) * height + row + r) * width + column + c,
                (output * inputs + input) * 9 + (r + 1) * 3 + c + 1,
                ((image * outputs + output) * height + row) * width + column)
            }
          }
        }
      }
    }
  }

  @Test("convolutions and their gradients are those of double precision", arguments: shapes)
  func convolution(_ shape: [Int], outputs: Int) throws {
    let area = shape[0] * shape[2] * shape[3]
    let x = try random(shape, seed: 1)
    let slope = try random([shape[0], outputs, shape[2], shape[3]], seed: 2)
    let store = try ParameterStore(seed: 3, layout: .channelsLast)
    let layer = Conv2d(store.root, shape[1], outputs, kernel: 3)
    let weight = try #require(store["weight"])
    let bias = try #require(store["bias"])
    let weights = try weight.floats()
    let biases = try bias.floats()
    var y = (0..<area * outputs).map {
      Double(biases[$0 / (shape[2] * shape[3]) % outputs])
    }
    var dx = [Double](repeating: 0, count: x.count)
    var dweight = [Double](repeating: 0, count: weights.count)
    products(shape, outputs: outputs) { from, factor, to in
      y[to] += Double(x[from]) * Double(weights[factor])
      dx[from] += Double(slope[to]) * Double(weights[factor])
      dweight[factor] += Double(slope[to]) * Double(x[from])
    }
    for kernels in Self.all {
      try Kernels.limited(to: kernels) {
        let leaf = try leaf(x, shape)
        store.clearGradients()
        let result = layer(leaf.arranged(.channelsLast))
        try (result * Tensor(slope, shape: result.shape)).sum().backward()
        let errors = [
          relativeError(try result.doubles(), y),
          relativeError(try #require(leaf.gradient).doubles(), dx),
          relativeError(try #require(weight.gradient).doubles(), dweight),
        ]
        #expect(errors.allSatisfy { $0 < 5e-6 }, "\(kernels): \(errors)")
      }
    }
  }

  /// Layers of a residual block, one after the other.
  private struct Block {
    let store: ParameterStore
    let norms: (BatchNorm2d, BatchNorm2d)
    let convolutions: (Conv2d, Conv2d)
    let gate: Conv2d?
    let dropout: Double

    init(channels: Int, gated: Bool, dropout: Double) throws {
      store = try ParameterStore(seed: 4, layout: .channelsLast)
      let root = store.root
      norms = (BatchNorm2d(root["n1"], channels), BatchNorm2d(root["n2"], channels))
      convolutions = (
        Conv2d(root["c1"], channels, channels, kernel: 3),
        Conv2d(root["c2"], channels, channels, kernel: 3)
      )
      gate = gated ? Conv2d(root["gate"], channels, 2 * channels, kernel: 1) : nil
      self.dropout = dropout
      for (index, entry) in store.entries.enumerated() where entry.tensor.type == .float32 {
        let values = Tensor.uniform(
          in: 0.5...1.5, entry.tensor.shape, generator: try Generator(seed: UInt64(index)))
        if entry.name.hasPrefix("n") { try store.set(entry.name, to: values.floats()) }
      }
    }

    func callAsFunction(_ x: Tensor, mode: Mode) throws -> Tensor {
      let drop = Dropout2d(dropout)
      var y = drop(convolutions.0(norms.0(x, mode: mode).elu()), mode: mode)
      y = drop(convolutions.1(norms.1(y, mode: mode).elu()), mode: mode)
      guard let gate else { return y + x }
      let (value, open) = gate(y).channelHalves()
      return value.elu() * open.sigmoid() + x
    }

    func asOne(_ x: Tensor, mode: Mode) throws -> Tensor? {
      let fast = try #require(
        FastBlock(norms: norms, convolutions: convolutions, gate: gate, dropout: dropout))
      return fast(x, mode: mode)
    }
  }

  @Test(
    "a block as one operation is its layers one after the other",
    arguments: [(true, 0.2), (false, 0.2), (true, 0), (false, 0)], [true, false])
  func block(_ kind: (gated: Bool, dropout: Double), isTraining: Bool) throws {
    let shape = [3, 32, 9, 14]
    let x = try random(shape, seed: 5).map { 3 * $0 + 7 }
    let slope = Tensor(try random(shape, seed: 6), shape: shape)
    func figures(_ kernels: Kernels) throws -> [(String, [Double])] {
      let block = try Block(channels: 32, gated: kind.gated, dropout: kind.dropout)
      let mode: Mode = isTraining ? .training(try Generator(seed: 8)) : .evaluation
      return try Kernels.limited(to: kernels) {
        let leaf = try leaf(x, shape)
        let given = leaf.arranged(.channelsLast)
        let y =
          kernels == .none
          ? try block(given, mode: mode) : try #require(try block.asOne(given, mode: mode))
        try (y * slope).sum().backward()
        let entries = block.store.entries
        return [("y", try y.doubles()), ("x", try #require(leaf.gradient).doubles())]
          + (try entries.filter { $0.role == .buffer && $0.tensor.type == .float32 }
            .map { ($0.name, try $0.tensor.doubles()) })
          + (try entries.filter { $0.role == .parameter }
            // A constant in front of a normalisation by the batch has no effect.
            .filter { !(isTraining && kind.dropout == 0 && $0.name == "c1.bias") }
            .map { ($0.name, try #require($0.tensor.gradient).doubles()) })
      }
    }
    let expected = try figures(.none)
    for kernels in Self.own {
      for ((name, one), (_, other)) in zip(try figures(kernels), expected) {
        #expect(relativeError(one, other) < 2e-5, "\(kernels), \(name)")
      }
    }
  }

  @Test("a block counts its batches, and gives the same bits each time")
  func repeatable() throws {
    let x = Tensor(try random([4, 32, 40, 24], seed: 1), shape: [4, 32, 40, 24])
      .arranged(.channelsLast)
    func gradient() throws -> [Float] {
      let block = try Block(channels: 32, gated: true, dropout: 0.1)
      let mode = Mode.training(try Generator(seed: 1))
      try #require(try block.asOne(x, mode: mode)).squared().sum().backward()
      #expect(try block.store["n2.num_batches_tracked"]?.integers() == [1])
      return try block.store.parameters.flatMap { try #require($0.gradient).floats() }
    }
    #expect(try gradient() == gradient())
  }

  @Test(
    "an image's first convolution is that of LibTorch, forwards and back", arguments: [3, 5, 7])
  func first(kernel: Int) throws {
    let images = Tensor(try random([2, 3, 11, 13], seed: 2), shape: [2, 3, 11, 13])
    let slope = Tensor(try random([2, 32, 11, 13], seed: 3), shape: [2, 32, 11, 13])
    func figures(_ kernels: Kernels) throws -> [[Double]] {
      try Kernels.limited(to: kernels) {
        let store = try ParameterStore(seed: 1, layout: .channelsLast)
        // The second of three, which do not lie one after the other.
        let y = Conv2d(store.root, 1, 32, kernel: kernel).elu(of: images.sliced(1, 1..<2))
        try (y * slope).sum().backward()
        let gradients = try store.parameters.map { try #require($0.gradient) }
        return try ([y] + gradients).map { try $0.doubles() }
      }
    }
    let expected = try figures(.none)
    for kernels in Self.own {
      for (one, other) in zip(try figures(kernels), expected) {
        #expect(relativeError(one, other) < 2e-6, "\(kernels)")
      }
    }
  }

  @Test("noise is normal, follows its generator and not the threads")
  func noise() throws {
    let generator = try Generator(seed: 7)
    let first = try Tensor.noise([2, 16, 70, 90], generator: generator, device: .cpu).floats()
    let second = try Tensor.noise([2, 16, 70, 90], generator: generator, device: .cpu).floats()
    let again = try Tensor.noise([2, 16, 70, 90], generator: Generator(seed: 7), device: .cpu)
    #expect(try again.floats() == first && first != second)
    let count = Double(first.count)
    func mean(_ power: Double) -> Double {
      first.reduce(0) { $0 + pow(Double($1), power) } / count
    }
    // Moments 0, 1, 0 and 3 within four of their deviations.
    #expect(abs(mean(1)) < 4 / count.squareRoot())
    #expect(abs(mean(2) - 1) < 4 * (2 / count).squareRoot())
    #expect(abs(mean(3)) < 4 * (15 / count).squareRoot())
    #expect(abs(mean(4) - 3) < 4 * (96 / count).squareRoot())
    let products = zip(first, first.dropFirst()).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    #expect(abs(products / count) < 4 / count.squareRoot())
    // Half of them lie within the quartiles.
    let within = Double(first.filter { abs($0) < 0.67449 }.count)
    #expect(abs(within - count / 2) < 4 * count.squareRoot() / 2)
  }

  @Test("what is not a number stays none")
  func notANumber() throws {
    let block = try Block(channels: 16, gated: true, dropout: 0)
    var values = [Float](repeating: 1, count: 16 * 8 * 40)
    values[100] = .nan
    let x = Tensor(values, shape: [1, 16, 8, 40]).arranged(.channelsLast)
    let y = try #require(try block.asOne(x, mode: .evaluation)).floats()
    #expect(y[100].isNaN && y.contains { !$0.isNaN })
    let z = try #require(x.latent(noise: nil, maximum: 20)).z.floats()
    #expect(z[100].isNaN)
  }

  @Test("a prediction follows weights that change")
  func changedWeights() throws {
    let store = try ParameterStore(seed: 1, layout: .channelsLast)
    let layer = Conv2d(store.root, 16, 16, kernel: 3)
    let x = Tensor(try random([1, 16, 8, 8], seed: 1), shape: [1, 16, 8, 8])
      .arranged(.channelsLast)
    let before = try withoutGradients { () throws in try (layer(x), layer(x)).0.floats() }
    try store.set("weight", to: [Float](repeating: 0, count: 16 * 16 * 9))
    try store.set("bias", to: [Float](repeating: 2, count: 16))
    let after = try withoutGradients { () throws in try layer(x).floats() }
    #expect(after == [Float](repeating: 2, count: after.count) && before != after)
  }

  @Test("two maps are joined as if padded and laid on top of each other", arguments: [6, 9])
  func joining(side: Int) throws {
    let shapes = [[2, 16, side, side], [2, 16, 9, 9]]
    let values = try shapes.enumerated().map { try random($1, seed: UInt64($0)) }
    func figures(_ kernels: Kernels) throws -> [[Double]] {
      try Kernels.limited(to: kernels) {
        let store = try ParameterStore(seed: 1, layout: .channelsLast)
        let layer = Conv2d(store.root, 32, 16, kernel: 1)
        let maps = try zip(values, shapes).map { try leaf($0, $1) }
        let y = layer(joining: maps[0].arranged(.channelsLast), maps[1].arranged(.channelsLast))
        let expected = layer(
          .concatenated([maps[0].zeroPadded(to: Size(9)), maps[1]]).arranged(.channelsLast))
        #expect(relativeError(try y.floats(), try expected.floats()) < 1e-6)
        try y.squared().sum().backward()
        let gradients = try (maps + store.parameters).map { try #require($0.gradient) }
        return try ([y] + gradients).map { try $0.doubles() }
      }
    }
    for (one, other) in zip(try figures(.best), try figures(.none)) {
      #expect(relativeError(one, other) < 1e-6)
    }
  }

  @Test("loops can be left out for a piece of work, and are used again after it")
  func limits() throws {
    let block = try Block(channels: 16, gated: true, dropout: 0)
    let x = Tensor.zeros([1, 16, 8, 8]).arranged(.channelsLast)
    #expect(try block.asOne(x, mode: .evaluation) != nil)
    try Kernels.limited(to: .none) {
      let inPieces = try block.asOne(x, mode: .evaluation) == nil
      #expect(inPieces)
      #expect(x.latent(noise: nil, maximum: 20) == nil)
    }
    #expect(try block.asOne(x, mode: .evaluation) != nil)
    // Three latent channels, which no vector divides.
    #expect(
      Tensor.zeros([1, 6, 8, 8]).arranged(.channelsLast).latent(noise: nil, maximum: 20) == nil)
  }
}
