import Imaging
import Testing

@Suite("Moments")
struct MomentsTests {
  @Test("mean and population standard deviation")
  func plain() {
    let moments = Moments([1, 2, 3, 4, 5])
    #expect(moments.count == 5 && moments.mean == 3 && moments.variance == 2)
  }

  @Test("of nothing are zero")
  func nothing() {
    #expect(Moments([]) == Moments())
    #expect(Moments().standardDeviation == 0)
  }

  @Test("values above the limit count as the limit")
  func limit() {
    #expect(Moments([1, 9, 9], limit: 4) == Moments([1, 4, 4]))
    #expect(Moments([9, 1], limit: 4).mean == 2.5)
  }

  @Test("parts add up to the whole")
  func parts() {
    let values = noise(1001).map { $0 + 60000 }
    var sum = Moments()
    sum.add(Moments())
    for start in stride(from: 0, to: values.count, by: 130) {
      sum.add(Moments(Array(values[start..<min(start + 130, values.count)])))
    }
    let whole = Moments(values)
    #expect(sum.count == whole.count)
    #expect(abs(sum.mean - whole.mean) < 1e-8)
    #expect(abs(sum.variance - whole.variance) < 1e-6)
  }

  @Test("a small spread about a large mean keeps its digits")
  func smallSpread() {
    let values = (0..<1000).map { Float(65000 + $0 % 2) }
    #expect(Moments(values).variance == 0.25)
  }
}
