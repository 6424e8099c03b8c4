import Experiment
import Foundation
import USplit

/// What is known of a row: its records, one for each seed that is finished.
struct RowResult {
  let row: Row
  let records: [Record]
  /// Records of the same trainings without padding, to compare with.
  let unpadded: [Record]

  /// A quantity of the row, one value for each seed.
  func values(_ metric: ReportedMetric) -> [Double] {
    records.compactMap { record in
      let scores = record.evaluation.mean.clipped
      return switch metric {
      case .psnr: EvaluationReport.meanPSNR(scores)
      case .ssim: scores.compactMap(\.ssim).mean
      case .memory: record.trainingMemory.map { Double($0) / 1_073_741_824 }
      case .stepTime: record.stepSeconds
      case .splitTime: record.secondsPerMegapixel
      case .psnrChange: change(record)
      }
    }
  }

  /// The PSNR of the input itself, as if it were each of the targets.
  var trivial: Double? {
    records.first?.evaluation.mean.trivial.flatMap(EvaluationReport.meanPSNR)
  }

  /// Change of PSNR against the same network without padding, in percent.
  private func change(_ record: Record) -> Double? {
    guard let other = unpadded.first(where: { $0.seed == record.seed }),
      let psnr = EvaluationReport.meanPSNR(record.evaluation.mean.clipped),
      let reference = EvaluationReport.meanPSNR(other.evaluation.mean.clipped)
    else { return nil }
    return 100 * (psnr / reference - 1)
  }
}

extension ReportedMetric {
  /// The quantity with its unit, as a heading.
  var title: String {
    switch self {
    case .psnr: "PSNR, dB"
    case .ssim: "SSIM"
    case .memory: "GiB"
    case .stepTime: "s per step"
    case .splitTime: "s per megapixel"
    case .psnrChange: "change of PSNR, %"
    }
  }

  /// Decimals to print.
  var digits: Int {
    switch self {
    case .psnr, .memory: 2
    case .ssim, .stepTime: 3
    case .splitTime, .psnrChange: 2
    }
  }

  /// Whether more is better.
  var isBetterWhenHigher: Bool {
    switch self {
    case .psnr, .ssim, .psnrChange: true
    case .memory, .stepTime, .splitTime: false
    }
  }

  /// The paper's figure of a row.
  func paper(_ figures: PaperFigures?) -> Double? {
    switch self {
    case .psnr: figures?.psnr
    case .ssim: figures?.ssim
    case .memory: figures?.memory
    case .stepTime, .splitTime, .psnrChange: nil
    }
  }

  /// A figure of the paper in its own number of decimals.
  func paperText(_ value: Double) -> String { value.formatted(digits: self == .ssim ? 2 : 1) }
}
