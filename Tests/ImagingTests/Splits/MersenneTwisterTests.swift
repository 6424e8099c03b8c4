import Imaging
import Testing

@Suite("Mersenne twister")
struct MersenneTwisterTests {
  @Test("the ten thousandth number of the standard seed")
  func standard() {
    var generator = MersenneTwister(seed: 5489)
    var last: UInt32 = 0
    for _ in 0..<10_000 { last = generator.next() }
    #expect(last == 4_123_659_995)
  }

  @Test("numpy's seeding and permutation")
  func numpy() {
    var generator = MersenneTwister(seed: 955)
    #expect(
      (0..<4).map { _ in generator.next() }
        == [1_452_418_915, 1_649_511_405, 3_961_101_716, 2_109_722_715])
    generator = MersenneTwister(seed: 955)
    #expect(generator.permutation(Array(0..<12)) == [7, 10, 2, 8, 0, 6, 5, 1, 9, 11, 4, 3])
  }

  @Test("lists of none and one need no draw")
  func short() {
    var generator = MersenneTwister(seed: 1)
    #expect(generator.permutation([Int]()).isEmpty)
    #expect(generator.permutation([4]) == [4])
    var fresh = MersenneTwister(seed: 1)
    #expect(generator.next() == fresh.next())
  }
}
