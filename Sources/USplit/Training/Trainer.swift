import Experiment
import Foundation
import Imaging
import Torch

/// A training that cannot go on.
public struct TrainingError: Error, CustomStringConvertible, Equatable {
  /// What happened and what to do.
  public let description: String
}

/// Why a training ended.
public enum TrainingEnd: String, Sendable {
  /// All epochs are done.
  case finished
  /// The time budget is spent.
  case timeBudget = "time budget spent"
  /// The validation has not improved for long.
  case earlyStopping = "no improvement"
  /// Somebody asked; it can be resumed.
  case stopped
}

/// What happens while a model is trained.
public enum TrainingReport: Sendable {
  /// A step; the share of the training that is done, and the seconds that remain (nil at first).
  case step(MetricEvent, done: Double, remaining: Double?)
  /// A validation.
  case validation(MetricEvent)
  /// A remark in words.
  case note(String)
}

/// Trains one model on one thread; others prepare the patches.
///
/// All that lasts is in the run folder: settings and split at the start, a line of metrics for each
/// step, the best and the last model, a picture each time the model improves, and the last two
/// states from which the training can be resumed. On the CPU with the same number of threads, and
/// without a time budget, a training that was stopped at any moment and resumed gives the same
/// weights, bit for bit, as one that was not.
public final class Trainer {
  let configuration: Configuration
  let settings: TrainingConfiguration
  let data: PreparedData
  let run: RunDirectory
  let parts: TrainingParts
  let loss: SplitLoss
  let gradients: GradientStep
  /// Only rank 0 writes them.
  let metrics: MetricsWriter?
  let tensorBoard: TensorBoardWriter?
  let validation: Validation
  let disk: DiskPatience
  let profile: TimeProfile
  let report: (TrainingReport) -> Void
  let shouldStop: () -> Bool
  /// The processes that train together; nil where this one is alone.
  let group: ProcessGroup?
  /// The command that was given, for those who read the metrics.
  let command: String?

  var schedule: LearningRate
  var state: TrainingState
  /// Seconds of the sessions before this one.
  let secondsBefore: Double
  /// Steps of the sessions before this one.
  private let stepsBefore: Int
  let start = ContinuousClock.now
  /// When the last state was written, and how long that took.
  var lastSaving = (at: ContinuousClock.now, seconds: 0.0)
  /// Good steps since the training last went back.
  var stepsSinceReturn = 0
  /// What the ranks last agreed on; nil where there is only one.
  var agreed: Moment?

  /// A training in a run folder, about to begin or to go on.
  ///
  /// - Parameters:
  ///   - configuration: all settings
  ///   - data: the images, prepared with the same settings
  ///   - run: an empty run folder, or the one of a training with the same network and images
  ///   - resuming: whether to go on from the last state in the folder, where there is one
  ///   - profile: told where the time goes
  ///   - report: called after each step and validation
  ///   - shouldStop: asked after each step; true ends the training so that it can be resumed
  ///   - group: the processes that train together, each with as many patches per step; only rank 0
  ///     writes files and reports
  ///   - device: what this process computes on; nil for that of the settings
  ///   - command: the command that was given, for those who read the metrics
  /// - Throws: `ConfigurationError`, `TorchError`, `RunDirectoryError`; `TrainingError` when the
  ///   folder's training used other images or no state in it can be read.
  public init(
    _ configuration: Configuration, data: PreparedData, run: RunDirectory, resuming: Bool = false,
    profile: TimeProfile = TimeProfile(isOn: false),
    report: @escaping (TrainingReport) -> Void = { _ in },
    shouldStop: @escaping () -> Bool = { false }, group: ProcessGroup? = nil,
    device: Device? = nil, command: String? = nil
  ) throws {
    let settings = configuration.training
    if settings.threads > 0 { Runtime.threads = settings.threads }
    // What is kept counts against a limit.
    if settings.memoryLimit > 0 { Runtime.returnFreedMemory() } else { Runtime.keepFreedMemory() }
    let device = try device ?? Device(named: settings.device)
    if let group { try Self.requireSame(configuration, in: group) }
    let isFirst = group?.isFirst ?? true
    let model = try SplitModel(
      ModelDescription(configuration, data), seed: settings.seed, device: device)
    let average =
      settings.averaging > 0 ? try WeightAverage(model.store, decay: settings.averaging) : nil
    let parts = TrainingParts(
      model: model, optimiser: settings.optimiser.makeOptimiser(model.store), average: average,
      generator: try Generator(
        seed: settings.seed &+ 1 &+ UInt64(group?.rank ?? 0), device: device))
    self.configuration = configuration
    self.settings = settings
    self.data = data
    self.run = run
    self.parts = parts
    self.profile = profile
    self.report = isFirst ? report : { _ in }
    self.shouldStop = shouldStop
    self.group = group
    self.command = command
    self.loss = SplitLoss(configuration.loss)
    self.gradients = try GradientStep(
      model: model, loss: loss, generator: parts.generator, configuration: configuration,
      group: group, profile: profile)
    self.validation = Validation(data, configuration)
    self.disk = DiskPatience(folder: run.url, seconds: settings.diskPatience)
    var schedule = LearningRate(settings)
    let found =
      resuming
      ? try Self.shared(group, run) { try Self.latestState(of: run, for: model.description) } : nil
    if let found {
      try found.restore(parts, randomNumbers: true, rank: group?.rank ?? 0)
      model.description.figures = found.description.figures
      schedule.state = found.state.rate
    }
    self.schedule = schedule
    self.state = found?.state ?? TrainingState(rate: schedule.state)
    self.secondsBefore = state.seconds
    self.stepsBefore = state.step
    self.metrics =
      isFirst ? try MetricsWriter(appendingTo: run.metrics, keeping: state.metricsBytes) : nil
    self.tensorBoard =
      isFirst && settings.tensorBoard
      ? try Self.eventFile(of: run, names: data.names, isResumed: found != nil) : nil
    if isFirst {
      try configuration.write(to: run.configuration)
      try data.split.write(to: run.split)
    }
    try group?.broadcast(model.store)
    if found != nil { try note("resumed at step \(state.step)") }
  }

  /// Trains until the epochs or the time are used up, nothing improves, or somebody stops it.
  ///
  /// - Throws: `TrainingError` when the loss stays without a finite value or the disk stays full;
  ///   what reading, writing and the device throw.
  public func train() throws -> TrainingEnd {
    try agree()
    if let end = reasonToEnd { return end }
    try tellStart()
    try divideSteps()
    defer { TensorMemory.limit(to: 0) }
    if state.batch == 0 { try saveState() }
    let sampler = PatchSampler(
      data, patch: configuration.network.patch, batch: patchesPerStep, own: ownPatches,
      seed: settings.seed, turns: settings.flips)
    let loader = BatchLoader(sampler, from: state.batch, threads: settings.loaderThreads)
    var end: TrainingEnd?
    while end == nil {
      end = try trainEpoch(loader)
      guard end != .stopped, try validate() else {
        end = .stopped
        break
      }
      try agree()
      end = end ?? reasonToEnd
      if end == nil, isSavingCheap { try saveState() }
    }
    let reason = end ?? .finished
    if reason == .stopped { try saveUnvalidated() } else { try calibrate() }
    try tellProfile()
    var event = makeEvent(.end)
    event.reason = reason.rawValue
    event.meanPSNR = state.best
    try write(event)
    try saveState()
    return reason
  }

  /// What the model says about itself now.
  public var description: ModelDescription { parts.model.description }

  /// Steps taken since this training was made, without those of earlier sessions.
  public var stepsTaken: Int { max(state.step - stepsBefore, 0) }

  /// Whether the training has reached an end of its own.
  private var reasonToEnd: TrainingEnd? {
    guard !state.awaitsValidation, state.batchOfEpoch == 0, state.epoch > 0 else { return nil }
    if isTimeSpent { return .timeBudget }
    if state.epoch >= settings.epochs { return .finished }
    if settings.earlyStoppingPatience > 0, state.epochsSinceBest >= settings.earlyStoppingPatience {
      return .earlyStopping
    }
    return nil
  }

  /// Takes the steps that an epoch still has.
  private func trainEpoch(_ loader: BatchLoader) throws -> TrainingEnd? {
    guard !state.awaitsValidation else { return nil }
    var end: TrainingEnd?
    while end == nil, state.batchOfEpoch < stepsPerEpoch {
      let batch = try profile.measure(.data) { try loader.next() }
      state.batch += 1
      state.batchOfEpoch += 1
      try takeStep(batch)
      try agree()
      if isTimeSpent { end = .timeBudget }
      if isStopping { return .stopped }
      if end == nil, isSavingDue { try saveState() }
    }
    state.epoch += 1
    state.batchOfEpoch = 0
    state.awaitsValidation = true
    return end
  }

  // MARK: Time

  /// Seconds of training, those of earlier sessions too.
  var seconds: Double { agreed?.seconds ?? ownMoment.seconds }

  private var isTimeSpent: Bool { agreed?.isTimeSpent ?? ownMoment.isTimeSpent }

  private var isStopping: Bool { agreed?.isStopping ?? shouldStop() }

  /// What clocks say, as far as this process can know.
  var ownMoment: Moment {
    let seconds = secondsBefore + (ContinuousClock.now - start).seconds
    let sinceSaving = (ContinuousClock.now - lastSaving.at).seconds
    let interval = settings.checkpointInterval
    return Moment(
      seconds: seconds,
      isTimeSpent: settings.timeBudget > 0
        && seconds + state.validationSeconds >= settings.timeBudget,
      isSavingDue: interval > 0 && sinceSaving >= interval,
      isSavingCheap: sinceSaving >= 100 * lastSaving.seconds, isStopping: false)
  }

  /// The share of the training that is done: by steps or by time, whichever is further.
  var progress: Double {
    let steps = Double(state.step) / Double(settings.epochs * stepsPerEpoch)
    let time = settings.timeBudget > 0 ? seconds / settings.timeBudget : 0
    return min(max(steps, time), 1)
  }

  /// One pass over as many patches as fit side by side into the training part, unless set.
  var stepsPerEpoch: Int {
    if settings.stepsPerEpoch > 0 { return settings.stepsPerEpoch }
    let patch = configuration.network.patch
    let patches = data.split.train.reduce(0) {
      $0 + max($1.height / patch, 1) * max($1.width / patch, 1)
    }
    return max((patches + patchesPerStep - 1) / patchesPerStep, 1)
  }
}
