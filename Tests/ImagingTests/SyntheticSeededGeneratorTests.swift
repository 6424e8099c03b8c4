import Imaging
import Testing

@Suite("Seeded generator")
struct SyntheticSeededGeneratorTests {
  @Test("the same seed and stream give the same numbers, others give others")
  func seeds() {
    func numbers(_ seed: UInt64, _ stream: UInt64) -> [UInt64] {
      var generator = SeededGenerator(seed: seed, stream: stream)
      return (0..<8).map { _ in generator.next() }
    }
    #expect(numbers(1, 2) == numbers(1, 2))
    let all = [numbers(0, 0), numbers(0, 1), numbers(1, 0), numbers(1, 1), numbers(2, 0)]
    #expect(Set(all).count == all.count)
  }

  @Test("the numbers of a seed never change")
  func goldens() {
    var generator = SeededGenerator(seed: 42)
    #expect(
      (0..<3).map { _ in generator.next() } == [
        0xD284_06E5_DDFA_72EE, 0x27E9_374F_3634_3B5B, 0x9CEE_9F50_C614_97D9,
      ])
  }

  @Test("uniform numbers fill 0 to 1 evenly")
  func uniform() {
    var generator = SeededGenerator(seed: 3)
    let numbers = (0..<20_000).map { _ in generator.uniform() }
    #expect(numbers.allSatisfy { $0 >= 0 && $0 < 1 })
    let (mean, variance) = moments(numbers)
    #expect(abs(mean - 0.5) < 0.01)
    #expect(abs(variance - 1.0 / 12) < 0.003)
    #expect((0..<100).allSatisfy { _ in (2...3).contains(generator.uniform(2...3)) })
  }

  @Test("normal numbers have mean 0 and variance 1")
  func normal() {
    var generator = SeededGenerator(seed: 4)
    let (mean, variance) = moments((0..<20_000).map { _ in generator.normal() })
    #expect(abs(mean) < 0.03)
    #expect(abs(variance - 1) < 0.05)
  }

  @Test(
    "Poisson counts have their mean as mean and as variance",
    arguments: [0, 0.3, 4, 9.9, 10, 33, 400, 1e5])
  func poisson(mean: Double) {
    var generator = SeededGenerator(seed: 5)
    let counts = (0..<20_000).map { _ in generator.poisson(mean: mean) }
    #expect(counts.allSatisfy { $0 >= 0 && $0 == $0.rounded() })
    let found = moments(counts)
    #expect(abs(found.mean - mean) <= 0.04 * mean.squareRoot())
    #expect(abs(found.variance - mean) <= 0.06 * mean)
  }

  @Test("Poisson counts around a mean of 12 are as frequent as they should be")
  func poissonFrequencies() {
    var generator = SeededGenerator(seed: 6)
    var counts = [Double](repeating: 0, count: 60)
    let draws = 50_000
    for _ in 0..<draws { counts[min(59, Int(generator.poisson(mean: 12)))] += 1 }
    var probability = 6.14421235332821e-6  // exp(-12)
    for k in 1...25 {
      probability *= 12 / Double(k)
      let expected = probability * Double(draws)
      #expect(abs(counts[k] - expected) <= 4.5 * expected.squareRoot() + 1, "count \(k)")
    }
  }

  private func moments(_ numbers: [Double]) -> (mean: Double, variance: Double) {
    let mean = numbers.reduce(0, +) / Double(numbers.count)
    let squares = numbers.map { ($0 - mean) * ($0 - mean) }.reduce(0, +)
    return (mean, squares / Double(numbers.count))
  }
}
