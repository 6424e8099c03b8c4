import Foundation

extension SeededGenerator {
  /// A number from 0 up to but not including 1, all multiples of 2⁻⁵³ equally likely.
  public mutating func uniform() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// A number from the lower up to the upper bound.
  public mutating func uniform(_ range: ClosedRange<Double>) -> Double {
    range.lowerBound + uniform() * (range.upperBound - range.lowerBound)
  }

  /// A number of the standard normal distribution (Box and Muller, 1958).
  public mutating func normal() -> Double {
    let radius = (-2 * log(1 - uniform())).squareRoot()
    return radius * cos(2 * .pi * uniform())
  }

  /// A positive number whose logarithm is normal with mean 0 and the given standard deviation.
  public mutating func logNormal(deviation: Double) -> Double {
    exp(deviation * normal())
  }

  /// A count of the Poisson distribution with the given mean.
  ///
  /// Exact for every mean: products of uniform numbers below 10, the transformed rejection
  /// method PTRS (Hörmann, 1993) from 10 on.
  /// - Precondition: the mean is finite and not negative.
  public mutating func poisson(mean: Double) -> Double {
    precondition(
      mean >= 0 && mean.isFinite, "a Poisson mean must be finite and at least 0, got \(mean)")
    return mean < 10 ? smallPoisson(mean: mean) : largePoisson(mean: mean)
  }

  private mutating func smallPoisson(mean: Double) -> Double {
    let limit = exp(-mean)
    var count = 0.0
    var product = uniform()
    while product > limit {
      count += 1
      product *= uniform()
    }
    return count
  }

  private mutating func largePoisson(mean: Double) -> Double {
    let b = 0.931 + 2.53 * mean.squareRoot()
    let a = -0.059 + 0.02483 * b
    let immediate = 0.9277 - 3.6224 / (b - 2)
    while true {
      let u = uniform() - 0.5
      let v = uniform()
      let distance = 0.5 - abs(u)
      let count = ((2 * a / distance + b) * u + mean + 0.43).rounded(.down)
      if distance >= 0.07 && v <= immediate { return count }
      if count < 0 || distance < 0.013 && v > distance { continue }
      let inverseAlpha = 1.1239 + 1.1328 / (b - 3.4)
      let proposal = log(v * inverseAlpha / (a / (distance * distance) + b))
      if proposal <= count * log(mean) - mean - logFactorial(count) { return count }
    }
  }
}

/// log(n!), by Stirling's series from 10 on.
private func logFactorial(_ n: Double) -> Double {
  if n < 10 {
    var product = 1.0
    var factor = 2.0
    while factor <= n {
      product *= factor
      factor += 1
    }
    return log(product)
  }
  let x = n + 1
  let series = 1 / (12 * x) - 1 / (360 * x * x * x) + 1 / (1260 * x * x * x * x * x)
  return (x - 0.5) * log(x) - x + 0.5 * log(2 * .pi) + series
}
