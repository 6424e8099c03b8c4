import Experiment
import Foundation
import Imaging
import Torch

extension Trainer {
  /// Validates after an epoch, and saves the model; false when somebody stopped it before.
  func validate() throws -> Bool {
    let began = ContinuousClock.now
    try group?.averageBuffers(of: parts.model.store)
    let work = { [self] () throws -> Bool in
      let result = try profile.measure(.validation) { try sharedValidation() }
      guard let result else { return false }
      state.awaitsValidation = false
      try judge(result)
      return true
    }
    let isDone = try parts.average.map { try $0.applied(work) } ?? work()
    state.validationSeconds = max(
      state.validationSeconds, (ContinuousClock.now - began).seconds)
    return isDone
  }

  /// The patches of a validation that are computed at once: as many as in a step.
  var patchesAtOnce: Int {
    division.patchesAtOnce(of: settings.batch)
  }

  private func judge(_ result: Validation.Result) throws {
    let model = parts.model
    let score = result.meanPSNR
    if state.stage == .both, state.stageOfBest != .both {
      // A model that knows nothing of its errors yet is not kept, however good its means are.
      state.best = nil
    }
    let isBetter =
      score.map { $0 > (state.best ?? -.infinity) + settings.earlyStoppingMinimum } ?? true
    tellModel(psnr: result.psnr)
    state.epochsSinceBest = isBetter ? 0 : state.epochsSinceBest + 1
    if isBetter { state.stageOfBest = state.stage }
    if let score {
      state.best = max(state.best ?? score, score)
      schedule.update(score: score)
    }
    guard isFirst else { return }

    var event = makeEvent(.validation)
    event.reconstruction = result.loss
    event.psnr = result.psnr.isEmpty ? nil : result.psnr
    event.meanPSNR = score
    event.best = isBetter
    event.trivialPSNR = result.trivial
    try write(event)
    profile.measure(.reporting) { report(.validation(event)) }
    if isBetter {
      try persist { try model.save(to: run.best) }
      try profile.measure(.previews) { try drawPreview() }
    }
    try persist { try model.save(to: run.last) }
  }

  /// Draws what the model does now, into the folder of previews and the event file.
  private func drawPreview() throws {
    guard let picture = try validation.preview(parts.model, atOnce: patchesAtOnce) else { return }
    let name = "epoch-" + String(1_000_000 + state.epoch).dropFirst() + ".png"
    let file = run.previews.appendingPathComponent(name)
    try persist(as: .previews) { try PNG.write(picture, to: file) }
    guard let tensorBoard else { return }
    let png = try Data(contentsOf: file)
    try persist(bytes: png.count, as: .previews) {
      try tensorBoard.write(preview: png, step: state.step)
    }
  }

  /// Finds out for the best and for the last model how their predictions are best averaged and how
  /// large errors are beside the deviations that they predict, and writes that into their files.
  ///
  /// A signal ends it and leaves the models without.
  func calibrate() throws {
    guard isFirst else { return }
    let calibrator = Calibrator(data, patch: configuration.network.patch)
    let choice = TurnChoice(data, patch: configuration.network.patch)
    var known: ModelDescription?
    for file in [run.best, run.last] {
      let model = try SplitModel(contentsOf: file, device: parts.model.store.device)
      if let known, known.figures == model.description.figures {
        (model.description.turns, model.description.calibration) = (known.turns, known.calibration)
      } else {
        try profile.measure(.validation) {
          if configuration.training.chooseTurns {
            model.description.turns = try choice(
              model, atOnce: patchesAtOnce, shouldStop: shouldStop)
          }
          model.description.calibration = try calibrator(
            model, turns: model.description.turns ?? 1, atOnce: patchesAtOnce,
            shouldStop: shouldStop)
        }
        known = model.description
      }
      guard !shouldStop() else { return }
      try persist { try model.save(to: file) }
    }
  }

  /// Saves the model of a training that was stopped between validations.
  func saveUnvalidated() throws {
    try group?.averageBuffers(of: parts.model.store)
    guard isFirst else { return }
    let model = parts.model
    let figures = model.description.figures
    let work = { [self] () throws in
      tellModel(psnr: [])
      try persist { try model.save(to: run.last) }
      // So that there is a model to use, whatever it is worth.
      if state.best == nil { try persist { try model.save(to: run.best) } }
      model.description.figures = figures
    }
    if let average = parts.average { try average.applied(work) } else { try work() }
  }

  private func tellModel(psnr: [Double]) {
    parts.model.description.figures.steps = state.step
    parts.model.description.figures.epochs = state.epoch
    parts.model.description.figures.seconds = seconds
    parts.model.description.figures.psnr = psnr
  }
}
