import Imaging
import Testing

@Suite("Wilcoxon's signed-rank test")
struct SignedRankTestTests {
  @Test("few differences, counted by hand")
  func byHand() throws {
    // All three positive: 2 of 8 sign patterns are as uneven.
    #expect(SignedRankTest([1, 2, 3])?.p == 0.25)
    // Rank 1 negative: the sums 5 and 6 and their mirror images, 4 of 8.
    #expect(SignedRankTest([-1, 2, 3])?.p == 0.5)
    #expect(SignedRankTest([7])?.p == 1)
    #expect(SignedRankTest([1, -1])?.p == 1)
  }

  @Test("as SciPy's exact test")
  func scipy() throws {
    let eight = try #require(SignedRankTest([0.31, 0.12, -0.05, 0.44, 0.27, 0.08, -0.02, 0.19]))
    #expect(abs(eight.p - 0.0390625) < 1e-12 && eight.isExact && eight.count == 8)
    let forty = try #require(SignedRankTest((1...40).map { Double($0 % 3 == 0 ? -$0 : $0) }))
    #expect(abs(forty.p - 0.06616061626664305) < 1e-12 && forty.isExact)
  }

  @Test("zeros are left out, ties share their rank, the probability stays exact")
  func ties() throws {
    let test = try #require(SignedRankTest([1, 1, -1, 2, 2, 3, 0, -2, 4]))
    #expect(test.count == 8)
    #expect(abs(test.p - 0.1640625) < 1e-12)  // by trying all signs of the ranks
    #expect(SignedRankTest([0, 0]) == nil)
    #expect(SignedRankTest([]) == nil)
  }

  @Test("many differences are tested with the normal distribution, as in SciPy")
  func many() throws {
    let test = try #require(SignedRankTest((1...300).map { Double($0 % 3 == 0 ? -$0 : $0) }))
    #expect(!test.isExact)
    #expect(abs(test.p - 7.90665181347143e-07) < 1e-12)
  }
}
