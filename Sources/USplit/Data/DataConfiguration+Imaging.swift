import Experiment
import Imaging

extension DataConfiguration {
  /// Weights of the targets in the mixture; empty when the input is acquired.
  public func mixingWeights(targets: Int) -> [Double] {
    guard input.kind == .mixed else { return [] }
    return input.weights.isEmpty
      ? [Double](repeating: 1 / Double(targets), count: targets) : input.weights
  }

  /// The padding as the image library knows it.
  public var imagingPadding: Imaging.Padding {
    switch padding {
    case .reflect: .reflect
    case .constant: .constant(Float(paddingValue))
    }
  }

  var normalisationOptions: NormalisationOptions {
    NormalisationOptions(
      clipQuantile: clipQuantile, clipPerChannel: clipPerChannel,
      backgroundQuantile: backgroundQuantile, clipBackgroundToZero: clipBackgroundToZero,
      inputIsSum: inputIsSum, zeroMean: zeroMean)
  }
}

extension Experiment.SplitRule {
  /// The rule as the image library knows it.
  package var imaging: Imaging.SplitRule {
    switch self {
    case .automatic: .automatic
    case .leading: .leading
    case .startingTest: .startingTest
    case .dealt: .dealt
    case .regions: .regions
    }
  }
}
