import Foundation
import Imaging

/// How well a plane of a prediction agrees with one of a target.
struct ImageScore: Encodable, Sendable {
  /// Peak signal-to-noise ratio in decibel; nil for a target of one value.
  @OrNull private(set) var psnr: Double?
  /// The ratio after the best scaling and shift of the prediction.
  @OrNull private(set) var rangeInvariantPSNR: Double?
  /// Structural similarity; nil for large or very small images.
  @OrNull private(set) var ssim: Double?
  /// Square root of the mean squared difference.
  let rmse: Double
  /// Correlation; nil where one of the images is constant.
  @OrNull private(set) var pearson: Double?
}

/// The comparison of two planes of one size, band by band.
struct ImageComparison: Sendable {
  /// What is judged.
  let prediction: ViewedPixels
  /// What it should be.
  let target: ViewedPixels

  /// Pixels of a band; a row in any case.
  private static let bandPixels = 1 << 20
  /// The largest plane whose structural similarity is computed, which takes the longest.
  private static let mostSimilarityPixels = 8192 * 8192
  /// Rows of a window of structural similarity.
  private static let windowRows = 7

  private var size: ImageDescription.Level { target.size }
  private var bandRows: Int { max(1, Self.bandPixels / size.width) }

  /// The score of all pixels.
  ///
  /// - Parameter band: runs the work on one band, where work is done; between them the task may be
  ///   cancelled
  /// - Throws: `ImagingError` where an image cannot be read or has pixels that are not finite, what
  ///   `band` throws.
  func score(
    band run: (@escaping @Sendable () throws -> RunningScore) async throws -> RunningScore,
    similarity sum: (@escaping @Sendable () throws -> Double) async throws -> Double
  ) async throws -> ImageScore {
    var score = RunningScore()
    for first in stride(from: 0, to: size.height, by: bandRows) {
      try Task.checkCancellation()
      let before = score
      score = try await run {
        var score = before
        let (target, prediction) = try planes(first..<min(size.height, first + bandRows))
        score.add(target: target, prediction: prediction)
        return score
      }
    }
    return ImageScore(
      psnr: score.psnr, rangeInvariantPSNR: score.rangeInvariantPSNR,
      ssim: try await similarity(range: score.range, sum), rmse: score.rmse, pearson: score.pearson)
  }

  /// The mean over all windows, those of each band of rows of windows after the other.
  private func similarity(
    range: Double, _ sum: (@escaping @Sendable () throws -> Double) async throws -> Double
  ) async throws -> Double? {
    let windows = size.height - Self.windowRows + 1
    guard windows > 0, size.width >= Self.windowRows, range > 0,
      size.height * size.width <= Self.mostSimilarityPixels
    else { return nil }
    var total = 0.0
    for first in stride(from: 0, to: windows, by: bandRows) {
      try Task.checkCancellation()
      let end = min(windows, first + bandRows)
      total += try await sum {
        let (target, prediction) = try planes(first..<end + Self.windowRows - 1)
        let mean = ImageMetrics.ssim(target: target, prediction: prediction, dataRange: range)
        return (mean ?? 0) * Double(end - first)
      }
    }
    return total / Double(windows)
  }

  /// Some rows of both.
  private func planes(_ rows: Range<Int>) throws -> (target: Plane, prediction: Plane) {
    let region = PlaneRegion(
      row: rows.lowerBound, column: 0, height: rows.count, width: size.width)
    return (
      try target.source.plane(region, of: target.plane),
      try prediction.source.plane(region, of: prediction.plane)
    )
  }
}
