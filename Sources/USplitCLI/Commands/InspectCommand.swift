import ArgumentParser
import Experiment
import Foundation
import Imaging
import USplit

/// `usplit inspect`.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Says what a model does and how it was trained.")

  @Argument(
    help: ArgumentHelp("Model file that usplit train wrote.", valueName: "model"),
    completion: .model)
  var model: String

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let description = try SplitModel.description(contentsOf: URL(fileURLWithPath: model))
    if json { try Results.json(description) } else { try printText(description) }
  }

  private func printText(_ model: ModelDescription) throws {
    try Results.line("splits an image into: \(model.channels.joined(separator: ", "))")
    try Results.line("input: \(Words.input(model.inputScale, names: model.channels))")
    if !model.inputScale.weights.isEmpty {
      try Results.line("  an image is taken for the mean of these; for a sum, say --input-is sum")
    }
    try Results.line("statistics of the training part, in the units of the files:")
    for line in Words.statistics(model.normalisation, model.inputScale, names: model.channels) {
      try Results.line(line)
    }
    try Results.line("axes: files read as \(model.axes)")
    try Results.line("pixel size: \(Words.size(model.pixelSize))")
    try Results.line("beyond the border: \(model.padding.sentence)")
    try Results.line("network: \(Words.network(model.network))")
    if model.knowsItsImages {
      try Results.line(
        "split by the rule \(model.split.rule.rawValue), frames of \(model.height) × \(model.width) pixels:"
      )
      for line in Words.split(model.split, height: model.height, width: model.width) {
        try Results.line(line)
      }
    } else {
      try Results.line("training images: unknown")
    }
    let figures = model.figures
    try Results.line(
      "trained: \(Words.count(figures.steps, "step")), \(Words.count(figures.epochs, "epoch"))"
        + (figures.seconds > 0 ? ", " + Words.time(figures.seconds) : ""))
    if let mean = figures.meanPSNR {
      let each = zip(model.channels, figures.psnr).map { "\($0) \($1.formatted(digits: 2))" }
      try Results.line(
        "  validation PSNR: \(mean.formatted(digits: 2)) dB (\(each.joined(separator: ", ")))")
    }
    if let calibration = model.calibration {
      for (kind, scales) in [("predicted", calibration.mean), ("of draws", calibration.drawn)]
      where !scales.isEmpty {
        let each = zip(model.channels, scales).map { name, scale in
          let factors = scale.factors
          return name + " " + factors.lowerBound.formatted(digits: 2) + " to "
            + factors.upperBound.formatted(digits: 2)
        }
        try Results.line("deviations \(kind) times: \(each.joined(separator: ", "))")
      }
    }
    if let turns = model.turns {
      try Results.line(
        turns == 1
          ? "patches are predicted as they are"
          : "patches are predicted in \(turns) turns and averaged (--turns 1 is \(turns) times faster)"
      )
    }
    try Results.line("files:")
    for target in model.configuration.data.targets {
      try Results.line("  \(target.name): \(target.file.isEmpty ? "unknown" : target.file)")
    }
    try Results.line("written by: \(model.program)")
  }
}

extension Imaging.Padding {
  /// For messages.
  fileprivate var sentence: String {
    switch self {
    case .reflect: "the image mirrored"
    case .constant(let value): "the value \(Words.number(Double(value)))"
    }
  }
}
