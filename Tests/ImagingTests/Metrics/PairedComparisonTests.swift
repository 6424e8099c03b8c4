import Imaging
import Testing

@Suite("Paired comparison")
struct PairedComparisonTests {
  @Test("mean, interval and exact probability are those of SciPy")
  func scipy() throws {
    let found = try #require(
      PairedComparison([0.31, 0.12, -0.05, 0.44, 0.27, 0.08, -0.02, 0.19]))
    #expect(found.count == 8 && found.signFlipIsExact)
    #expect(abs(found.mean - 0.1675) < 1e-12)
    #expect(abs(try #require(found.low) - 0.026912768427446748) < 1e-9)
    #expect(abs(try #require(found.high) - 0.30808723157255324) < 1e-9)
    #expect(found.signFlipP == 0.03125)
    #expect(found.smallestP == 1.0 / 128)
    #expect(found.signedRank?.p == 0.0390625)
  }

  @Test("three differences of the same sign reach the least probability of three")
  func three() throws {
    let found = try #require(PairedComparison([1, 2, 3]))
    #expect(found.signFlipP == 0.25 && found.smallestP == 0.25)
    #expect(PairedComparison([-1, 2, 3])?.signFlipP == 0.5)
  }

  @Test("one difference has no interval, equal ones of 0 a probability of 1, none nothing")
  func degenerate() throws {
    let one = try #require(PairedComparison([0.5]))
    #expect(one.low == nil && one.high == nil && one.signFlipP == 1 && one.mean == 0.5)
    let zeros = try #require(PairedComparison([0, 0, 0]))
    #expect(zeros.signFlipP == 1 && zeros.signedRank == nil && zeros.low == 0 && zeros.high == 0)
    #expect(PairedComparison([]) == nil)
  }

  @Test("rounding does not hide equal sums")
  func rounding() throws {
    // 1 + 0.1 + 0.2 - 0.3 and 1 - 0.1 - 0.2 + 0.3 are equal but for rounding: 5 of 8 count.
    #expect(PairedComparison([1, 0.1, 0.2, -0.3])?.signFlipP == 0.625)
    #expect(PairedComparison([1, -0.1, -0.2, 0.3])?.signFlipP == 0.625)
  }

  @Test("more than 16 differences are drawn: reproducible, and near the exact probability")
  func drawn() throws {
    // Of 17 differences of 1 and 5 of them negative: P(at most 5 or at least 12 of 17 tosses).
    let differences = (0..<17).map { $0 < 5 ? -1.0 : 1.0 }
    let found = try #require(PairedComparison(differences))
    #expect(!found.signFlipIsExact)
    #expect(found.smallestP == 1.0 / 20_001)
    let exact = 2.0 * (1 + 17 + 136 + 680 + 2380 + 6188) / 131_072
    #expect(abs(found.signFlipP - exact) < 0.015)
    #expect(PairedComparison(differences) == found)
    #expect(PairedComparison(differences, seed: 1)?.signFlipP != found.signFlipP)
    let clear = try #require(PairedComparison([Double](repeating: 1, count: 40)))
    #expect(clear.signFlipP == clear.smallestP)
  }
}
