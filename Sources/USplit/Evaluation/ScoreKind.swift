/// One of the scores: what it is called and how it is shown.
struct ScoreKind: Sendable {
  /// What it is called in tables.
  let name: String
  /// Digits after the point.
  let digits: Int
  /// Its value for a channel of a frame.
  let value: @Sendable (ChannelScores) -> Double?

  /// The PSNR of the paper's tables.
  static let psnr = ScoreKind(name: "RI-PSNR", digits: 2) { $0.rangeInvariantPSNR }
  private static let plainPSNR = ScoreKind(name: "PSNR", digits: 2) { $0.psnr }
  private static let ssim = ScoreKind(name: "SSIM", digits: 3) { $0.ssim }
  private static let msSSIM = ScoreKind(name: "MS-SSIM", digits: 3) { $0.msSSIM }
  private static let rmse = ScoreKind(name: "RMSE", digits: 3) { $0.rmse }
  private static let rmseInUnits = ScoreKind(name: "RMSE/units", digits: 2) { $0.rmseInUnits }
  private static let pearson = ScoreKind(name: "Pearson", digits: 3) { $0.pearson }

  /// Those that a report's table shows.
  static let main = [psnr, plainPSNR, ssim, rmse, rmseInUnits]
  /// Those that it shows when all are asked for.
  static let all = main + [msSSIM, pearson]
  /// Those that runs are compared by, the most important first.
  static let compared = [psnr, ssim, msSSIM, rmse, pearson]

  /// The values of each frame against clipped targets, mean over channels; nil for a frame where a
  /// channel has none.
  func means(_ report: EvaluationReport) -> [Double?] {
    report.frames.map { frame in
      let values = frame.clipped.compactMap(value)
      return values.count == frame.clipped.count ? values.mean : nil
    }
  }

  /// The values of each frame against the clipped target of one channel.
  func values(_ report: EvaluationReport, channel: Int) -> [Double?] {
    report.frames.map { value($0.clipped[channel]) }
  }
}
