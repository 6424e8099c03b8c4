import Foundation

/// Wilcoxon's signed-rank test of paired differences, two-sided.
///
/// Differences of 0 are left out, equal ones share the mean of their ranks. The probability is
/// exact, ties included, for up to 200 differences; for more it comes from the normal distribution
/// with the variance of the ranks as they are.
public struct SignedRankTest: Codable, Equatable, Sendable {
  /// Most differences for which the distribution is counted out.
  static let most = 200

  /// Differences that are not 0.
  public let count: Int
  /// Probability of ranks at least as uneven, were each sign as likely as the other.
  public let p: Double
  /// Whether the probability is exact.
  public let isExact: Bool

  /// Tests differences, which must be finite; nil where all of them are 0.
  public init?(_ differences: [Double]) {
    let ranked = differences.filter { $0 != 0 }.sorted { $0.magnitude < $1.magnitude }
    guard !ranked.isEmpty else { return nil }
    let ranks = Self.doubledRanks(ranked.map(\.magnitude))
    let positive = zip(ranked, ranks).reduce(0) { $0 + ($1.0 > 0 ? $1.1 : 0) }
    self.count = ranked.count
    self.isExact = ranked.count <= Self.most
    self.p =
      isExact
      ? Self.exact(positive, ranks) : Self.approximate(positive, ranks)
  }

  /// Twice the ranks of ascending values, which are whole numbers with ties too.
  private static func doubledRanks(_ values: [Double]) -> [Int] {
    var ranks: [Int] = []
    ranks.reserveCapacity(values.count)
    while ranks.count < values.count {
      let first = ranks.count
      let end = values[first...].firstIndex { $0 != values[first] } ?? values.count
      ranks += [Int](repeating: first + 1 + end, count: end - first)
    }
    return ranks
  }

  private static func exact(_ positive: Int, _ ranks: [Int]) -> Double {
    let total = ranks.reduce(0, +)
    // The number of ways to give some ranks the positive sign, by the sum of these.
    var ways = [Double](repeating: 0, count: total + 1)
    ways[0] = 1
    var reached = 0
    for rank in ranks {
      reached += rank
      for sum in stride(from: reached, through: rank, by: -1) { ways[sum] += ways[sum - rank] }
    }
    let tail = min(positive, total - positive)
    return min(1, 2 * ways[...tail].reduce(0, +) / ways.reduce(0, +))
  }

  private static func approximate(_ positive: Int, _ ranks: [Int]) -> Double {
    let mean = Double(ranks.reduce(0, +)) / 2
    let variance = ranks.reduce(0.0) { $0 + Double($1) * Double($1) } / 4
    return erfc((Double(positive) - mean).magnitude / (2 * variance).squareRoot())
  }
}
