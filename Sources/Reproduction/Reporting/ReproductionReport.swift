import Experiment
import Foundation
import Imaging
import Report
import USplit

/// The report of a reproduction: tables and figures beside the paper's.
public struct ReproductionReport {
  private let experiments: [PaperExperiment]
  private let runner: Runner
  private let command: String
  private let records: [String: Record]
  private let trainings: [PlannedTraining]
  private let seeds: Int

  /// The report of what a runner's folder holds for some experiments.
  ///
  /// - Parameters:
  ///   - experiments: what is reported
  ///   - runner: whose folder is read and written
  ///   - seeds: trainings of each row
  ///   - command: what the reader would type
  /// - Throws: `ReproductionError` or `ConfigurationError` when results cannot be read.
  public init(
    experiments: [PaperExperiment], runner: Runner, seeds: Int, command: String
  ) throws {
    self.experiments = experiments
    self.runner = runner
    self.command = command
    self.seeds = seeds
    let all = try runner.records.read()
    var records: [String: Record] = [:]
    self.trainings = PlannedTraining.plan(experiments.flatMap(\.rows), seeds: seeds)
    for training in trainings {
      let fingerprint = try training.fingerprint()
      for rule in training.measurements {
        let record = all.last { $0.answers(training, rule, fingerprint) }
        records[Self.key(training.name, rule, training.seed, training.recipe)] = record
      }
    }
    self.records = records
  }

  private static func key(
    _ training: String, _ rule: TileRule, _ seed: UInt64, _ recipe: Recipe
  ) -> String { "\(training) \(rule.id) \(seed) \(recipe)" }

  /// Writes report.html and report.md with its figures.
  ///
  /// - Returns: the page
  /// - Throws: `ReportError` when they cannot be written, `ImagingError` when a picture cannot be
  ///   read.
  public func write() throws -> URL {
    try FileManager.default.createDirectory(
      at: runner.folder, withIntermediateDirectories: true)
    let document = try document()
    let page = runner.folder.appendingPathComponent("report.html")
    try document.writeHTML(to: page)
    _ = try MarkdownWriter(document).write(to: runner.folder, name: "report")
    return page
  }

  // MARK: The document

  private func document() throws -> Document {
    var blocks: [Block] = [.paragraph("Written by"), .code(command)]
    let waiting = waiting()
    if !waiting.isEmpty {
      blocks += [.heading("Waiting for images", level: 2), .list(waiting.map { .init(plain: $0) })]
    }
    for experiment in experiments { blocks += try section(experiment) }
    blocks += [.heading("Settings", level: 2), .table(try settings())]
    return Document(
      title: "The experiments of µSplit, run again", summary: .init(plain: summary()),
      blocks: blocks,
      footer: "Written by usplit \(version). Figures marked *paper* are those of the publication.")
  }

  private func summary() -> String {
    let rows = experiments.flatMap(\.rows)
    let done = rows.count { !result($0).records.isEmpty }
    return "\(done) of \(rows.count) rows are finished, with \(seeds) "
      + (seeds == 1 ? "training each" : "trainings each; means and standard deviations over them")
      + ". Figures of smaller networks, trained for a shorter time on other images, are not "
      + "comparable with the paper's one by one; the order of systems is."
  }

  private func waiting() -> [String] {
    var sentences: [String] = []
    for experiment in experiments {
      var tasks: [SplitTask] = []
      for row in experiment.rows where !tasks.contains(row.task) { tasks.append(row.task) }
      for task in tasks {
        guard let missing = runner.missing(for: task) else { continue }
        let count = experiment.rows.count { $0.task == task }
        sentences.append("\(experiment.id), \(task.name), \(count) rows: \(missing)")
      }
    }
    return sentences
  }

  func result(_ row: Row) -> RowResult {
    func records(_ rule: TileRule) -> [Record] {
      (0..<UInt64(seeds)).compactMap {
        self.records[Self.key(row.training, rule, $0, row.recipe)]
      }
    }
    return RowResult(row: row, records: records(row.tiles), unpadded: records(.none))
  }

  private func section(_ experiment: PaperExperiment) throws -> [Block] {
    var blocks: [Block] = [
      .heading(experiment.title, level: 2), .paragraph(.init(plain: experiment.about)),
    ]
    switch experiment.layout {
    case .table(let line, let metrics):
      let table = ResultTable(
        lineHeaders: line, metrics: metrics, results: experiment.rows.map(result))
      blocks.append(.table(table.table()))
      if let gains = table.gains() { blocks.append(.table(gains)) }
      blocks += try SideBySide(folder: runner.folder, results: experiment.rows.map(result))
        .pictures().map(Block.picture)
    case .curves(let x, let categories, let metric):
      blocks.append(
        .plot(
          ResultPlot(
            title: experiment.title, x: x, categories: categories, metric: metric,
            results: experiment.rows.map(result)
          ).plot()))
    }
    return blocks
  }

  private func settings() throws -> Table {
    var table = Table(
      caption: "What was trained, and for how long",
      columns: [
        .init("Training", alignment: .leading), .init("Settings", alignment: .leading),
        .init("Steps"), .init("Seconds"), .init("Parameters"),
      ])
    for training in trainings where training.seed == 0 {
      let records = (0..<UInt64(seeds)).flatMap { seed in
        training.measurements.compactMap {
          self.records[Self.key(training.name, $0, seed, training.recipe)]
        }
      }
      func text(_ values: [Double], digits: Int) -> Table.Cell {
        values.mean.map { .init(.init(plain: $0.formatted(digits: digits))) } ?? .pending()
      }
      table.append(
        Table.Row([
          .init(.code(training.name)), .init(.init(plain: try training.summary())),
          text(records.map { Double($0.steps) }, digits: 0),
          text(records.map(\.trainingSeconds), digits: 0),
          records.first?.parameters.map { .init(.init(plain: "\($0)")) } ?? .missing(),
        ]))
    }
    return table
  }
}
