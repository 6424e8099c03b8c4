import Experiment
import Torch

/// What a model predicts for the pixels of some patches.
struct PixelEstimate {
  /// Means over the draws, `[B, T, H, W]`, normalised.
  let mean: Tensor
  /// Standard deviations as predicted, not calibrated, `[B, T, H, W]`; nil when they were not asked
  /// for.
  let deviation: Tensor?
}

extension SplitModel {
  /// Predicts as often as is asked for, and averages.
  ///
  /// The variance of a pixel is the mean of the predicted variances, and, where there are several
  /// draws, the variance of their means (the law of total variance).
  ///
  /// - Parameters:
  ///   - input: `[B, 1 + K, H, W]`
  ///   - count: draws; 1 where nothing is drawn
  ///   - autocast: the number format of features
  ///   - each: given the prediction of every draw, `[B, T, H, W]`, normalised
  func estimate(
    _ input: Tensor, _ pass: Pass, count: Int, withDeviation: Bool, _ autocast: Autocast,
    each: (Tensor) -> Void = { _ in }
  ) -> PixelEstimate {
    let sample = autocast { samples(of: input, pass) }
    var (mean, spread, variance): (Tensor?, Tensor?, Tensor?)
    for number in 1...count {
      let drawn = autocast { sample().distribution }
      each(drawn.mean)
      let before = mean ?? drawn.mean
      let difference = drawn.mean - before
      let now = number == 1 ? before : before + difference / Double(number)
      if withDeviation {
        if number > 1 {
          let square = difference * (drawn.mean - now)
          spread = spread.map { $0 + square } ?? square
        }
        if description.predictsVariance, let logVariance = drawn.logVariance {
          let predicted = logVariance.exp()
          variance = variance.map { $0 + predicted } ?? predicted
        }
      }
      mean = now
    }
    guard let mean else { preconditionFailure("\(count) draws; at least 1 is needed") }
    guard withDeviation else { return PixelEstimate(mean: mean, deviation: nil) }
    let parts = [
      variance.map { $0 / Double(count) }, spread.map { $0 / Double(max(count - 1, 1)) },
    ]
    .compactMap(\.self)
    guard let first = parts.first else {
      preconditionFailure("one prediction of this network has no deviation")
    }
    // One variance may serve a whole channel or image.
    let total = parts.dropFirst().reduce(mean * 0 + first, +)
    return PixelEstimate(mean: mean, deviation: total.squareRoot())
  }
}

extension SplitModel {
  /// Predicts patches and keeps every draw.
  ///
  /// - Parameters:
  ///   - input: `[B, 1 + K, P, P]`
  ///   - count: draws N
  ///   - autocast: the number format of features
  /// - Returns: means, deviations where these are asked for, not calibrated, and draws,
  ///   `[B, (1 + N) T, P, P]` or `[B, (2 + N) T, P, P]`
  func drawn(
    _ input: Batch, _ pass: Pass, count: Int, withDeviation: Bool, _ autocast: Autocast
  ) throws -> [Float] {
    try withoutGradients { () throws in
      var draws: [Tensor] = []
      let estimate = estimate(
        try input.inputTensor(on: store.device), pass, count: count, withDeviation: withDeviation,
        autocast, each: { draws.append($0) })
      let tensors = [estimate.mean] + [estimate.deviation].compactMap(\.self) + draws
      return try Tensor.concatenated(tensors, along: 1).floats()
    }
  }
}

extension ModelDescription {
  /// Whether the network learned to predict the variance of each pixel.
  public var predictsVariance: Bool {
    network.logVariance != .unit && configuration.loss.kind != .meanSquaredError
  }

  /// Whether predictions have a deviation: a predicted one, or the spread of several draws.
  public func predictsDeviation(samples: Int) -> Bool {
    predictsVariance || samples > 1 && network.backbone.isStochastic
  }
}
