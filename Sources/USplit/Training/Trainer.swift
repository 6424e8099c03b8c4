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
  /// Somebody asked.
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

/// Trains one model on one thread; a second one prepares the patches.
///
/// All that lasts is in the run folder: settings and split at the start, a line of metrics for each
/// step, the best and the last model, a picture each time the model improves.
public final class Trainer {
  private let configuration: Configuration
  private let settings: TrainingConfiguration
  private let data: PreparedData
  private let run: RunDirectory
  private let model: SplitModel
  private let optimiser: any Optimiser
  private let loss: SplitLoss
  private let average: WeightAverage?
  private let generator: Generator
  private let metrics: MetricsWriter
  private let validation: Validation
  private let report: (TrainingReport) -> Void
  private let shouldStop: () -> Bool

  private var schedule: LearningRate
  private var step = 0
  private var epoch = 0
  private var best = -Double.infinity
  private var epochsSinceBest = 0
  private var skippedInARow = 0
  private var validationSeconds = 0.0
  private let start = ContinuousClock.now

  /// Steps without a finite loss, one after another, that end a training.
  static let mostSkippedSteps = 50

  /// A training in a run folder, about to begin.
  ///
  /// - Parameters:
  ///   - configuration: all settings
  ///   - data: the images, prepared with the same settings
  ///   - run: an empty run folder
  ///   - report: called after each step and validation
  ///   - shouldStop: asked after each step; true ends the training in order
  /// - Throws: `ConfigurationError`, `TorchError` or `RunDirectoryError`.
  public init(
    _ configuration: Configuration, data: PreparedData, run: RunDirectory,
    report: @escaping (TrainingReport) -> Void = { _ in },
    shouldStop: @escaping () -> Bool = { false }
  ) throws {
    let settings = configuration.training
    if settings.threads > 0 { Runtime.threads = settings.threads }
    Runtime.keepFreedMemory()
    let device = try Device(named: settings.device)
    self.configuration = configuration
    self.settings = settings
    self.data = data
    self.run = run
    self.report = report
    self.shouldStop = shouldStop
    self.model = try SplitModel(
      ModelDescription(configuration, data), seed: settings.seed, device: device)
    self.optimiser = settings.optimiser.makeOptimiser(model.store)
    self.loss = SplitLoss(configuration.loss)
    self.average =
      settings.averaging > 0
      ? try WeightAverage(model.store, decay: settings.averaging) : nil
    self.generator = try Generator(seed: settings.seed &+ 1, device: device)
    self.schedule = LearningRate(settings)
    self.metrics = try MetricsWriter(appendingTo: run.metrics)
    self.validation = Validation(data, configuration)
    try configuration.write(to: run.configuration)
    try data.split.write(to: run.split)
  }

  /// Trains until the epochs or the time are used up, nothing improves, or somebody stops it.
  ///
  /// - Throws: `TrainingError` when the loss stays without a finite value; what reading, writing
  ///   and the device throw.
  public func train() throws -> TrainingEnd {
    let patch = configuration.network.patch
    let sampler = PatchSampler(
      data, patch: patch, batch: settings.batch, seed: settings.seed, turns: settings.flips)
    let loader = BatchLoader(sampler, threads: settings.loaderThreads)
    var end: TrainingEnd?
    while end == nil {
      for _ in 0..<stepsPerEpoch {
        try takeStep(try loader.next())
        if shouldStop() { end = .stopped }
        if settings.timeBudget > 0, seconds + validationSeconds >= settings.timeBudget {
          end = .timeBudget
        }
        if end != nil { break }
      }
      epoch += 1
      try validate()
      if end == nil, epoch >= settings.epochs { end = .finished }
      if end == nil, settings.earlyStoppingPatience > 0,
        epochsSinceBest >= settings.earlyStoppingPatience
      {
        end = .earlyStopping
      }
    }
    let reason = end ?? .finished
    var event = MetricEvent(.end)
    event.step = step
    event.epoch = epoch
    event.seconds = seconds
    event.reason = reason.rawValue
    event.meanPSNR = best.isFinite ? best : nil
    try metrics.write(event)
    return reason
  }

  /// What the model says about itself now.
  public var description: ModelDescription { model.description }

  // MARK: A step

  private func takeStep(_ batch: Batch) throws {
    let began = ContinuousClock.now
    let stage = loss.stage(at: progress)
    optimiser.learningRate = schedule.rate(at: progress)
    let pass = Pass(
      mode: .training(generator), latents: .sample(generator),
      divergence: configuration.loss.klWeight > 0 ? configuration.loss.klEstimate : nil)
    let device = model.store.device
    let buffers = try model.store.copiedBuffers()
    let prediction = model(
      try batch.inputTensor(on: device), pass, detachesVariance: stage == .both)
    let terms = loss(
      prediction.distribution, latents: prediction.latents, auxiliary: prediction.auxiliary,
      target: try batch.targetTensor(on: device), stage: stage,
      divergenceWeight: loss.divergenceWeight(epoch: epoch))

    let value = try terms.total.item()
    guard value.isFinite else { return try skipStep(value, restoring: buffers) }
    model.store.clearGradients()
    try terms.total.backward()
    let norm = try model.store.clipGradients(toNorm: settings.gradientClip)
    guard norm.isFinite else { return try skipStep(norm, restoring: buffers) }
    try optimiser.takeStep()
    try average?.update()
    skippedInARow = 0
    step += 1

    var event = MetricEvent(.step)
    event.step = step
    event.epoch = epoch
    event.seconds = seconds
    event.loss = value
    event.reconstruction = try terms.reconstruction.item()
    event.kl = try terms.divergence?.item()
    event.klPerLevel = try terms.perLevel.isEmpty ? nil : terms.perLevel.map { try $0.item() }
    event.gradientNorm = norm
    event.learningRate = optimiser.learningRate
    event.patchesPerSecond = Double(batch.count) / (ContinuousClock.now - began).seconds
    event.residentMemoryMiB = Memory.resident.map { Double($0) / 1_048_576 }
    try metrics.write(event)
    let done = progress
    report(.step(event, done: done, remaining: done > 0.005 ? seconds * (1 / done - 1) : nil))
  }

  /// Leaves weights and running statistics as they were when the loss or the gradient is not a
  /// number.
  private func skipStep(_ value: Double, restoring buffers: [Tensor]) throws {
    try model.store.restoreBuffers(buffers)
    skippedInARow += 1
    try note("step \(step + 1) was skipped: its loss or gradient is \(value)")
    guard skippedInARow < Self.mostSkippedSteps else {
      throw TrainingError(
        description:
          "the loss was not a finite number for \(skippedInARow) steps in a row; lower the learning "
          + "rate (now \(optimiser.learningRate)), or look at the images for extreme values. The "
          + "best model so far is kept in \(run.checkpoints.path)")
    }
  }

  // MARK: Between epochs

  private func validate() throws {
    let began = ContinuousClock.now
    let work = { [self] () throws in
      let result = try validation.run(model)
      try judge(result)
    }
    if let average { try average.applied(work) } else { try work() }
    validationSeconds = max(validationSeconds, (ContinuousClock.now - began).seconds)
  }

  private func judge(_ result: Validation.Result) throws {
    let score = result.meanPSNR
    let isBetter = score.map { $0 > best + settings.earlyStoppingMinimum } ?? true
    model.description.figures.steps = step
    model.description.figures.epochs = epoch
    model.description.figures.seconds = seconds
    model.description.figures.psnr = result.psnr
    epochsSinceBest = isBetter ? 0 : epochsSinceBest + 1
    if let score {
      best = max(best, score)
      schedule.update(score: score)
    }

    var event = MetricEvent(.validation)
    event.step = step
    event.epoch = epoch
    event.seconds = seconds
    event.reconstruction = result.loss
    event.psnr = result.psnr.isEmpty ? nil : result.psnr
    event.meanPSNR = score
    event.best = isBetter
    try metrics.write(event)
    report(.validation(event))
    if isBetter {
      try model.save(to: run.best)
      if let picture = try validation.preview(model) {
        let name = "epoch-" + String(1_000_000 + epoch).dropFirst() + ".png"
        try PNG.write(picture, to: run.previews.appendingPathComponent(name))
      }
    }
    try model.save(to: run.last)
  }

  private func note(_ text: String) throws {
    var event = MetricEvent(.note)
    event.step = step
    event.epoch = epoch
    event.seconds = seconds
    event.text = text
    try metrics.write(event)
    report(.note(text))
  }

  // MARK: Time

  /// Seconds since the training was made.
  private var seconds: Double { (ContinuousClock.now - start).seconds }

  /// The share of the training that is done: by steps or by time, whichever is further.
  private var progress: Double {
    let steps = Double(step) / Double(settings.epochs * stepsPerEpoch)
    let time = settings.timeBudget > 0 ? seconds / settings.timeBudget : 0
    return min(max(steps, time), 1)
  }

  /// One pass over as many patches as fit side by side into the training part, unless set.
  private var stepsPerEpoch: Int {
    if settings.stepsPerEpoch > 0 { return settings.stepsPerEpoch }
    let patch = configuration.network.patch
    let patches = data.split.train.reduce(0) {
      $0 + max($1.height / patch, 1) * max($1.width / patch, 1)
    }
    return max((patches + settings.batch - 1) / settings.batch, 1)
  }
}
