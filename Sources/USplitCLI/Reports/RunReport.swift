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

  var names: [String] { configuration.data.targets.map(\.name) }

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

  static func title(_ part: DataPart) -> String {
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

  // MARK: The end

  private func advice() -> [Block] {
    let advice = RunAdvice.all(history, configuration)
    guard status.state == .finished, !advice.isEmpty else { return [] }
    return [
      .heading("What the metrics say", level: 2),
      .list(advice.map { .init(plain: $0.sentence) }),
    ]
  }

  /// What was done, and how to do it again.
  private func repetition() -> [Block] {
    var blocks: [Block] = [.heading("To repeat it", level: 2)]
    if let first = history.commands.first {
      let lines = history.commands.compactMap(\.command).joined(separator: "\n")
      blocks += [
        .paragraph(
          .init(
            plain: (history.commands.count > 1 ? "The commands that were" : "The command that was")
              + " given" + (first.folder.map { " in \($0)" } ?? "") + ":")),
        .code(lines),
      ]
    }
    let trained = history.start?.software ?? model.map { $0.program }
    blocks.append(
      .list(
        [trained.map { "trained by \($0)" }, "this page written by \(SoftwareVersions.text)"]
          .compactMap { $0.map { .init(plain: $0) } }))
    return blocks + [
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
