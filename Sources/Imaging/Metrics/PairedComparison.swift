/// What can be said about the mean of paired differences, such as the scores of two models on the
/// same frames.
public struct PairedComparison: Codable, Equatable, Sendable {
  /// Most differences for which all signs are tried.
  public static let mostExact = 16

  /// Number of differences n.
  public let count: Int
  /// Their mean.
  public let mean: Double
  /// The limits of the mean with a confidence of 95 %, after Student; nil for one difference.
  public let low: Double?
  /// See ``low``.
  public let high: Double?
  /// Probability of a mean at least as far from 0, were each sign as likely as the other
  /// (sign-flip permutation test, two-sided).
  public let signFlipP: Double
  /// Whether all 2ⁿ signs were tried; else 20 000 were drawn.
  public let signFlipIsExact: Bool
  /// The least `signFlipP` that so many differences can have.
  public let smallestP: Double
  /// Wilcoxon's signed-rank test; nil where all differences are 0.
  public let signedRank: SignedRankTest?

  /// Tests differences, which must be finite; nil when there are none.
  ///
  /// - Parameter seed: of the signs that are drawn for more than 16 differences
  public init?(_ differences: [Double], seed: UInt64 = 0) {
    guard !differences.isEmpty else { return nil }
    precondition(differences.allSatisfy(\.isFinite), "differences that are not finite numbers")
    let count = differences.count
    let mean = differences.reduce(0, +) / Double(count)
    self.count = count
    self.mean = mean
    if count > 1 {
      let squares = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      let error = (squares / Double(count - 1) / Double(count)).squareRoot()
      let reach = StudentT.quantile(within: 0.95, degrees: count - 1) * error
      self.low = mean - reach
      self.high = mean + reach
    } else {
      self.low = nil
      self.high = nil
    }
    self.signFlipIsExact = count <= Self.mostExact
    if signFlipIsExact {
      self.signFlipP = Self.exactSignFlip(differences)
      self.smallestP = 1 / Double(1 << (count - 1))
    } else {
      self.signFlipP = Self.drawnSignFlip(differences, seed: seed)
      self.smallestP = 1 / Double(Self.draws + 1)
    }
    self.signedRank = SignedRankTest(differences)
  }

  private static let draws = 20_000

  /// The sum from which on one counts as far from 0 as that found, but for rounding.
  private static func threshold(_ differences: [Double]) -> Double {
    let size = differences.reduce(0) { $0 + $1.magnitude }
    return differences.reduce(0, +).magnitude - 1e-12 * size
  }

  /// The first sign stays as it is: turning all of them changes no magnitude.
  private static func exactSignFlip(_ differences: [Double]) -> Double {
    let threshold = threshold(differences)
    let patterns = 1 << (differences.count - 1)
    let hits = (0..<patterns).reduce(0) { hits, pattern in
      var sum = differences[0]
      for index in 1..<differences.count {
        sum += pattern >> (index - 1) & 1 == 0 ? differences[index] : -differences[index]
      }
      return hits + (sum.magnitude >= threshold ? 1 : 0)
    }
    return Double(hits) / Double(patterns)
  }

  /// The signs as they are count as one draw, so that no probability is 0.
  private static func drawnSignFlip(_ differences: [Double], seed: UInt64) -> Double {
    let threshold = threshold(differences)
    var generator = SeededGenerator(seed: seed)
    var hits = 1
    for _ in 0..<draws {
      var sum = 0.0
      var signs: UInt64 = 0
      for (index, difference) in differences.enumerated() {
        if index % 64 == 0 { signs = generator.next() }
        sum += signs & 1 == 0 ? difference : -difference
        signs >>= 1
      }
      if sum.magnitude >= threshold { hits += 1 }
    }
    return Double(hits) / Double(draws + 1)
  }
}
