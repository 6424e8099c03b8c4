import Testing
import Torch

/// A network of two parts with everything that a second run could get wrong.
private struct Parts {
  let store: ParameterStore
  let generator: Generator
  private let convolutions: [Conv2d]
  private let norms: [BatchNorm2d]
  private let dropout = Dropout2d(0.3)

  init() throws {
    store = try ParameterStore(seed: 1, layout: .channelsLast)
    generator = try Generator(seed: 2)
    let root = store.root
    convolutions = (0..<2).map { Conv2d(root["conv\($0)"], 4, 4, kernel: 3) }
    norms = (0..<2).map { BatchNorm2d(root["norm\($0)"], 4) }
  }

  /// - Returns: the two parts' results and a side result of the first
  func callAsFunction(_ x: Tensor, twice: Bool) -> [Tensor] {
    let mode = Mode.training(generator)
    func part(_ index: Int) -> ([Tensor]) -> [Tensor] {
      { given in
        let features = norms[index](convolutions[index](given[0]), mode: mode).elu()
        let noise = Tensor.normal(features.shape, generator: generator)
        let y = dropout(features + noise * 0.1, mode: mode) + given[given.count - 1]
        return [y, features.squared().mean(over: [2, 3]), y]
      }
    }
    func run(_ index: Int, _ inputs: [Tensor]) -> [Tensor] {
      twice ? computedTwice(inputs, generators: [generator], part(index)) : part(index)(inputs)
    }
    let first = run(0, [x])
    let second = run(1, [first[0], first[2]])
    return [second[0], first[1], second[1]]
  }
}

@Suite("Computing twice")
struct RecomputationTests {
  private let x: Tensor

  init() throws {
    x = Tensor.normal([2, 4, 8, 8], generator: try Generator(seed: 5)).arranged(.channelsLast)
  }

  private struct Outcome {
    var results: [[Float]]
    var gradients: [[Float]]
    var buffers: [[Float]]
    var state: [Int64]
  }

  private func train(
    twice: Bool, _ type: DType = .float32, uses: [Int] = [0, 1, 2]
  ) throws -> Outcome {
    let parts = try Parts()
    let autocast = try Autocast(type, on: .cpu)
    let results = autocast { parts(x, twice: twice) }.map { $0.cast(to: .float32) }
    let terms = uses.map { results[$0].squared().mean() }
    try terms.dropFirst().reduce(terms[0], +).backward()
    return Outcome(
      results: try results.map { try $0.floats() },
      gradients: try parts.store.parameters.map { try $0.gradient?.floats() ?? [] },
      buffers: try parts.store.entries.filter { $0.role == .buffer }.map { try $0.tensor.floats() },
      state: try parts.generator.state())
  }

  @Test(
    "results, gradients, running statistics and random numbers are those of one run",
    arguments: [DType.float32, .bfloat16])
  func same(type: DType) throws {
    let (once, twice) = (try train(twice: false, type), try train(twice: true, type))
    #expect(once.results == twice.results)
    #expect(once.buffers == twice.buffers)
    #expect(once.state == twice.state)
    #expect(once.gradients.map(\.count) == twice.gradients.map(\.count))
    for (wanted, found) in zip(once.gradients.joined(), twice.gradients.joined()) {
      #expect(abs(wanted - found) <= 1e-6 * max(abs(wanted), 1))
    }
  }

  @Test("results that the loss does not use are left out")
  func unused() throws {
    let (once, twice) = (try train(twice: false, uses: [1]), try train(twice: true, uses: [1]))
    // A part of which nothing is used runs once; the other's gradients are zeros or none.
    for (wanted, found) in zip(once.gradients, twice.gradients) {
      #expect(wanted == found)
    }
  }

  @Test("gradients reach inputs through several parts")
  func inputs() throws {
    func gradient(twice: Bool) throws -> [Float] {
      let store = try ParameterStore(seed: 3)
      let weight = store.root.parameter("w", [2], .values([1, 2]))
      let offset = Tensor([3, 4], shape: [2])
      func cube(_ given: [Tensor]) -> [Tensor] { [given[0] * given[0] * given[1], given[1]] }
      let a = weight * 2
      let first =
        twice ? computedTwice([a, a + offset], generators: [], cube) : cube([a, a + offset])
      try (first[0] + first[1]).sum().backward()
      return try #require(weight.gradient).floats()
    }
    #expect(try gradient(twice: true) == gradient(twice: false))
  }

  @Test("without gradients a part runs once")
  func withoutGradient() throws {
    var runs = 0
    _ = withoutGradients {
      computedTwice([x], generators: []) { given in
        runs += 1
        return [given[0] * 2]
      }
    }
    #expect(runs == 1)
  }

  // In a process of its own, since other tests hold tensors at the same time.
  @Test("the part and its tensors are released after the backward pass, or without one")
  func released() async {
    await #expect(processExitsWith: .success) {
      final class Witness {
        let count: UnsafeMutablePointer<Int>
        init(_ count: UnsafeMutablePointer<Int>) { self.count = count }
        deinit { count.pointee += 1 }
      }
      let released = UnsafeMutablePointer<Int>.allocate(capacity: 1)
      released.pointee = 0
      func run(backwards: Bool) throws {
        let store = try ParameterStore(seed: 3)
        let weight = store.root.parameter("w", [2], .values([1, 2]))
        let witness = Witness(released)
        let results = computedTwice([weight * 2], generators: []) { [witness] given in
          withExtendedLifetime(witness) { [given[0].squared()] }
        }
        if backwards { try results[0].sum().backward() }
      }
      let before = Runtime.liveTensorCount
      try run(backwards: true)
      guard released.pointee == 1 else { fatalError("released \(released.pointee) times") }
      try run(backwards: false)
      guard released.pointee == 2 else { fatalError("released \(released.pointee) times") }
      guard Runtime.liveTensorCount == before else { fatalError("tensors are left") }
    }
  }

  // In a process of its own, since other tests hold tensors at the same time.
  @Test("what lies inside a part is not kept")
  func memory() async {
    await #expect(processExitsWith: .success) {
      func held(twice: Bool) throws -> Int {
        let parts = try Parts()
        let x = Tensor.normal([2, 4, 64, 64], generator: try Generator(seed: 5))
        let memory = TensorMemory(of: .cpu)
        let before = memory.current
        let results = parts(x, twice: twice)
        return withExtendedLifetime(results) { memory.current - before }
      }
      let (once, twice) = (try held(twice: false), try held(twice: true))
      guard 3 * twice < once else { fatalError("\(twice) bytes instead of \(once)") }
    }
  }

  @Test("of parts that are computed twice, counting takes the results and the largest inside")
  func counting() throws {
    let store = try ParameterStore(seed: 3, device: .meta)
    let convolution = Conv2d(store.root, 4, 4, kernel: 3)
    let x = Tensor.zeros([1, 4, 8, 8], device: .meta)
    let counted = Runtime.counting { () -> Tensor in
      let y = computedTwice([x], generators: []) { [convolution($0[0]).elu()] }[0]
      return computedTwice([y], generators: []) { [convolution($0[0]).elu().elu()] }[0]
    }
    let map = 4 * 4 * 64
    #expect(counted.bytes == 2 * map + 2 * map)
    #expect(counted.operations == 2 * 2 * 144 * 64)
  }
}
