import Experiment
import Torch

/// Computes the gradients of one batch and leaves them in the model's parameters.
struct GradientStep {
  /// What was minimised, and how steep it is.
  struct Outcome {
    /// The loss, its part without the divergence, and the divergence, in nats.
    var loss: Double
    var reconstruction: Double
    var divergence: Double?
    /// The divergence of every level, bottom first.
    var divergencePerLevel: [Double]?
    /// The norm of all gradients before clipping; not a number where the loss is none.
    var gradientNorm: Double

    /// Whether the gradients can be used.
    var isFinite: Bool { loss.isFinite && gradientNorm.isFinite }
  }

  let model: SplitModel
  let loss: SplitLoss
  let generator: Generator
  let configuration: Configuration
  /// The processes that train together; nil where this one is alone.
  let group: ProcessGroup?
  let profile: TimeProfile

  /// The gradients of a batch, clipped: of the batches of all ranks, where there are several.
  ///
  /// Where the outcome is not finite, running statistics are as they were before.
  func callAsFunction(
    _ batch: Batch, stage: SplitLoss.Stage, epoch: Int
  ) throws -> Outcome {
    let store = model.store
    let buffers = try store.copiedBuffers()
    let pass = Pass(
      mode: .training(
        generator, statistics: configuration.training.syncBatchNorm ? group : nil),
      latents: .sample(generator),
      divergence: configuration.loss.klWeight > 0 ? configuration.loss.klEstimate : nil)
    let prediction = model(
      try batch.inputTensor(on: store.device), pass, detachesVariance: stage == .both)
    let terms = loss(
      prediction.distribution, latents: prediction.latents, auxiliary: prediction.auxiliary,
      target: try batch.targetTensor(on: store.device), stage: stage,
      divergenceWeight: loss.divergenceWeight(epoch: epoch))
    var outcome = Outcome(
      loss: try terms.total.item(), reconstruction: try terms.reconstruction.item(),
      divergence: try terms.divergence?.item(),
      divergencePerLevel: try terms.perLevel.isEmpty ? nil : terms.perLevel.map { try $0.item() },
      gradientNorm: .nan)
    if let group { try outcome.average(over: group) }
    store.clearGradients()
    if outcome.loss.isFinite {
      outcome.gradientNorm = try profile.measure(.backward) {
        try terms.total.backward()
        try group?.averageGradients(of: store)
        return try store.clipGradients(toNorm: configuration.training.gradientClip)
      }
    }
    if !outcome.isFinite { try store.restoreBuffers(buffers) }
    return outcome
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
