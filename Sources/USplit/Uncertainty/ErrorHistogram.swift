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
    let total = cells.reduce(0) { $0 + $1.count }
    var groups = [Cell](repeating: Cell(), count: bins)
    var before = 0
    for cell in cells where cell.count > 0 {
      // The bin of the pixel in the cell's middle.
      let bin = min((2 * before + cell.count) * bins / (2 * total), bins - 1)
      groups[bin].count += cell.count
      groups[bin].variance += cell.variance
      groups[bin].squaredError += cell.squaredError
      before += cell.count
    }
    return CalibrationCurve(
      bins: groups.filter { $0.count > 0 }.map {
        CalibrationCurve.Bin(
          pixels: $0.count, deviation: ($0.variance / Double($0.count)).squareRoot(),
          error: ($0.squaredError / Double($0.count)).squareRoot())
      })
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
