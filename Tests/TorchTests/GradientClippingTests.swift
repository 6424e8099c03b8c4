import Testing
import Torch

@Suite("Gradient clipping")
struct GradientClippingTests {
  /// A store of two numbers with the gradients 3 and 4, whose norm is 5, and one without.
  private func store() throws -> ParameterStore {
    let store = try ParameterStore(seed: 0)
    let a = store.root.parameter("a", [1], .constant(1))
    let b = store.root.parameter("b", [1], .constant(1))
    _ = store.root.parameter("unused", [1], .constant(1))
    try (3 * a + 4 * b).sum().backward()
    return store
  }

  private func gradients(_ store: ParameterStore) throws -> [Double?] {
    try ["a", "b", "unused"].map { try store[$0]?.gradient?.item() }
  }

  @Test("gradients above the norm are scaled together")
  func scaled() throws {
    let store = try store()
    #expect(abs(try store.clipGradients(toNorm: 1) - 5) < 1e-6)
    let found = try gradients(store)
    #expect(abs(try #require(found[0]) - 0.6) < 1e-5)
    #expect(abs(try #require(found[1]) - 0.8) < 1e-5)
    #expect(found[2] == nil)
  }

  @Test("gradients below the norm stay as they are")
  func kept() throws {
    let store = try store()
    #expect(try store.clipGradients(toNorm: 6) == 5)
    #expect(try gradients(store) == [3, 4, nil])
  }

  @Test("no bound only measures", arguments: [0.0, -1])
  func measured(maximum: Double) throws {
    let store = try store()
    #expect(try store.clipGradients(toNorm: maximum) == 5)
    #expect(try gradients(store) == [3, 4, nil])
  }

  @Test("without gradients the norm is 0")
  func none() throws {
    #expect(try ParameterStore(seed: 0).clipGradients(toNorm: 1) == 0)
  }

  @Test("a gradient that is no number shows in the norm")
  func notANumber() throws {
    let store = try ParameterStore(seed: 0)
    let a = store.root.parameter("a", [1], .constant(0))
    try (a * .nan).sum().backward()
    #expect(try store.clipGradients(toNorm: 1).isNaN)
  }
}
