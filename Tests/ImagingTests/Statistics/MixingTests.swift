import Imaging
import Testing

@Suite("Mixing")
struct MixingTests {
  @Test("the weighted sum of the targets")
  func weights() {
    let planes = [
      Plane(height: 1, width: 2, values: [1, 2]), Plane(height: 1, width: 2, values: [10, 20]),
      Plane(height: 1, width: 2, values: [100, 200]),
    ]
    #expect(mixed(planes, weights: [1, 1, 1]).values == [111, 222])
    #expect(mixed(planes, weights: [0, 0.5, 0]).values == [5, 10])
  }
}
