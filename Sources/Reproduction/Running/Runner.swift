import Experiment
import Foundation
import Imaging
import Torch
import USplit

/// Trains and measures rows, one after another, and keeps what is finished.
///
/// In its folder: `results.jsonl` (a line for each measurement), `runs/` (a run folder for each
/// training), `crops/` (pictures' pixels for the report), `images/` (drawn tasks).
public struct Runner {
  /// What happens on the way.
  public enum Event {
    /// A training is about to begin; its place among all.
    case training(PlannedTraining, number: Int, of: Int)
    /// What the training reports.
    case progress(TrainingReport)
    /// A share of the measuring or of the fitting is done.
    case measuring(Double)
    /// A measurement is finished.
    case finished(Record)
    /// A training that is left out, and why.
    case skipped(PlannedTraining, reason: String)
  }

  /// How rows are run.
  public struct Options: Sendable {
    /// Where to compute.
    public var device = "cpu"
    /// Threads on the CPU; 0 for all cores.
    public var threads = 0
    /// Random crops per test frame for systems that are fitted to each image.
    public var cropsPerFrame = 2

    /// One seed, on the CPU.
    public init() {}
  }

  /// The folder of everything.
  public let folder: URL
  private let library: DataLibrary
  private let scale: Scale
  private let options: Options
  private let report: (Event) -> Void
  private let shouldStop: () -> Bool

  /// A runner in a folder.
  ///
  /// - Parameters:
  ///   - folder: made when it is not there
  ///   - published: the folder of published images, which need not be there
  ///   - scale: the scale of the rows, noted in the records
  ///   - report: told what happens
  ///   - shouldStop: asked after each step; true ends in order
  public init(
    folder: URL, published: URL, scale: Scale, options: Options = Options(),
    report: @escaping (Event) -> Void = { _ in }, shouldStop: @escaping () -> Bool = { false }
  ) {
    self.folder = folder
    self.library = DataLibrary(
      published: published, drawn: folder.appendingPathComponent("images", isDirectory: true))
    self.scale = scale
    self.options = options
    self.report = report
    self.shouldStop = shouldStop
  }

  /// The results.
  public var records: RecordsFile {
    RecordsFile(folder.appendingPathComponent("results.jsonl"))
  }

  /// Why a task cannot run now; nil when it can.
  public func missing(for task: SplitTask) -> MissingImages? { library.missing(for: task) }

  /// Runs what is not finished.
  ///
  /// - Returns: false when it was stopped before the end.
  /// - Throws: `ReproductionError` when results cannot be kept; what reading, training and the
  ///   device throw. Rows whose images are missing are skipped instead.
  public func run(_ trainings: [PlannedTraining]) throws -> Bool {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let finished = try records.read()
    for (index, training) in trainings.enumerated() {
      if shouldStop() { return false }
      let fingerprint = try training.fingerprint()
      let pending = training.measurements.filter { rule in
        !finished.contains { $0.answers(training, rule, fingerprint) }
      }
      guard !pending.isEmpty else { continue }
      let sources: [ChannelSource]
      do {
        sources = try library.sources(of: training.task)
      } catch let error as MissingImages {
        report(.skipped(training, reason: error.description))
        continue
      }
      report(.training(training, number: index + 1, of: trainings.count))
      let isDone: Bool
      do {
        isDone =
          if let configuration = try training.configuration(sources) {
            try runNetwork(training, configuration, pending, fingerprint)
          } else {
            try runDoubleDIP(training, sources, pending, fingerprint)
          }
      } catch let error as ImagingError where error.kind == .tooSmall {
        report(.skipped(training, reason: error.description))
        continue
      }
      if !isDone { return false }
    }
    return true
  }

  // MARK: Networks

  private func runNetwork(
    _ training: PlannedTraining, _ settings: Configuration, _ pending: [TileRule],
    _ fingerprint: String
  ) throws -> Bool {
    var configuration = settings
    configuration.training.device = options.device
    configuration.training.threads = options.threads
    let images = try TrainingImages(configuration.data)
    let data = try PreparedData(images, configuration)
    let place = place(of: training, configuration, fingerprint)
    let url = folder.appendingPathComponent("runs/\(place)")
    let run: RunDirectory
    if let done = FinishedRun(url, configuration) {
      run = done.run
    } else {
      let begun = try begunRun(url, configuration)
      run = try begun ?? RunDirectory(creating: url)
      let trainer = try Trainer(
        configuration, data: data, run: run, resuming: begun != nil,
        report: { report(.progress($0)) }, shouldStop: shouldStop)
      if try trainer.train() == .stopped { return false }
    }
    let cost = try NetworkCost.measure(configuration)
    let steps = StepTimes(run, batch: configuration.training.batch)
    let device = try Device(named: options.device)
    let model = try SplitModel(contentsOf: run.best, device: device)
    for rule in pending {
      if shouldStop() { return false }
      let tiles = SplitOptions(
        rule.padding(training.recipe, patch: configuration.network.patch))
      var crop: Crop?
      let evaluation = try Evaluator(model, tiles).evaluate(
        data, part: .test, trivial: true, progress: { report(.measuring($0)) },
        predicted: { region, predictions, seconds in
          if crop == nil {
            crop = try Crop(region, predictions: predictions, seconds: seconds, of: data)
          }
        })
      let name = "crops/\(place)/\(rule.id).tif"
      if let crop { try keep(crop, as: name) }
      try keep(
        Record(
          training: training.name, measurement: rule.id, seed: training.seed, scale: scale,
          fingerprint: fingerprint, evaluation: evaluation, steps: steps.count,
          trainingSeconds: steps.seconds, parameters: cost.parameters,
          trainingMemory: cost.trainingMemory, stepSeconds: steps.median,
          secondsPerMegapixel: crop?.secondsPerMegapixel, panel: crop == nil ? nil : name,
          program: "usplit \(version)"))
    }
    return true
  }

  /// The run of the same training that was interrupted; what else lies there is removed.
  private func begunRun(_ url: URL, _ configuration: Configuration) throws -> RunDirectory? {
    if let begun = Configuration(trainedAt: url), begun.trains(like: configuration) {
      return try RunDirectory(opening: url)
    }
    try? FileManager.default.removeItem(at: url)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    return nil
  }

  // MARK: Without training

  private func runDoubleDIP(
    _ training: PlannedTraining, _ sources: [ChannelSource], _ pending: [TileRule],
    _ fingerprint: String
  ) throws -> Bool {
    var data = DataConfiguration()
    data.targets = sources
    data.split.rule = training.split
    let images = try TrainingImages(data)
    let prepared = try PreparedData(
      images, data, contexts: 0, patch: training.recipe.patch)
    let began = ContinuousClock.now
    let evaluation = try DoubleDIPEvaluation(
      training.recipe.doubleDIP(seed: training.seed), cropsPerFrame: options.cropsPerFrame,
      device: Device(named: options.device)
    ).evaluate(
      prepared, part: .test,
      secondsInAll: training.recipe.seconds > 0 ? training.recipe.seconds : nil,
      progress: { report(.measuring($0)) }, shouldStop: shouldStop)
    if shouldStop() { return false }
    for rule in pending {
      try keep(
        Record(
          training: training.name, measurement: rule.id, seed: training.seed, scale: scale,
          fingerprint: fingerprint, evaluation: evaluation, steps: 0,
          trainingSeconds: (ContinuousClock.now - began).seconds, program: "usplit \(version)"))
    }
    return true
  }

  // MARK: What is kept

  private func keep(_ record: Record) throws {
    try records.append(record)
    report(.finished(record))
  }

  private func keep(_ crop: Crop, as name: String) throws {
    let url = folder.appendingPathComponent(name)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try crop.write(to: url)
  }

  /// Where a training's files lie within `runs` and `crops`: under its name and seed, and where
  /// these belong to the same training with other settings, under its fingerprint too.
  private func place(
    of training: PlannedTraining, _ configuration: Configuration, _ fingerprint: String
  ) -> String {
    let plain = "\(training.name)/seed-\(training.seed)"
    let trained = Configuration(trainedAt: folder.appendingPathComponent("runs/\(plain)"))
    let isOther = trained.map { !$0.trains(like: configuration) } ?? false
    return isOther ? "\(plain)-\(fingerprint)" : plain
  }
}

extension Record {
  /// Whether it holds the measurement of a training, made with the same settings.
  func answers(_ training: PlannedTraining, _ rule: TileRule, _ fingerprint: String) -> Bool {
    self.training == training.name && measurement == rule.id && seed == training.seed
      && self.fingerprint == fingerprint
  }
}
