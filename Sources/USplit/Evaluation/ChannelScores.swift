import Imaging

/// How well one predicted channel of one frame agrees with its target.
public struct ChannelScores: Codable, Equatable, Sendable {
  /// PSNR after the best scaling and shift, in dB: that of the paper's tables; nil for a constant
  /// target.
  public var rangeInvariantPSNR: Double?
  /// PSNR against the target's range, in dB; nil for a constant target.
  public var psnr: Double?
  /// Structural similarity of the normalised images; nil below 7 × 7 pixels.
  public var ssim: Double?
  /// Multi-scale structural similarity of the normalised images; nil below 11 × 11 pixels.
  public var msSSIM: Double?
  /// Root of the mean squared error in normalised units, those of the training targets' deviation.
  public var rmse: Double
  /// Root of the mean squared error in the units of the files.
  public var rmseInUnits: Double
  /// Pearson's correlation of the pixels; nil for a constant target or prediction.
  public var pearson: Double?
  /// Jumps at the borders of the tiles; nil when not asked for, and where there are no borders.
  public var seams: SeamScores?

  /// Compares two normalised planes.
  init(target: Plane, prediction: Plane, deviation: Double, borders: TileBorders? = nil) {
    self.rangeInvariantPSNR = Self.finite(
      ImageMetrics.rangeInvariantPSNR(target: target, prediction: prediction))
    self.psnr = Self.finite(ImageMetrics.psnr(target: target, prediction: prediction))
    self.ssim = ImageMetrics.ssim(target: target, prediction: prediction)
    self.msSSIM = ImageMetrics.msSSIM(target: target, prediction: prediction)
    self.rmse = ImageMetrics.rmse(target: target, prediction: prediction)
    self.rmseInUnits = rmse * deviation
    self.pearson = ImageMetrics.pearson(target: target, prediction: prediction)
    self.seams = borders.flatMap { borders in
      guard let predicted = Seams(prediction, borders: borders),
        let reference = Seams(target, borders: borders)
      else { return nil }
      return SeamScores(prediction: predicted, target: reference)
    }
  }

  /// Means of several scores; a figure that one lacks counts only where it is there.
  init(meanOf scores: [ChannelScores]) { self.init(scores) { $0.mean } }

  /// Standard deviations of several scores, with n - 1; nil for figures that fewer than two have.
  init(spreadOf scores: [ChannelScores]) { self.init(scores) { $0.spread } }

  private init(_ scores: [ChannelScores], _ combined: ([Double]) -> Double?) {
    func figure(_ value: (ChannelScores) -> Double?) -> Double? {
      combined(scores.compactMap(value))
    }
    self.rangeInvariantPSNR = figure(\.rangeInvariantPSNR)
    self.psnr = figure(\.psnr)
    self.ssim = figure(\.ssim)
    self.msSSIM = figure(\.msSSIM)
    self.rmse = figure(\.rmse) ?? 0
    self.rmseInUnits = figure(\.rmseInUnits) ?? 0
    self.pearson = figure(\.pearson)
    let seams = scores.compactMap(\.seams)
    if let prediction = Seams(seams.map(\.prediction), combined),
      let target = Seams(seams.map(\.target), combined)
    {
      self.seams = SeamScores(prediction: prediction, target: target)
    }
  }

  /// JSON has no infinity: a perfect prediction counts as 200 dB.
  static func finite(_ value: Double?) -> Double? { value.map { min($0, 200) } }
}

/// Jumps of a normalised prediction at the borders of its tiles, and those of its target.
public struct SeamScores: Codable, Equatable, Sendable {
  /// Of the prediction, in units of the training targets' deviation.
  public var prediction: Seams
  /// Of the target at the same places, for what real edges there contribute.
  public var target: Seams
}

extension Seams {
  /// Several measures combined, figure by figure.
  fileprivate init?(_ seams: [Seams], _ combined: ([Double]) -> Double?) {
    guard let border = combined(seams.map(\.border)),
      let elsewhere = combined(seams.map(\.elsewhere))
    else { return nil }
    self.init(border: border, elsewhere: elsewhere, ratio: combined(seams.compactMap(\.ratio)))
  }
}

extension [Double] {
  /// Their mean; nil when there are none.
  package var mean: Double? { isEmpty ? nil : reduce(0, +) / Double(count) }

  /// Their standard deviation with n - 1; nil for fewer than two.
  package var spread: Double? {
    guard count > 1, let mean else { return nil }
    return (reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count - 1)).squareRoot()
  }
}
