import Imaging
import TestSupport
import Testing

@Suite("Halving a plane")
struct PlaneHalvedTests {
  @Test("an odd number of rows is smoothed wider, as scikit-image does")
  func oddRows() {
    let plane = Plane(
      height: 5, width: 4,
      values: [0, 0, 0, 0, 0, 100, 0, 0, 0, 0, 0, 0, 0, 0, 0, 50, 7, 0, 0, 0])
    let expected = [25.976789480441994, 3.0360446079217205, 1.5057598121162907, 11.663462399291426]
    let half = plane.halved()
    #expect(half.height == 2 && half.width == 2)
    #expect(relativeError(half.values.map(Double.init), expected) < 1e-6)
  }

  @Test("three by three pixels become one")
  func threeByThree() {
    let half = Plane(height: 3, width: 3, values: [1, 5, 2, 8, 0, 4, 3, 9, 6]).halved()
    #expect(half.height == 1 && half.width == 1)
    #expect(abs(half[0, 0] - 3.9779024) < 1e-5)
  }

  @Test("two by two pixels become their mean")
  func twoByTwo() {
    let half = Plane(height: 2, width: 2, values: [1, 2, 3, 4]).halved()
    #expect(half.height == 1 && half.width == 1)
    #expect(abs(half[0, 0] - 2.5) < 1e-6)
  }

  @Test("a constant stays constant", arguments: [(2, 9), (7, 7), (64, 33), (100, 2)])
  func constant(height: Int, width: Int) {
    let half = Plane(height: height, width: width, repeating: 42).halved()
    #expect(half == Plane(height: height / 2, width: width / 2, repeating: 42))
  }

  @Test("values stay within the range of the input")
  func range() {
    let plane = Plane(height: 40, width: 41, values: noise(40 * 41))
    let half = plane.halved()
    #expect(half.values.allSatisfy { $0 >= 0 && $0 <= 1000 })
  }
}
