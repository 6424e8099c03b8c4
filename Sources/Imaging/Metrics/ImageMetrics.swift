import Foundation

/// How well a predicted image agrees with the target.
///
/// All of them compare two images of the same size and compute in double precision. Peak
/// signal-to-noise ratios are in decibel, infinite for a perfect prediction, and nil for a target
/// whose pixels are all the same. ``RunningPSNR`` is that of many images together.
public enum ImageMetrics {
  /// Square root of the mean squared difference; 0 for images without pixels.
  public static func rmse(target: Plane, prediction: Plane) -> Double {
    check(target, prediction)
    guard !target.values.isEmpty else { return 0 }
    return meanSquaredError(target, prediction).squareRoot()
  }

  /// Peak signal-to-noise ratio `20 log10(range / rmse)`, the range being that of the target.
  public static func psnr(target: Plane, prediction: Plane) -> Double? {
    check(target, prediction)
    let range = range(of: target)
    guard range > 0 else { return nil }
    return 20 * log10(range / meanSquaredError(target, prediction).squareRoot())
  }

  /// Peak signal-to-noise ratio after the best scaling and shift of the prediction.
  ///
  /// With `t = (target - mean) / std` (unbiased) and `p = prediction - mean`, the prediction is
  /// scaled by `<t, p> / <p, p>`; the ratio is `20 log10(range(t) / rmse(t, scaled p))`. A constant
  /// prediction is left at zero. The PSNR of the paper's tables (after Weigert et al. 2018).
  public static func rangeInvariantPSNR(target: Plane, prediction: Plane) -> Double? {
    check(target, prediction)
    let range = range(of: target)
    guard range > 0 else { return nil }
    let sums = centred(target, prediction)
    let scale = sums.pp > 0 ? sums.tp / sums.pp : 0
    var squares = 0.0
    forEachPair(target, prediction) { t, p in
      let difference = t - sums.targetMean - scale * (p - sums.predictionMean)
      squares += difference * difference
    }
    // The target's standard deviation divides both the range and the error, and cancels.
    return 20 * log10(range / (squares / Double(target.values.count)).squareRoot())
  }

  /// Pearson's correlation of the pixels, -1 to 1; nil where one of the images is constant.
  public static func pearson(target: Plane, prediction: Plane) -> Double? {
    check(target, prediction)
    guard range(of: target) > 0, range(of: prediction) > 0 else { return nil }
    let sums = centred(target, prediction)
    // The product of the roots, since that of the sums may overflow or vanish.
    let scale = sums.tt.squareRoot() * sums.pp.squareRoot()
    return scale > 0 ? max(-1, min(1, sums.tp / scale)) : nil
  }

  /// Sums of squares and products of the images' distances from their means.
  private static func centred(
    _ target: Plane, _ prediction: Plane
  ) -> (targetMean: Double, predictionMean: Double, tt: Double, tp: Double, pp: Double) {
    let targetMean = Moments(target.values).mean
    let predictionMean = Moments(prediction.values).mean
    var (tt, tp, pp) = (0.0, 0.0, 0.0)
    forEachPair(target, prediction) { t, p in
      let t = t - targetMean
      let p = p - predictionMean
      tt += t * t
      tp += t * p
      pp += p * p
    }
    return (targetMean, predictionMean, tt, tp, pp)
  }

  /// Mean of the squared differences.
  static func meanSquaredError(_ target: Plane, _ prediction: Plane) -> Double {
    var sum = 0.0
    forEachPair(target, prediction) { t, p in
      let difference = t - p
      sum += difference * difference
    }
    return sum / Double(target.values.count)
  }

  /// Largest minus smallest pixel; 0 when there are none.
  static func range(of plane: Plane) -> Double {
    guard let least = plane.values.min(), let greatest = plane.values.max() else { return 0 }
    return Double(greatest) - Double(least)
  }

  static func check(_ target: Plane, _ prediction: Plane) {
    precondition(
      target.height == prediction.height && target.width == prediction.width,
      "a target of \(target.height) × \(target.width) compared with a prediction of "
        + "\(prediction.height) × \(prediction.width)")
  }

  @inline(__always)
  private static func forEachPair(
    _ target: Plane, _ prediction: Plane, _ body: (Double, Double) -> Void
  ) {
    target.values.withUnsafeBufferPointer { target in
      prediction.values.withUnsafeBufferPointer { prediction in
        for index in target.indices { body(Double(target[index]), Double(prediction[index])) }
      }
    }
  }
}
