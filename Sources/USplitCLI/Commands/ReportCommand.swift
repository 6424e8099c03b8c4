import ArgumentParser
import Experiment
import Foundation
import Imaging
import Torch
import USplit

/// `usplit report`.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Writes one page about a training: what it learned, how well, and how to repeat it.",
    discussion: """
      Splits the test part with the best model of the run (the validation part where nothing is \
      kept for a test) and writes an HTML page that needs no other file: what was trained on what, \
      curves, scores with their spread, the best, the median and the worst frame, seams of tiles, \
      predicted deviations beside real errors, and the commands that repeat it. A browser prints it \
      as PDF.

      Where the images are no longer where the training found them, the page tells what the run's \
      folder knows.

      Example: usplit report run -o run.html
      """)

  @Argument(help: ArgumentHelp("Folder of the run.", valueName: "run"), completion: .directory)
  var folder: String

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The page. (default: report.html in the folder of the run)", valueName: "file"),
    completion: .file(extensions: ["html"]))
  var output: String?

  @OptionGroup(title: "Prediction") var prediction: PredictionOptions
  @OptionGroup var device: DeviceOptions
  @OptionGroup var force: ForceOption
  @OptionGroup var telling: ProgressOptions

  func run() throws {
    Runtime.keepFreedMemory()
    let console = telling.console
    let run = try RunDirectory(opening: URL(fileURLWithPath: folder, isDirectory: true))
    let page =
      output.map { URL(fileURLWithPath: $0) } ?? run.url.appendingPathComponent("report.html")
    try force.check([page])
    let configuration = try Configuration(contentsOf: run.configuration, over: Configuration())
    var metrics = MetricsReader(run.metrics)
    try metrics.update()
    let model =
      FileManager.default.fileExists(atPath: run.best.path)
      ? try SplitModel(contentsOf: run.best, device: try device.prepare()) : nil
    let measured = try model.map { try measure($0, console) }
    let report = RunReport(
      name: run.url.standardizedFileURL.lastPathComponent, folder: folder,
      configuration: configuration, status: RunStatus(configuration, metrics),
      history: metrics.history, model: model?.description, measured: measured)
    try report.document().writeHTML(to: page)
    try Results.line(page.relativePath)
  }

  /// Splits the part that is left for a test; the reason where that cannot be done.
  private func measure(
    _ model: SplitModel, _ console: Console
  ) throws -> Result<RunReport.Measured, RunReport.Reason> {
    var options = try prediction.options(for: model.description)
    options.withDeviation = model.description.predictsDeviation(samples: options.samples)
    let split = model.description.split
    guard let part = [DataPart.test, .validation].first(where: { !split.regions(of: $0).isEmpty })
    else { return .failure(.init("no part of the images is kept for a test or validates")) }
    let progress = Progress(console)
    defer { progress.end() }
    do {
      let images = try TrainingImages(model.description.configuration.data)
      let data = try PreparedData(images, for: model.description)
      var panels: [Data] = []
      let scratch = try ScratchFolder(in: FileManager.default.temporaryDirectory)
      let report = try Evaluator(model, options).evaluate(
        data, part: part, trivial: true, seams: true,
        progress: { progress.tell(done: $0, "\((100 * $0).formatted(digits: 0)) % split") },
        panelCells: RunReport.panelCells
      ) { _, picture in
        let file = scratch.url.appendingPathComponent("panel.png")
        try PNG.write(picture, to: file)
        panels.append(try Data(contentsOf: file))
      }
      return .success(RunReport.Measured(report: report, part: part, panels: panels))
    } catch let error as ImagingError {
      console.warn("the images are not split for the page: \(error)")
      return .failure(.init("\(error)"))
    }
  }
}
