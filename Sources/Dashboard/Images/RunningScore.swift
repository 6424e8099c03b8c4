import Foundation
import Imaging

/// How well a prediction agrees with a target, over bands of rows seen one after the other.
///
/// The same numbers as those of `ImageMetrics`, but for rounding, in memory for one band.
struct RunningScore: Sendable {
  private var count = 0.0
  private var targetMean = 0.0
  private var predictionMean = 0.0
  /// Sums of squares and products of the distances from the means.
  private var (tt, tp, pp) = (0.0, 0.0, 0.0)
  /// Sum of the squared differences.
  private var squares = 0.0
  private var targetRange = (least: Float.infinity, greatest: -Float.infinity)
  private var predictionRange = (least: Float.infinity, greatest: -Float.infinity)

  /// Largest minus smallest pixel of the target.
  var range: Double { Double(targetRange.greatest) - Double(targetRange.least) }

  /// Takes in a band of both images.
  mutating func add(target: Plane, prediction: Plane) {
    var sums = Sums()
    target.values.withUnsafeBufferPointer { target in
      prediction.values.withUnsafeBufferPointer { prediction in
        for index in target.indices { sums.addToMeans(target[index], prediction[index]) }
        sums.divide(by: Double(target.count))
        for index in target.indices { sums.addDistances(target[index], prediction[index]) }
      }
    }
    targetRange.least = min(targetRange.least, sums.targetRange.least)
    targetRange.greatest = max(targetRange.greatest, sums.targetRange.greatest)
    predictionRange.least = min(predictionRange.least, sums.predictionRange.least)
    predictionRange.greatest = max(predictionRange.greatest, sums.predictionRange.greatest)
    squares += sums.squares
    merge(sums, count: Double(target.values.count))
  }

  /// Square root of the mean squared difference.
  var rmse: Double { (squares / count).squareRoot() }

  /// `20 log10(range / rmse)`; nil for a target of one value, infinite for a perfect prediction.
  var psnr: Double? { range > 0 ? 20 * log10(range / rmse) : nil }

  /// The ratio after the best scaling and shift of the prediction.
  var rangeInvariantPSNR: Double? {
    guard range > 0 else { return nil }
    let rest = pp > 0 ? max(0, tt - tp * (tp / pp)) : tt
    return 20 * log10(range / (rest / count).squareRoot())
  }

  /// Pearson's correlation; nil where one of the images is constant.
  var pearson: Double? {
    guard range > 0, predictionRange.greatest > predictionRange.least else { return nil }
    let scale = tt.squareRoot() * pp.squareRoot()
    return scale > 0 ? max(-1, min(1, tp / scale)) : nil
  }

  /// Adds the moments of other pixels (Chan, Golub and LeVeque 1983).
  private mutating func merge(_ sums: Sums, count more: Double) {
    let total = count + more
    let target = sums.targetMean - targetMean
    let prediction = sums.predictionMean - predictionMean
    let weight = count * more / total
    tt += sums.tt + target * target * weight
    tp += sums.tp + target * prediction * weight
    pp += sums.pp + prediction * prediction * weight
    targetMean += target * more / total
    predictionMean += prediction * more / total
    count = total
  }

  /// The sums over one band.
  private struct Sums {
    var (targetMean, predictionMean) = (0.0, 0.0)
    var (tt, tp, pp, squares) = (0.0, 0.0, 0.0, 0.0)
    var targetRange = (least: Float.infinity, greatest: -Float.infinity)
    var predictionRange = (least: Float.infinity, greatest: -Float.infinity)

    @inline(__always)
    mutating func addToMeans(_ target: Float, _ prediction: Float) {
      targetMean += Double(target)
      predictionMean += Double(prediction)
      targetRange.least = min(targetRange.least, target)
      targetRange.greatest = max(targetRange.greatest, target)
      predictionRange.least = min(predictionRange.least, prediction)
      predictionRange.greatest = max(predictionRange.greatest, prediction)
    }

    mutating func divide(by count: Double) {
      targetMean /= count
      predictionMean /= count
    }

    @inline(__always)
    mutating func addDistances(_ target: Float, _ prediction: Float) {
      let (t, p) = (Double(target), Double(prediction))
      squares += (t - p) * (t - p)
      tt += (t - targetMean) * (t - targetMean)
      tp += (t - targetMean) * (p - predictionMean)
      pp += (p - predictionMean) * (p - predictionMean)
    }
  }
}
