/// How much larger the errors of a model are than the deviations it predicts, channel by channel.
///
/// Factors were measured on the validation part; multiplied with them, deviations are those of the
/// errors that were made there.
public struct Calibration: Codable, Equatable, Sendable {
  /// Factors where the mean of the latent variables is taken, `[T]`; empty where a single prediction
  /// tells no deviation.
  public var mean: [Double]
  /// Factors where latent variables are drawn, `[T]`; empty where nothing is drawn.
  public var drawn: [Double]

  /// Factors for both ways to predict.
  public init(mean: [Double], drawn: [Double]) {
    self.mean = mean
    self.drawn = drawn
  }

  /// The factors of a way to predict, `[T]`; nil where none were measured.
  public func factors(of options: SplitOptions) -> [Double]? {
    let factors = options.samplesPosterior && options.samples > 1 ? drawn : mean
    return factors.isEmpty ? nil : factors
  }

  /// Whether every factor is a positive number, and there is one for each target or none.
  func fits(targets: Int) -> Bool {
    [mean, drawn].allSatisfy { factors in
      factors.isEmpty || factors.count == targets && factors.allSatisfy { $0 > 0 && $0.isFinite }
    }
  }
}
