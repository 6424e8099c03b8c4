import Foundation

/// Predicted deviations of the pixels of one channel, and the errors that were made there.
///
/// Pixels are counted by their deviation in steps of a quarter of a percent, so that any number of
/// them takes the same memory.
public struct ErrorHistogram: Sendable {
  /// Pixels of about the same deviation.
  private struct Cell: Sendable {
    var count = 0
    var variance = 0.0
    var squaredError = 0.0

    mutating func add(_ other: Cell) {
      count += other.count
      variance += other.variance
      squaredError += other.squaredError
    }

    /// As a bin of a curve; for one pixel at least.
    var bin: CalibrationCurve.Bin {
      CalibrationCurve.Bin(
        pixels: count, deviation: (variance / Double(count)).squareRoot(),
        error: (squaredError / Double(count)).squareRoot())
    }
  }

  /// Deviations beyond these powers of 2 share a cell.
  private static let exponents = -24.0...16.0
  private static let cellsPerOctave = 256.0

  private var cells: [Cell]

  /// No pixel yet.
  public init() {
    let octaves = Self.exponents.upperBound - Self.exponents.lowerBound
    cells = [Cell](repeating: Cell(), count: Int(octaves * Self.cellsPerOctave) + 1)
  }

  /// Takes in the pixels of an image.
  ///
  /// - Parameters:
  ///   - deviations: predicted
  ///   - errors: predictions less targets, in the same units
  public mutating func add(deviations: ArraySlice<Float>, errors: [Float]) {
    precondition(
      deviations.count == errors.count,
      "\(deviations.count) deviations of \(errors.count) errors")
    for (deviation, error) in zip(deviations, errors) {
      let deviation = Double(deviation)
      let exponent = min(
        max(log2(deviation), Self.exponents.lowerBound), Self.exponents.upperBound)
      guard !exponent.isNaN else { continue }
      let cell = Int((exponent - Self.exponents.lowerBound) * Self.cellsPerOctave)
      cells[cell].count += 1
      cells[cell].variance += deviation * deviation
      cells[cell].squaredError += Double(error) * Double(error)
    }
  }

  /// Errors by predicted deviation, in bins of about as many pixels each, fewer where many pixels have
  /// the same deviation.
  public func curve(bins: Int = 15) -> CalibrationCurve {
    CalibrationCurve(bins: grouped(by: grouping(bins), bins).filter { $0.count > 0 }.map(\.bin))
  }

  /// How far a network's deviations are off in a typical case: the standard deviation of the
  /// logarithm of their factor, by which disagreement between images is weighed.
  private static let usualFactor = log(1.35)

  /// The curve of a typical one of several images: in each bin the median of the images' errors
  /// beside their deviations, so that an image that is unlike the others does not decide.
  ///
  /// Where images disagree, few of them say little about the next one: then errors are drawn toward
  /// the deviations that the network predicts, as far as the disagreement asks for it (Efron and
  /// Morris, 1973, "Stein's estimation rule and its competitors").
  ///
  /// - Parameters:
  ///   - histograms: one of each image
  ///   - bins: of about as many pixels of all images together
  public static func typicalCurve(of histograms: [ErrorHistogram], bins: Int = 15)
    -> CalibrationCurve
  {
    var all = ErrorHistogram()
    for histogram in histograms {
      for index in all.cells.indices { all.cells[index].add(histogram.cells[index]) }
    }
    let grouping = all.grouping(bins)
    let each = histograms.map { $0.grouped(by: grouping, bins) }
    let groups = all.grouped(by: grouping, bins).enumerated().filter { $0.element.count > 0 }
    // In each bin the logarithms of factors, of images that have a tenth of their share at least.
    var factors: [[Double]] = []
    for (number, cell) in groups {
      let fewest = cell.count / (10 * histograms.count)
      let cells = each.map { $0[number] }.filter { $0.count > fewest && $0.variance > 0 }
      let ratios = cells.map { log(($0.squaredError / $0.variance).squareRoot()) }
      factors.append(ratios.filter(\.isFinite).sorted())
    }
    let trust = trust(in: factors)
    var result: [CalibrationCurve.Bin] = []
    for (group, factors) in zip(groups, factors) {
      var bin = group.element.bin
      if !factors.isEmpty {
        let middle = (factors[(factors.count - 1) / 2] + factors[factors.count / 2]) / 2
        bin.error = bin.deviation * exp(trust * middle)
      }
      result.append(bin)
    }
    return CalibrationCurve(bins: result)
  }

  /// How much of the images' factors is believed, from 0 to 1: all where they agree, or where there
  /// is one image only.
  private static func trust(in factors: [[Double]]) -> Double {
    // The variance of the mean of the images, in the mean of the bins.
    let variances = factors.filter { $0.count > 1 }.map { values in
      let count = Double(values.count)
      let mean = values.reduce(0, +) / count
      return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1) / count
    }
    guard !variances.isEmpty else { return 1 }
    let variance = variances.reduce(0, +) / Double(variances.count)
    return usualFactor * usualFactor / (usualFactor * usualFactor + variance)
  }

  /// The bin of each cell, such that bins have about as many pixels each.
  private func grouping(_ bins: Int) -> [Int] {
    let total = cells.reduce(0) { $0 + $1.count }
    var before = 0
    return cells.map { cell in
      defer { before += cell.count }
      // The bin of the pixel in the cell's middle.
      return total == 0 ? 0 : min((2 * before + cell.count) * bins / (2 * total), bins - 1)
    }
  }

  private func grouped(by grouping: [Int], _ bins: Int) -> [Cell] {
    var groups = [Cell](repeating: Cell(), count: bins)
    for (cell, bin) in zip(cells, grouping) where cell.count > 0 { groups[bin].add(cell) }
    return groups
  }
}

/// Errors of one channel by the deviation that was predicted for them.
public struct CalibrationCurve: Codable, Equatable, Sendable {
  /// Pixels of about the same predicted deviation.
  public struct Bin: Codable, Equatable, Sendable {
    /// How many there are.
    public var pixels: Int
    /// The root of their mean predicted variance, in deviations of the target.
    public var deviation: Double
    /// The root of their mean squared error, in deviations of the target.
    public var error: Double

    /// A bin.
    public init(pixels: Int, deviation: Double, error: Double) {
      self.pixels = pixels
      self.deviation = deviation
      self.error = error
    }
  }

  /// From small to large predicted deviations.
  public var bins: [Bin]

  /// A curve of bins.
  public init(bins: [Bin]) { self.bins = bins }

  /// The mean difference of predicted deviations and real errors over the bins, relative to the mean
  /// error; nil without errors.
  public var miscalibration: Double? {
    let errors = bins.reduce(0) { $0 + $1.error }
    guard errors > 0 else { return nil }
    return bins.reduce(0) { $0 + abs($1.deviation - $1.error) } / errors
  }

  /// What predicted deviations are to be multiplied with to be as large as the errors over all bins
  /// together; nil where one of them is 0.
  public var factor: Double? {
    let errors = bins.reduce(0) { $0 + $1.error }
    let deviations = bins.reduce(0) { $0 + $1.deviation }
    guard errors > 0, deviations > 0 else { return nil }
    return errors / deviations
  }
}
