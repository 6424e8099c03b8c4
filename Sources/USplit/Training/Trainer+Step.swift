import Experiment
import Imaging
import Torch

extension Trainer {
  /// How often a training goes back before it gives up.
  static let mostReturns = 5

  /// Takes a step, or skips it when its loss or gradient cannot be used.
  func takeStep(_ batch: Batch) throws {
    let began = ContinuousClock.now
    let stage = loss.stage(at: progress)
    parts.optimiser.learningRate = schedule.rate(at: progress) * state.rateFactor
    let outcome = try profile.measure(.forward) { try gradientsThatFit(batch, stage: stage) }
    guard try isAtFittingScale(outcome) else { return }
    guard outcome.isFinite else {
      return try skipStep(
        "its loss or gradient is \(outcome.loss.isFinite ? outcome.gradientNorm : outcome.loss)")
    }
    guard !state.watch.isBeyondUsual(outcome.loss, stage: stage) else {
      return try skipStep("its loss of \(outcome.loss) is far above the usual")
    }
    try profile.measure(.optimiser) {
      try parts.optimiser.takeStep()
      try parts.average?.update()
    }
    state.skippedInARow = 0
    state.stage = stage
    state.step += 1
    stepsSinceReturn += 1

    var event = makeEvent(.step)
    event.loss = outcome.loss
    event.reconstruction = outcome.reconstruction
    event.kl = outcome.divergence
    event.klPerLevel = outcome.divergencePerLevel
    event.gradientNorm = outcome.gradientNorm
    event.learningRate = parts.optimiser.learningRate
    event.patchesPerSecond = Double(batch.count * ranks) / (ContinuousClock.now - began).seconds
    event.residentMemoryMiB = Memory.resident.map { Double($0) / 1_048_576 }
    try write(event)
    let done = progress
    profile.measure(.reporting) {
      report(.step(event, done: done, remaining: done > 0.005 ? seconds * (1 / done - 1) : nil))
    }
  }

  /// Adapts the loss scale of a float16 training; false when the gradients were too large for it,
  /// which is the scale's fault and not the step's.
  private func isAtFittingScale(_ outcome: GradientStep.Outcome) throws -> Bool {
    guard settings.precision == .float16, outcome.loss.isFinite else { return true }
    var scale = LossScale(state.lossScale)
    let isOrdinary = scale.update(gradientsAreFinite: outcome.isFinite)
    state.lossScale = scale.state
    if !isOrdinary { try note("the loss scale is lowered to \(Int(scale.factor))") }
    return isOrdinary
  }

  private func skipStep(_ reason: String) throws {
    state.skippedInARow += 1
    state.skipped += 1
    try note("step \(state.step + 1) was skipped: \(reason)")
    if state.skippedInARow >= settings.skipsBeforeReturn { try goBack() }
  }

  /// Takes the weights of the last good state, and half the learning rate.
  ///
  /// The patches are not taken again, and random numbers go on.
  private func goBack() throws {
    let rate = parts.optimiser.learningRate
    guard state.returns < Self.mostReturns else {
      throw TrainingError(
        description:
          "the loss was not a usable number for \(state.skippedInARow) steps in a row, and "
          + "going back \(state.returns) times with half the learning rate (now \(rate)) did not help; "
          + "lower training.optimiser.learningRate, or look at the images for extreme values. The best "
          + "model so far is kept in \(run.checkpoints.path)")
    }
    // Where the newest state has led nowhere, the one before it may.
    let chosen = try Self.shared(group, run) {
      let states = try Self.states(of: run)
      return stepsSinceReturn == 0 && state.returns > 0 ? states.last : states.first
    }
    guard let good = chosen else {
      throw TrainingError(
        description: "no state of the training in \(run.checkpoints.path) can be read; begin anew")
    }
    try good.restore(parts, randomNumbers: false)
    parts.model.description.figures = good.description.figures
    schedule.state = good.state.rate
    var back = good.state
    back.batch = state.batch
    back.skipped = state.skipped
    back.returns = state.returns + 1
    back.rateFactor = state.rateFactor / 2
    back.validationSeconds = state.validationSeconds
    back.division = state.division
    back.hasHalvedParts = state.hasHalvedParts
    back.lossScale = state.lossScale
    state = back
    stepsSinceReturn = 0
    try note(
      "went back to step \(state.step), with half the learning rate, after "
        + "\(settings.skipsBeforeReturn) skipped steps in a row")
  }
}
