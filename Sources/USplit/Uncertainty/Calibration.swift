/// How large the errors of a model are where it predicts a deviation, channel by channel.
///
/// Measured on the validation part; with these scales, deviations are those of the errors that were
/// made there.
public struct Calibration: Codable, Equatable, Sendable {
  /// Scales where the mean of the latent variables is taken, `[T]`; empty where a single prediction
  /// tells no deviation.
  public var mean: [DeviationScale]
  /// Scales where latent variables are drawn, `[T]`; empty where nothing is drawn.
  public var drawn: [DeviationScale]

  /// Scales for both ways to predict.
  public init(mean: [DeviationScale], drawn: [DeviationScale]) {
    self.mean = mean
    self.drawn = drawn
  }

  /// The scales of a way to predict, `[T]`; nil where none were measured.
  public func scales(of options: SplitOptions) -> [DeviationScale]? {
    let scales = options.samplesPosterior && options.samples > 1 ? drawn : mean
    return scales.isEmpty ? nil : scales
  }

  /// Whether every scale can be used, and there is one for each target or none.
  func fits(targets: Int) -> Bool {
    [mean, drawn].allSatisfy { scales in
      scales.isEmpty || scales.count == targets && scales.allSatisfy(\.isUsable)
    }
  }
}
