import Testing
import Torch

@Suite("Random numbers")
struct GeneratorTests {
  private func draw(_ generator: Generator) throws -> [Float] {
    try Tensor.normal([2, 5], generator: generator).floats()
  }

  @Test("a seed gives the same numbers again")
  func sameSeed() throws {
    #expect(try draw(Generator(seed: 7)) == draw(Generator(seed: 7)))
  }

  @Test("different seeds give different numbers")
  func otherSeed() throws {
    #expect(try draw(Generator(seed: 7)) != draw(Generator(seed: 8)))
  }

  @Test("a generator goes on, and does not repeat itself")
  func goesOn() throws {
    let generator = try Generator(seed: 7)
    #expect(try draw(generator) != draw(generator))
  }

  @Test("a restored generator goes on with the same numbers")
  func restored() throws {
    let generator = try Generator(seed: 7)
    _ = try draw(generator)
    let state = try generator.state()
    let expected = try draw(generator)
    let other = try Generator(seed: 0)
    try other.restore(state)
    #expect(try draw(other) == expected)
  }

  @Test("a state that is none is refused, and the generator is as before")
  func badState() throws {
    let generator = try Generator(seed: 7)
    let error = #expect(throws: TorchError.self) { try generator.restore([1, 2, 3]) }
    #expect(error?.description.hasPrefix("restoring a generator's state failed: ") == true)
    #expect(try draw(generator) == draw(Generator(seed: 7)))
  }

  @Test("normal numbers have mean 0 and deviation 1, uniform ones keep to their range")
  func distributions() throws {
    let generator = try Generator(seed: 1)
    let normal = Tensor.normal([20_000], generator: generator)
    #expect(abs(try normal.mean().item()) < 0.03)
    #expect(abs(try normal.squared().mean().item() - 1) < 0.04)
    let uniform = try Tensor.uniform(in: -2...3, [20_000], generator: generator).floats()
    #expect(uniform.allSatisfy { (-2...3).contains($0) })
    #expect(abs(uniform.reduce(0, +) / 20_000 - 0.5) < 0.05)
    #expect(try #require(uniform.max()) > 2.95)
  }
}
