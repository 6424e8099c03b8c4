import Experiment
import Foundation
import Imaging
import Report
import Torch
import USplit

/// The page about one training.
struct RunReport {
  /// What its best model makes of images that it was not trained on.
  struct Measured {
    let report: EvaluationReport
    /// Which part of the images.
    let part: DataPart
    /// A picture of each frame, as PNG.
    let panels: [Data]
  }

  /// Why nothing was measured.
  struct Reason: Error {
    let sentence: String

    init(_ sentence: String) { self.sentence = sentence }
  }

  /// Sides of the images in pictures, in pixels: small enough for a page of a few megabytes.
  static let panelCells = 200...260

  /// What the run is called.
  let name: String
  /// Its folder, as it was given.
  let folder: String
  let configuration: Configuration
  let status: RunStatus
  let history: RunHistory
  /// The best model; nil before the first validation.
  let model: ModelDescription?
  let measured: Result<Measured, Reason>?

  private var names: [String] { configuration.data.targets.map(\.name) }

  /// The whole page.
  func document() throws(ReportError) -> Document {
    var blocks = trained() + curves()
    switch measured {
    case .success(let measured): blocks += try scores(measured)
    case .failure(let reason):
      blocks += [
        .heading("Scores", level: 2), .note(.init(plain: "Not measured: \(reason.sentence)")),
      ]
    case nil: blocks.append(.note("There is no model yet: nothing was validated so far."))
    }
    blocks += advice() + repetition()
    return Document(
      title: "\(name): \(names.joined(separator: ", "))", summary: .init(plain: summary),
      blocks: blocks,
      footer: .init(
        plain:
          "Written by usplit \(USplit.version) with LibTorch \(Runtime.version). The method is that of "
          + "µSplit (Ashesh et al., ICCV 2023)."))
  }

  private var summary: String {
    var parts = [
      "\(Words.count(status.step, "step"))"
        + (status.seconds.map { " in \(Words.time($0))" } ?? "")
        + ", \(status.reason ?? status.state.rawValue)."
    ]
    if case .success(let measured) = measured,
      let psnr = EvaluationReport.meanPSNR(measured.report.mean.clipped)
    {
      var sentence =
        "\(Self.title(measured.part)): \(psnr.formatted(digits: 2)) dB range-invariant PSNR, mean over "
        + "channels"
      if let trivial = measured.report.mean.trivial.flatMap(EvaluationReport.meanPSNR) {
        sentence += "; the input itself has \(trivial.formatted(digits: 2)) dB"
      }
      parts.append(sentence + ".")
    }
    return parts.joined(separator: " ")
  }

  private static func title(_ part: DataPart) -> String {
    switch part {
    case .test: "Test part"
    case .validation: "Validation part"
    case .train: "Training part"
    }
  }

  // MARK: What was trained

  private func trained() -> [Block] {
    var items = configuration.data.targets.map {
      RichText(plain: "\($0.name): \($0.file), channel \(Self.text($0.channel))")
    }
    if let model {
      items.append(.init(plain: "input: \(Words.input(model.inputScale, names: model.channels))"))
      items.append(
        .init(
          plain: "frames of \(model.height) × \(model.width) pixels, pixel size "
            + Words.size(model.pixelSize)))
      items += Words.split(model.split, height: model.height, width: model.width).map {
        .init(plain: $0.trimmingCharacters(in: .whitespaces))
      }
    }
    items.append(.init(plain: "network: \(Words.network(configuration.network))"))
    let training = configuration.training
    items.append(
      .init(
        plain: "batches of \(training.batch), \(training.optimiser.kind.rawValue) at "
          + "\(training.optimiser.learningRate), seed \(training.seed), on \(training.device)"
          + (history.start?.host.map { " of \($0)" } ?? "")))
    return [.heading("What was trained on what", level: 2), .list(items)]
  }

  private static func text(_ channel: ChannelSelector) -> String {
    switch channel {
    case .index(let index): "\(index)"
    case .name(let name): name
    }
  }

  // MARK: Curves

  private func curves() -> [Block] {
    var plots: [[Block]] = []
    func add(_ title: String, _ unit: String, _ series: [Plot.Series], note: RichText? = nil) {
      let drawn = series.filter { $0.points.count > 1 }
      guard !drawn.isEmpty else { return }
      plots.append([
        .plot(
          Plot(
            title: title, xAxis: .init("step"), yAxis: .init(unit), series: drawn, note: note))
      ])
    }
    let validations = history.validations
    var psnr = names.indices.map { channel in
      Plot.Series(
        names[channel],
        points: Self.thinned(validations) { event in
          event.psnr.flatMap { $0.indices.contains(channel) ? $0[channel] : nil }
        })
    }
    if let trivial = history.trivialPSNR, let last = validations.last?.step {
      psnr += zip(names.indices, trivial).map { channel, value in
        Plot.Series(
          "\(names[channel]), the input itself",
          points: [.init(x: 0, y: value), .init(x: Double(last), y: value)], style: .dashed,
          color: channel)
      }
    }
    add("Validation", "PSNR, dB", psnr)
    add(
      "What is minimised", "loss",
      [
        .init("whole", points: Self.thinned(history.steps, \.loss)),
        .init("without divergence", points: Self.thinned(history.steps, \.reconstruction)),
      ], note: "Means of neighbouring steps.")
    let levels = history.steps.last?.klPerLevel?.count ?? 0
    add(
      "Divergence of each level", "nats per latent element",
      (0..<levels).map { level in
        Plot.Series(
          "level \(level)",
          points: Self.thinned(history.steps) { event in
            event.klPerLevel.flatMap { $0.indices.contains(level) ? $0[level] : nil }
          })
      })
    add("Learning rate", "rate", [.init("", points: Self.thinned(history.steps, \.learningRate))])
    return plots.isEmpty ? [] : [.heading("Curves", level: 2), .columns(plots)]
  }

  /// At most 60 points, each the mean of the events around it.
  private static func thinned(
    _ events: [MetricEvent], _ value: (MetricEvent) -> Double?
  ) -> [Plot.Point] {
    let known = events.compactMap { event -> (Double, Double)? in
      guard let step = event.step, let y = value(event), y.isFinite else { return nil }
      return (Double(step), y)
    }
    let group = max(1, (known.count + 59) / 60)
    return stride(from: 0, to: known.count, by: group).map { first in
      let part = known[first..<min(first + group, known.count)]
      let count = Double(part.count)
      return Plot.Point(
        x: part.reduce(0) { $0 + $1.0 } / count, y: part.reduce(0) { $0 + $1.1 } / count)
    }
  }

  // MARK: Scores

  private func scores(_ measured: Measured) throws(ReportError) -> [Block] {
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

  // MARK: The end

  private func advice() -> [Block] {
    let advice = RunAdvice.all(history, configuration)
    guard status.state == .finished, !advice.isEmpty else { return [] }
    return [
      .heading("What the metrics say", level: 2),
      .list(advice.map { .init(plain: $0.sentence) }),
    ]
  }

  private func repetition() -> [Block] {
    [
      .heading("To repeat it", level: 2),
      .paragraph("All settings, paths of images included, are in the run's `config.json`:"),
      .code(
        """
        usplit train --config \(folder)/config.json -o again
        usplit evaluate --model again/checkpoints/best.safetensors --trivial
        usplit report again
        """),
    ]
  }
}
