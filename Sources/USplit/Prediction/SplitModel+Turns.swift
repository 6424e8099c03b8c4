import Torch

extension SplitModel {
  /// Predicts patches as they are and turned, brings the predictions back to how the patches lie, and
  /// averages them.
  ///
  /// - Parameters:
  ///   - input: `[B, 1 + K, P, P]`
  ///   - turns: 1 (as they are), 2 (also upside down), 4 (also mirrored) or 8 (also turned by
  ///     quarters)
  ///   - count: draws of each; 1 where nothing is drawn
  ///   - autocast: the number format of features
  ///   - each: called after each turn with the number of turns so far and the sum of their predictions
  /// - Returns: means, `[B, T, P, P]`; `[B, 2 T, P, P]` with deviations, not calibrated
  func averaged(
    _ input: Batch, turns: Int, _ pass: Pass, count: Int, withDeviation: Bool, _ autocast: Autocast,
    each: (_ turns: Int, _ sum: [Float]) -> Void = { _, _ in }
  ) throws -> [Float] {
    let side = input.patch
    var sum: [Float] = []
    for number in 0..<turns {
      let turn = SquareSymmetry(number)
      var turned = input
      if number > 0 { for place in 0..<turned.count { turned.turn(place, by: turn) } }
      var values = try withoutGradients { () throws in
        let estimate = estimate(
          try turned.inputTensor(on: store.device), pass, count: count,
          withDeviation: withDeviation, autocast)
        return try estimate.deviation.map {
          try Tensor.concatenated([estimate.mean, $0], along: 1).floats()
        } ?? estimate.mean.floats()
      }
      if number == 0 {
        sum = values
      } else {
        values.withUnsafeMutableBufferPointer { values in
          guard let base = values.baseAddress else { return }
          turn.inverse.apply(to: base, count: values.count / (side * side), side: side)
        }
        for index in sum.indices { sum[index] += values[index] }
      }
      each(number + 1, sum)
    }
    return turns == 1 ? sum : sum.map { $0 / Float(turns) }
  }
}
