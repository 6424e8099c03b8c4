import Experiment
import Foundation
import Torch

/// The learning rate over a training.
package struct LearningRate {
  /// What the validations so far have changed.
  struct State: Codable, Equatable, Sendable {
    var plateau: ReduceLROnPlateau
    var current: Double
  }

  private let configuration: ScheduleConfiguration
  private let initial: Double
  /// What the validations so far have changed.
  var state: State

  package init(_ configuration: TrainingConfiguration) {
    self.configuration = configuration.schedule
    self.initial = configuration.optimiser.learningRate
    let schedule = configuration.schedule
    self.state = State(
      plateau: ReduceLROnPlateau(
        factor: schedule.factor, patience: schedule.patience, threshold: schedule.threshold,
        minimumRate: schedule.minimumRate), current: initial)
  }

  /// The rate at a point of the training, from 0 (start) to 1 (end).
  package func rate(at progress: Double) -> Double {
    guard configuration.kind == .cosine else { return state.current }
    let warmUp = configuration.warmUp
    if progress < warmUp { return initial * max(progress / warmUp, 1e-3) }
    let rest = min((progress - warmUp) / (1 - warmUp), 1)
    let floor = configuration.floor
    return initial * (floor + (1 - floor) * (1 + cos(.pi * rest)) / 2)
  }

  /// Takes note of a validation's score.
  package mutating func update(score: Double) {
    guard configuration.kind == .plateau else { return }
    state.current = state.plateau.rate(after: score, current: state.current)
  }
}
