import Experiment
import Torch

/// Computes the gradients of one batch and leaves them in the model's parameters.
struct GradientStep {
  /// What was minimised, and how steep it is.
  struct Outcome {
    /// The loss of the whole batch, its part without the divergence, and the divergence, in nats.
    var loss = 0.0
    var reconstruction = 0.0
    var divergence: Double?
    /// The divergence of every level, bottom first.
    var divergencePerLevel: [Double]?
    /// The norm of all gradients before clipping; not a number where the loss is none.
    var gradientNorm = Double.nan

    /// Whether the gradients can be used.
    var isFinite: Bool { loss.isFinite && gradientNorm.isFinite }

    /// Takes in the loss of a part of the batch.
    ///
    /// - Parameter share: the part's patches over the batch's
    fileprivate mutating func add(_ terms: LossTerms, share: Double) throws(TorchError) {
      loss += share * (try terms.total.item())
      reconstruction += share * (try terms.reconstruction.item())
      if let value = try terms.divergence?.item() { divergence = (divergence ?? 0) + share * value }
      guard !terms.perLevel.isEmpty else { return }
      var sums = divergencePerLevel ?? [Double](repeating: 0, count: terms.perLevel.count)
      for (level, value) in terms.perLevel.enumerated() {
        sums[level] += share * (try value.item())
      }
      divergencePerLevel = sums
    }
  }

  let model: SplitModel
  let loss: SplitLoss
  let generator: Generator
  let configuration: Configuration
  /// The processes that train together; nil where this one is alone.
  private let group: ProcessGroup?
  private let profile: TimeProfile
  private let autocast: Autocast

  /// - Throws: `TorchError.device` when the model's device cannot train in the precision.
  init(
    model: SplitModel, loss: SplitLoss, generator: Generator, configuration: Configuration,
    group: ProcessGroup?, profile: TimeProfile
  ) throws(TorchError) {
    self.model = model
    self.loss = loss
    self.generator = generator
    self.configuration = configuration
    self.group = group
    self.profile = profile
    self.autocast = try Autocast(configuration.training.precision.type, on: model.store.device)
  }

  /// The gradients of a batch, clipped: of the batches of all ranks, where there are several.
  ///
  /// A batch in parts gives the gradients of the whole, but each part is normalised by its own
  /// statistics, and latent variables are drawn part by part. Where the outcome is not finite, or
  /// memory runs out, running statistics are as they were before.
  ///
  /// - Parameters:
  ///   - division: how the batch is taken
  ///   - lossScale: factor of the loss whose gradients are computed; taken out of the gradients again
  /// - Throws: `TorchError.outOfMemory` when there is no room.
  func callAsFunction(
    _ batch: Batch, stage: SplitLoss.Stage, epoch: Int, division: StepDivision = StepDivision(),
    lossScale: Double = 1
  ) throws -> Outcome {
    let store = model.store
    let buffers = try store.copiedBuffers()
    store.clearGradients()
    do {
      var outcome = try TensorMemory.surviving {
        try addGradients(batch, stage, epoch: epoch, division, scale: lossScale)
      }
      if let group { try outcome.average(over: group) }
      if outcome.loss.isFinite {
        outcome.gradientNorm = try profile.measure(.backward) {
          try group?.averageGradients(of: store)
          if lossScale != 1 { try store.scaleGradients(by: 1 / lossScale) }
          return try store.clipGradients(toNorm: configuration.training.gradientClip)
        }
      }
      if !outcome.isFinite { try store.restoreBuffers(buffers) }
      return outcome
    } catch {
      store.clearGradients()
      try store.restoreBuffers(buffers)
      throw error
    }
  }

  /// The same with another source of random numbers, for this process alone.
  func drawing(from generator: Generator) throws(TorchError) -> GradientStep {
    try GradientStep(
      model: model, loss: loss, generator: generator, configuration: configuration, group: nil,
      profile: TimeProfile(isOn: false))
  }

  /// Adds up the gradients of the parts of a batch, until a part's loss is no number.
  private func addGradients(
    _ batch: Batch, _ stage: SplitLoss.Stage, epoch: Int, _ division: StepDivision, scale: Double
  ) throws -> Outcome {
    var outcome = Outcome()
    for places in division.parts(of: batch.count) {
      let share = Double(places.count) / Double(batch.count)
      let terms = try terms(
        batch.part(places), stage, epoch: epoch, recomputedLevels: division.recomputedLevels)
      try outcome.add(terms, share: share)
      // Ranks that share statistics must take as many parts as the others.
      guard outcome.loss.isFinite || group != nil else { break }
      let factor = share * scale
      try profile.measure(.backward) {
        try (factor == 1 ? terms.total : terms.total * factor).backward()
      }
    }
    return outcome
  }

  private func terms(
    _ batch: Batch, _ stage: SplitLoss.Stage, epoch: Int, recomputedLevels: Int
  ) throws -> LossTerms {
    let device = model.store.device
    let pass = Pass(
      mode: .training(
        generator, statistics: configuration.training.syncBatchNorm ? group : nil),
      latents: .sample(generator),
      divergence: configuration.loss.klWeight > 0 ? configuration.loss.klEstimate : nil,
      recomputedLevels: recomputedLevels)
    let input = try batch.inputTensor(on: device)
    let prediction = autocast { model(input, pass, detachesVariance: stage == .both) }
    return loss(
      prediction.distribution, latents: prediction.latents, auxiliary: prediction.auxiliary,
      target: try batch.targetTensor(on: device), stage: stage,
      divergenceWeight: loss.divergenceWeight(epoch: epoch))
  }
}

extension GradientStep.Outcome {
  /// Replaces the losses by their means over all ranks, so that all of them judge alike.
  fileprivate mutating func average(over group: ProcessGroup) throws {
    let levels = divergencePerLevel ?? []
    let own = [loss, reconstruction, divergence ?? 0] + levels
    let means = try group.sum(own).map { $0 / Double(group.count) }
    (loss, reconstruction) = (means[0], means[1])
    if divergence != nil { divergence = means[2] }
    if divergencePerLevel != nil { divergencePerLevel = Array(means[3...]) }
  }
}
