import ArgumentParser
import Experiment
import Foundation
import Imaging
import Reproduction
import USplit

/// `usplit reproduce`.
struct ReproduceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reproduce",
    abstract: "Runs the experiments of the paper, at the size of this machine.",
    discussion: """
      Trains and measures the rows of tables and figures and writes a report with the paper's \
      figures beside them: report.html and report.md in the folder. What is finished is kept in \
      results.jsonl and not run again; after an interruption, the same command goes on where it was.

      Example: usplit reproduce table2 --scale small -o reproduction

      Scales: smoke runs each row for seconds, to see that all works; small for minutes on two \
      cores, to see whether the paper's order of systems shows; paper is as published.
      """)

  @Argument(
    help: ArgumentHelp("Tables and figures, such as table1 or figure4.", valueName: "experiment"),
    completion: .list(
      PaperExperiment.all(PaperExperiment.Choices(scale: .small)).map(\.id) + ["all"]))
  var experiments: [String] = []

  @Option(help: "At which size rows are trained.")
  var scale: Scale = .small

  @Option(
    name: .shortAndLong, help: ArgumentHelp("Folder of results.", valueName: "folder"),
    completion: .directory)
  var output = "reproduction"

  @Option(
    help: ArgumentHelp(
      "Folder with published images, each set in its own folder.", valueName: "folder"),
    completion: .directory)
  var data = "data"

  @Option(
    name: .customLong("target"),
    help: ArgumentHelp(
      "With real: a structure of your own images, in place of the published; repeat for each.",
      valueName: "name=file[:channel]"))
  var targets: [TargetArgument] = []

  @Flag(
    help: "Drawn cells in place of the paper's microscopy: to try the rows, not to check figures.")
  var standIns = false

  @Option(
    help: ArgumentHelp(
      "Only rows whose name contains the text, such as hvae-lean; may be repeated.",
      valueName: "text"))
  var only: [String] = []

  @Option(help: ArgumentHelp("Trainings of each row, with different seeds.", valueName: "count"))
  var seeds = 1

  @Option(
    help: ArgumentHelp(
      "Time of each training, such as 90s or 5m, in place of the scale's.", valueName: "time"))
  var time: TimeArgument?

  @Flag(help: "List experiments, or the rows of those that are named, and run nothing.")
  var list = false

  @Flag(help: "Tell what would be trained and how long it takes, and run nothing.")
  var dryRun = false

  @Flag(help: "Write the report of what is finished, and run nothing.")
  var reportOnly = false

  @OptionGroup var device: DeviceOptions
  @OptionGroup var telling: ProgressOptions

  func validate() throws {
    if !(1...1000).contains(seeds) {
      throw ValidationError("--seeds is \(seeds), 1 to 1000 are possible")
    }
    if !list, experiments.isEmpty {
      throw ValidationError("name experiments, or see --list; all runs them all")
    }
    if [list, dryRun, reportOnly].filter(\.self).count > 1 {
      throw ValidationError("--list, --dry-run and --report-only exclude each other")
    }
    if let time, time.seconds <= 0 { throw ValidationError("--time must be above 0") }
    if !targets.isEmpty, experiments != ["real"] {
      throw ValidationError("--target goes with the experiment real alone")
    }
    if targets.count == 1 {
      throw ValidationError("one --target given, splitting needs at least 2")
    }
    if standIns, scale == .paper {
      throw ValidationError("--stand-ins goes with the scales smoke and small only")
    }
  }

  func run() throws {
    let chosen = try chosenExperiments()
    if list, experiments.isEmpty { return try listExperiments(chosen) }
    let trainings = PlannedTraining.plan(chosen.flatMap(\.rows), seeds: seeds)
    let console = telling.console
    let interruption =
      list || dryRun || reportOnly
      ? nil : Interruption(first: "what is needed to go on is saved", console)
    let teller = ReproductionProgress(console)
    var options = Runner.Options()
    _ = try device.prepare()
    if let name = device.device { options.device = name }
    if let threads = device.threads { options.threads = threads }
    let runner = Runner(
      folder: URL(fileURLWithPath: output, isDirectory: true),
      published: URL(fileURLWithPath: data, isDirectory: true), scale: scale,
      options: options, report: teller.tell,
      shouldStop: { interruption?.signalNumber != nil })
    if list { return try listRows(chosen) }
    if dryRun { return try tell(trainings, runner) }
    let isDone = reportOnly ? true : try runner.run(trainings)
    teller.end()
    let report = try ReproductionReport(
      experiments: chosen, runner: runner, seeds: seeds, command: command)
    let page = try report.write()
    try Results.line(page.relativePath)
    if !isDone {
      console.note("stopped; the same command goes on where it was")
      throw ExitCode(interruption?.exitCode ?? 1)
    }
  }

  // MARK: What is run

  private func chosenExperiments() throws -> [PaperExperiment] {
    var choices = PaperExperiment.Choices(scale: scale)
    choices.usesStandIns = standIns
    choices.seconds = time?.seconds
    choices.files = try targets.map { try $0.source() }.map { source in
      var absolute = source
      absolute.file = URL(fileURLWithPath: source.file).standardizedFileURL.path
      return absolute
    }
    let all = PaperExperiment.all(choices)
    var chosen: [PaperExperiment] = []
    for name in experiments where name != "all" {
      guard let experiment = all.first(where: { $0.id == name }) else {
        throw ValidationError(
          "there is no experiment \(name); there are \(all.map(\.id).joined(separator: ", ")), and "
            + "all for all of them")
      }
      if !chosen.contains(where: { $0.id == name }) { chosen.append(experiment) }
    }
    if experiments.isEmpty || experiments.contains("all") { chosen = all }
    if standIns, !chosen.contains(where: \.usesStandIns) {
      throw ValidationError(
        "--stand-ins goes with experiments on the paper's microscopy; "
          + experiments.joined(separator: ", ") + " has none")
    }
    guard !only.isEmpty else { return chosen }
    let kept = chosen.map { $0.only { id in only.contains { id.contains($0) } } }
      .filter { !$0.rows.isEmpty }
    guard !kept.isEmpty else {
      throw ValidationError(
        "no row's name contains \(only.joined(separator: " or ")); see --list with the experiments")
    }
    return kept
  }

  private func listExperiments(_ experiments: [PaperExperiment]) throws {
    let width = experiments.map(\.id.count).max() ?? 0
    for experiment in experiments {
      let rows = Words.count(experiment.rows.count, "row")
      let name = experiment.id.padding(toLength: width, withPad: " ", startingAt: 0)
      try Results.line("\(name)  \(experiment.title) (\(rows))")
    }
  }

  private func listRows(_ experiments: [PaperExperiment]) throws {
    for experiment in experiments {
      for row in experiment.rows { try Results.line("\(experiment.id) \(row.id)") }
    }
  }

  private func tell(_ trainings: [PlannedTraining], _ runner: Runner) throws {
    let finished = try runner.records.read()
    var seconds = 0.0
    var hasNoLimit = false
    for training in trainings {
      let state: String
      if let missing = runner.missing(for: training.task) {
        state = "waits for \(missing.name)"
      } else if try training.isFinished(in: finished) {
        state = "finished"
      } else if let limit = training.expectedSeconds {
        state = "up to \(Words.time(limit))"
        seconds += limit
      } else {
        state = "as long as it takes"
        hasNoLimit = true
      }
      try Results.line(
        "\(training.name) seed \(training.seed): \(try training.summary()); \(state)")
    }
    try Results.line(
      "\(Words.count(trainings.count, "training")), "
        + (hasNoLimit ? "some without a limit of time" : "up to \(Words.time(seconds)) in all"))
  }

  /// The command that writes the same report.
  private var command: String {
    var words = ["usplit", "reproduce"] + experiments + ["--scale", scale.rawValue]
    if data != "data" { words += ["--data", data] }
    for target in targets { words += ["--target", "\(target.name)=\(target.file)"] }
    if standIns { words.append("--stand-ins") }
    for text in only { words += ["--only", text] }
    if seeds > 1 { words += ["--seeds", "\(seeds)"] }
    if let time { words += ["--time", "\(time.seconds.formatted(digits: 0))s"] }
    if let threads = device.threads { words += ["--threads", "\(threads)"] }
    if let name = device.device { words += ["--device", name] }
    return words.joined(separator: " ")
  }
}
