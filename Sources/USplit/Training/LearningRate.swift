import Experiment
import Foundation
import Torch

/// The learning rate over a training.
package struct LearningRate {
  private let configuration: ScheduleConfiguration
  private let initial: Double
  private var plateau: ReduceLROnPlateau
  private var current: Double

  package init(_ configuration: TrainingConfiguration) {
    self.configuration = configuration.schedule
    self.initial = configuration.optimiser.learningRate
    self.current = initial
    self.plateau = ReduceLROnPlateau(
      factor: configuration.schedule.factor, patience: configuration.schedule.patience,
      threshold: configuration.schedule.threshold,
      minimumRate: configuration.schedule.minimumRate)
  }

  /// The rate at a point of the training, from 0 (start) to 1 (end).
  package func rate(at progress: Double) -> Double {
    guard configuration.kind == .cosine else { return current }
    let warmUp = configuration.warmUp
    if progress < warmUp { return initial * max(progress / warmUp, 1e-3) }
    let rest = min((progress - warmUp) / (1 - warmUp), 1)
    let floor = configuration.floor
    return initial * (floor + (1 - floor) * (1 + cos(.pi * rest)) / 2)
  }

  /// Takes note of a validation's score.
  package mutating func update(score: Double) {
    guard configuration.kind == .plateau else { return }
    current = plateau.rate(after: score, current: current)
  }
}
