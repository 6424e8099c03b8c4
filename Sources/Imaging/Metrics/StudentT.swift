import Foundation

/// Student's t distribution with a whole number of degrees of freedom.
package enum StudentT {
  /// The probability of a value between `-t` and `t`.
  ///
  /// The finite sums of Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.3 and
  /// 26.7.4.
  package static func probability(within t: Double, degrees: Int) -> Double {
    precondition(degrees >= 1, "\(degrees) degrees of freedom, at least 1 is needed")
    return probability(angle: atan(t / Double(degrees).squareRoot()), degrees: degrees)
  }

  /// The value within which the distribution lies with a probability, 0.95 for 95 %.
  package static func quantile(within probability: Double, degrees: Int) -> Double {
    precondition(
      probability >= 0 && probability < 1, "a probability of \(probability), expected 0 to below 1")
    var (low, high) = (0.0, Double.pi / 2)
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if Self.probability(angle: middle, degrees: degrees) < probability {
        low = middle
      } else {
        high = middle
      }
    }
    return tan((low + high) / 2) * Double(degrees).squareRoot()
  }

  private static func probability(angle: Double, degrees: Int) -> Double {
    let square = cos(angle) * cos(angle)
    let isOdd = degrees % 2 == 1
    var term = isOdd ? cos(angle) : 1
    var sum = degrees > 1 ? term : 0
    for power in stride(from: isOdd ? 3 : 2, through: degrees - 2, by: 2) {
      term *= square * Double(power - 1) / Double(power)
      sum += term
    }
    return isOdd ? 2 / .pi * (angle + sin(angle) * sum) : sin(angle) * sum
  }
}
