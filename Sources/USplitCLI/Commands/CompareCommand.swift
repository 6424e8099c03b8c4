import ArgumentParser
import Experiment
import Foundation
import Imaging
import Torch
import USplit

/// `usplit compare`.
struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Compares how well several models split the same frames.",
    discussion: """
      Each RUN is the folder of a training, or a JSON file that usplit evaluate --json wrote. Of a \
      folder the best model is measured on its test part with the default options, and the report \
      written to evaluation.json there; a report that is newer than the model is taken as it is.

      Prints the scores against clipped targets, as means with standard deviations over the \
      frames, and the differences from the first run: their mean with its 95 % interval after \
      Student, and the probability of such a difference by chance after two tests over the frames, \
      sign-flip permutation (all signs for up to 16 frames, else 20000 draws) and Wilcoxon's \
      signed ranks. Frames, parts and targets must be the same for all runs.

      Example: usplit compare runs/vanilla runs/deep
      """)

  @Argument(
    help: ArgumentHelp("Folders of runs, or JSON files; two or more.", valueName: "run"),
    completion: .jsonFile)
  var runs: [String]

  @Flag(help: "Compare every run with every other one, not only with the first.")
  var allPairs = false

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var device: DeviceOptions
  @OptionGroup var telling: ProgressOptions

  func validate() throws {
    guard runs.count >= 2 else {
      throw ValidationError("\(Words.count(runs.count, "run")) given, comparing needs at least 2")
    }
  }

  func run() throws {
    let console = telling.console
    let device = try device.prepare()
    let sources = try runs.map { try source($0) }
    let progress = Progress(console)
    let reports = try sources.enumerated().map { place, source in
      progress.part =
        Double(place) / Double(sources.count)...Double(place + 1) / Double(sources.count)
      return (name: source.name, report: try report(source, device, console, progress))
    }
    let comparison = try RunComparison(reports, allPairs: allPairs)
    if json { try Results.json(comparison) } else { try Results.line(comparison.table()) }
  }

  /// Where a run's scores come from.
  private struct Source {
    let name: String
    /// The report; of a folder it may have to be made.
    let report: URL
    /// The model to measure where the report is missing or older; nil for a file.
    let model: URL?
  }

  private func source(_ path: String) throws -> Source {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw CommandError("there is no run \(path); name the folder of a training or a JSON file")
    }
    let url = URL(fileURLWithPath: path, isDirectory: isFolder.boolValue)
    guard isFolder.boolValue else { return Source(name: path, report: url, model: nil) }
    let run = try RunDirectory(opening: url)
    guard FileManager.default.fileExists(atPath: run.best.path) else {
      throw CommandError("\(path) has no model \(run.best.path) yet; train it first")
    }
    return Source(
      name: path, report: run.url.appendingPathComponent("evaluation.json"), model: run.best)
  }

  private func report(
    _ source: Source, _ device: Device, _ console: Console, _ progress: Progress
  ) throws -> EvaluationReport {
    guard let model = source.model else { return try EvaluationReport(contentsOf: source.report) }
    if try isNewer(source.report, than: model) {
      let report = try EvaluationReport(contentsOf: source.report)
      guard report.measurement?.part ?? .test == .test else {
        throw CommandError(
          "\(source.report.relativePath) is of another part than the test; remove it, and it is "
            + "made anew")
      }
      console.note("\(source.name): taking \(source.report.relativePath)")
      return report
    }
    let report = try measure(model, source.name, device, console, progress)
    try Results.write(report, to: source.report)
    return report
  }

  private func measure(
    _ url: URL, _ name: String, _ device: Device, _ console: Console, _ progress: Progress
  ) throws -> EvaluationReport {
    let model = try SplitModel(contentsOf: url, device: device)
    let images = try TrainingImages(model.description.configuration.data)
    console.tell(images)
    let data = try PreparedData(images, for: model.description)
    let options = SplitOptions(for: model.description.network)
    defer { progress.end() }
    console.note("\(name): measuring the test part")
    var report = try Evaluator(model, options).evaluate(data, part: .test) { done in
      progress.tell(done: done, "\(name): \((100 * done).formatted(digits: 0)) % done")
    }
    report.measurement?.model = url.relativePath
    return report
  }

  /// Whether a file is there and was written after another one.
  private func isNewer(_ file: URL, than other: URL) throws -> Bool {
    let files = FileManager.default
    guard files.fileExists(atPath: file.path) else { return false }
    let dates = try [file, other].map {
      try files.attributesOfItem(atPath: $0.path)[.modificationDate] as? Date
    }
    guard let mine = dates[0], let theirs = dates[1] else { return false }
    return mine > theirs
  }
}
