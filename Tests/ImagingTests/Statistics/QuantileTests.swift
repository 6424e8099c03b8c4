import Imaging
import Testing

@Suite("Quantile")
struct QuantileTests {
  @Test(
    "interpolates as numpy does",
    arguments: [
      (0, 1), (0.1, 1), (0.5, 3.5), (0.6, 4.2), (0.995, 8.895), (1, 9),
    ])
  func numpy(q: Double, expected: Double) {
    #expect(abs(quantile([3, 1, 4, 1, 5, 9, 2, 6], q) - expected) < 1e-12)
  }

  @Test("one value is every quantile", arguments: [0, 0.3, 1])
  func one(q: Double) {
    #expect(quantile([-2.5], q) == -2.5)
  }

  @Test("agrees with sorting, signs and infinities included", arguments: [0, 0.01, 0.25, 0.9, 1])
  func sorting(q: Double) {
    let values = noise(997).map { ($0 - 500) / 7 } + [-.infinity, 0, -0.0]
    let sorted = values.sorted()
    let position = q * Double(values.count - 1)
    let lower = Double(sorted[Int(position)])
    let upper = Double(sorted[min(Int(position) + 1, values.count - 1)])
    let fraction = position - position.rounded(.down)
    let expected = fraction == 0 ? lower : lower + (upper - lower) * fraction
    #expect(abs(quantile(values, q) - expected) < 1e-9 || quantile(values, q) == expected)
  }

  @Test("several planes count as one list")
  func planes() {
    let planes = [
      Plane(height: 1, width: 3, values: [1, 2, 3]), Plane(height: 1, width: 1, values: [10]),
    ]
    #expect(quantile(planes, 0.5) == 2.5)
  }

  @Test("neighbours far apart are both found")
  func farApart() {
    #expect(quantile([-1000, 1e-20, 5e6], 0.75) == 2_500_000)
  }
}
