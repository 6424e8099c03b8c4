import Experiment
import Imaging
import Torch

extension Trainer {
  /// Validates after an epoch, and saves the model; false when somebody stopped it before.
  func validate() throws -> Bool {
    let began = ContinuousClock.now
    try group?.averageBuffers(of: parts.model.store)
    let work = { [self] () throws -> Bool in
      guard let result = try sharedValidation() else { return false }
      state.awaitsValidation = false
      try judge(result)
      return true
    }
    let isDone = try parts.average.map { try $0.applied(work) } ?? work()
    state.validationSeconds = max(
      state.validationSeconds, (ContinuousClock.now - began).seconds)
    return isDone
  }

  private func judge(_ result: Validation.Result) throws {
    let model = parts.model
    let score = result.meanPSNR
    let isBetter =
      score.map { $0 > (state.best ?? -.infinity) + settings.earlyStoppingMinimum } ?? true
    tellModel(psnr: result.psnr)
    state.epochsSinceBest = isBetter ? 0 : state.epochsSinceBest + 1
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
    try write(event)
    report(.validation(event))
    if isBetter {
      try persist { try model.save(to: run.best) }
      if let picture = try validation.preview(model) {
        let name = "epoch-" + String(1_000_000 + state.epoch).dropFirst() + ".png"
        try persist { try PNG.write(picture, to: run.previews.appendingPathComponent(name)) }
      }
    }
    try persist { try model.save(to: run.last) }
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
