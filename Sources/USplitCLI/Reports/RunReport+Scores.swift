import Experiment
import Imaging
import Report
import USplit

/// What the best model makes of images that it was not trained on.
extension RunReport {
  /// What was measured.
  func scores(_ measured: Measured) throws(ReportError) -> [Block] {
    let report = measured.report
    var blocks: [Block] = [
      .heading("Scores", level: 2),
      .paragraph(
        .init(
          plain:
            "\(Self.title(measured.part)), \(Words.count(report.frames.count, "frame")), against "
            + "targets clipped as in training. RMSE is in deviations of the training targets.")),
      .table(scoreTable(report)),
    ]
    let pictures = try pictures(measured)
    if !pictures.isEmpty { blocks += [.heading("Frames", level: 2)] + pictures }
    if let seams = seamTable(report) {
      blocks += [.heading("Seams of tiles", level: 2), .table(seams)]
    }
    if let curves = report.calibration { blocks += calibration(curves) }
    return blocks
  }

  private func scoreTable(_ report: EvaluationReport) -> Table {
    var table = Table(
      columns: [.init("Channel", alignment: .leading)]
        + ["Range-invariant PSNR, dB", "PSNR, dB", "SSIM", "RMSE", "Pearson"].map { .init($0) })
    let figures: [(ChannelScores) -> Double?] = [
      \.rangeInvariantPSNR, \.psnr, \.ssim, \.rmse, \.pearson,
    ]
    let digits = [2, 2, 3, 3, 3]
    func add(_ name: String, _ means: ChannelScores, _ spread: ChannelScores?) {
      table.append(
        .init(
          [.init(.init(plain: name))]
            + zip(figures, digits).map { figure, digits in
              guard let mean = figure(means) else { return .missing() }
              let deviation = spread.flatMap(figure).map { " ± \($0.formatted(digits: digits))" }
              return .init(.init(plain: mean.formatted(digits: digits) + (deviation ?? "")))
            }))
    }
    for (channel, name) in report.channels.enumerated() {
      add(name, report.mean.clipped[channel], report.spread?.clipped[channel])
    }
    guard let trivial = report.mean.trivial else { return table }
    table.append(.section("The input itself, taken for each"))
    for (channel, name) in report.channels.enumerated() {
      add(name, trivial[channel], report.spread?.trivial?[channel])
    }
    return table
  }

  /// The best, the median and the worst frame.
  private func pictures(_ measured: Measured) throws(ReportError) -> [Block] {
    let psnr = measured.report.frames.map { EvaluationReport.meanPSNR($0.clipped) ?? -.infinity }
    let order = psnr.indices.sorted { psnr[$0] > psnr[$1] }
    guard let best = order.first, let worst = order.last else { return [] }
    var chosen = [(best, order.count == 1 ? "The only frame" : "The best frame")]
    if order.count > 2 { chosen.append((order[order.count / 2], "The median frame")) }
    if order.count > 1 { chosen.append((worst, "The worst frame")) }
    var blocks: [Block] = []
    for (place, title) in chosen where measured.panels.indices.contains(place) {
      let frame = measured.report.frames[place].frame
      let text =
        "\(title), number \(frame)"
        + (psnr[place].isFinite ? ": \(psnr[place].formatted(digits: 2)) dB" : "")
      blocks.append(
        .picture(
          try Picture(
            png: measured.panels[place], caption: .init(plain: text),
            alternative: "\(text): input, predictions and targets")))
    }
    return blocks
  }

  private func seamTable(_ report: EvaluationReport) -> Table? {
    var table = Table(
      caption:
        "Mean jump between neighbouring pixels at the borders of tiles and elsewhere, in deviations "
        + "of the target; without seams a prediction's ratio is about that of its target.",
      columns: [
        .init("Channel", alignment: .leading), .init("At borders"), .init("Elsewhere"),
        .init("Ratio"), .init("Ratio of the target"),
      ])
    for (channel, name) in report.channels.enumerated() {
      guard let seams = report.mean.clipped[channel].seams else { continue }
      func cell(_ value: Double?, digits: Int) -> Table.Cell {
        value.map { .init(.init(plain: $0.formatted(digits: digits))) } ?? .missing()
      }
      table.append(
        .init([
          .init(.init(plain: name)), cell(seams.prediction.border, digits: 4),
          cell(seams.prediction.elsewhere, digits: 4), cell(seams.prediction.ratio, digits: 3),
          cell(seams.target.ratio, digits: 3),
        ]))
    }
    return table.rows.isEmpty ? nil : table
  }

  private func calibration(_ curves: [CalibrationCurve]) -> [Block] {
    let drawn = zip(names, curves).filter { $0.1.bins.count > 1 }
    guard !drawn.isEmpty else { return [] }
    let most = drawn.flatMap(\.1.bins).map { max($0.deviation, $0.error) }.max() ?? 1
    let errors = drawn.map { name, curve in
      "\(name) \((100 * (curve.miscalibration ?? 0)).formatted(digits: 1)) %"
    }
    return [
      .heading("How sure it is", level: 2),
      .plot(
        Plot(
          title: "Errors where deviations were predicted",
          xAxis: .init("predicted deviation, in deviations of the target"),
          yAxis: .init("root-mean-square error"),
          series: drawn.map { name, curve in
            Plot.Series(name, points: curve.bins.map { .init(x: $0.deviation, y: $0.error) })
          } + [
            Plot.Series(
              "as predicted", points: [.init(x: 0, y: 0), .init(x: most, y: most)], style: .dashed,
              color: drawn.count)
          ],
          note: .init(
            plain:
              "Pixels in 15 bins by their predicted deviation, of as many each. Mean difference, "
              + "relative to the mean error: \(errors.joined(separator: ", "))."
              + (model?.calibration == nil ? " The model was not calibrated." : "")))),
    ]
  }
}
