import Experiment
import Foundation

/// What a training measured over its steps, as columns; each stretch of steps is one point, a mean.
struct Curves: Encodable {
  /// The validations as columns.
  struct Validations: Encodable {
    /// The training step.
    let step: [Int]
    /// The seconds of training.
    let seconds: [Double?]
    /// The mean PSNR, in dB.
    let meanPSNR: [Double?]
    /// The PSNR of each target, in dB.
    let psnr: [[Double?]]
    /// Whether it was the best so far.
    let best: [Bool]
  }

  /// The last step of each stretch.
  let step: [Int]
  /// The seconds of training there.
  let seconds: [Double?]
  /// What is minimised.
  let loss: [Double?]
  /// The loss without the divergence.
  let reconstruction: [Double?]
  /// The divergence per latent element, in nats.
  let kl: [Double?]
  /// The divergence of every level, bottom first.
  let klPerLevel: [[Double?]]
  /// The learning rate.
  let learningRate: [Double?]
  /// The patches per second.
  let patchesPerSecond: [Double?]
  /// The norm of the gradients.
  let gradientNorm: [Double?]
  /// The memory of the process, in MiB.
  let residentMemoryMiB: [Double?]
  /// The validations.
  let validation: Validations
  /// The PSNR of the input itself for every target, in dB.
  let trivialPSNR: [Double?]
  /// Names of the targets.
  let targets: [String]
  /// All steps of the training.
  let totalSteps: Int?

  /// The curves through some steps.
  init(
    steps: [MetricEvent], history: RunHistory, points: Int, targets: [String], totalSteps: Int?
  ) {
    let stretches = Self.stretches(steps.filter { $0.step != nil }, points)
    func means(_ value: (MetricEvent) -> Double?) -> [Double?] {
      stretches.map { stretch in
        let values = stretch.compactMap { value($0).finite }
        return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
      }
    }
    step = stretches.map { $0.last?.step ?? 0 }
    seconds = stretches.map { $0.last?.seconds.finite }
    loss = means(\.loss)
    reconstruction = means(\.reconstruction)
    kl = means(\.kl)
    let levels = steps.map { $0.klPerLevel?.count ?? 0 }.max() ?? 0
    klPerLevel = (0..<min(levels, 64)).map { level in
      means { $0.klPerLevel.flatMap { $0.indices.contains(level) ? $0[level] : nil } }
    }
    learningRate = means(\.learningRate)
    patchesPerSecond = means(\.patchesPerSecond)
    gradientNorm = means(\.gradientNorm)
    residentMemoryMiB = means(\.residentMemoryMiB)
    let validations = history.validations.filter { $0.step != nil }
    validation = Validations(
      step: validations.map { $0.step ?? 0 }, seconds: validations.map(\.seconds.finite),
      meanPSNR: validations.map(\.meanPSNR.finite),
      psnr: targets.indices.map { place in
        validations.map { event in
          event.psnr.flatMap { $0.indices.contains(place) ? $0[place] : nil }.finite
        }
      },
      best: validations.map { $0.best ?? false })
    trivialPSNR = (history.trivialPSNR ?? []).map { Optional($0).finite }
    self.targets = targets
    self.totalSteps = totalSteps
  }

  /// The events in at most so many parts of about the same length.
  private static func stretches(
    _ events: [MetricEvent], _ points: Int
  ) -> [ArraySlice<MetricEvent>] {
    let count = min(points, events.count)
    return (0..<count).map { place in
      events[(place * events.count / count)..<((place + 1) * events.count / count)]
    }
  }
}

extension Double? {
  /// The number; nil where it is infinite or undefined.
  var finite: Double? { flatMap { $0.isFinite ? $0 : nil } }
}
