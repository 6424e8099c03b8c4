import Foundation

/// Judges a run by its metrics.
struct RunJudge {
  let history: RunHistory
  let configuration: Configuration
  /// Validations with a number, and the best of them.
  let validations: [(step: Int, psnr: Double, channels: [Double])]
  let best: (step: Int, psnr: Double, channels: [Double])?
  let lastStep: Int

  init(_ history: RunHistory, _ configuration: Configuration) {
    self.history = history
    self.configuration = configuration
    self.validations = history.validations.compactMap { event in
      event.meanPSNR.finite.map { (event.step ?? 0, $0, event.psnr ?? []) }
    }
    self.best = validations.max { $0.psnr < $1.psnr }
    self.lastStep = history.latestStep?.step ?? 0
  }

  private var isJudgeable: Bool { validations.count >= RunAdvice.fewestValidations }

  private func name(_ channel: Int) -> String {
    let targets = configuration.data.targets
    return targets.indices.contains(channel) ? targets[channel].name : "channel \(channel)"
  }

  // MARK: What was learned

  /// Whether the structures were learned at all.
  var learning: [RunAdvice] {
    guard isJudgeable, let best, let trivial = history.trivialPSNR,
      trivial.count == best.channels.count
    else { return [] }
    let failed = trivial.indices.filter { best.channels[$0] - trivial[$0] < RunAdvice.leastGain }
    guard !failed.isEmpty else { return [] }
    if failed.count == trivial.count {
      let input = trivial.reduce(0, +) / Double(trivial.count)
      return [
        RunAdvice(
          kind: .underfitted,
          sentence:
            "The structures were not told apart (underfitted): the best PSNR, \(best.psnr.db), is hardly "
            + "above that of the input itself, \(input.db). Train for more steps, with a larger learning "
            + "rate (now \(configuration.training.optimiser.learningRate)), or with a larger network: "
            + "more filters, more context. If that does not help, look at the images: do the targets show the same "
            + "places, and differ in structure?")
      ]
    }
    return failed.map { channel in
      RunAdvice(
        kind: .channelNotLearned,
        sentence:
          "\(name(channel)) was not learned: its PSNR, \(best.channels[channel].db), is hardly above "
          + "that of the input itself, \(trivial[channel].db), while other structures were. Look at its images: are they "
          + "of the same places, in focus, and bright enough beside the others? Longer training can "
          + "help, and so can a larger share in the loss (loss.channelWeights).")
    }
  }

  // MARK: What was lost again

  /// Whether the validation became worse.
  var decline: [RunAdvice] {
    guard isJudgeable, let best, best.step * 4 <= lastStep * 3 else { return [] }
    let late = validations.filter { $0.step * 4 > lastStep * 3 }.map(\.psnr)
    guard !late.isEmpty else { return [] }
    let now = Spread(late).mean
    guard best.psnr - now >= RunAdvice.decline else { return [] }
    let what =
      "The validation was best at step \(best.step), \(best.psnr.db), and worse later, "
      + "\(now.db) in the last quarter"
    if lossChange(since: best.step).map({ $0 > 0 }) ?? false {
      return [
        RunAdvice(
          kind: .unstable,
          sentence:
            what
            + "; the training's own loss rose too (unstable). Take a smaller learning rate (now "
            + "\(configuration.training.optimiser.learningRate)) or a larger batch (now "
            + "\(configuration.training.batch)).")
      ]
    }
    let flips =
      configuration.training.flips ? "" : "patches that are flipped and turned (training.flips), "
    return [
      RunAdvice(
        kind: .overfitted,
        sentence:
          what
          + ", while the training's own loss did not rise: the network learned its images by heart "
          + "(overfitted). The best model was kept. More images help most; also \(flips)dropout, or a "
          + "smaller network. With early stopping (training.earlyStoppingPatience) the time after the "
          + "best is saved.")
    ]
  }

  /// How much the reconstruction of the training rose from a step to the end of the stage that the
  /// loss was in then, beyond what chance does; nil where there are too few steps.
  private func lossChange(since step: Int) -> Double? {
    let loss = configuration.loss
    let border = Int(min(max(loss.likelihoodFrom, 0), 1) * Double(lastStep))
    let isStaged = loss.kind == .meanThenLikelihood && configuration.network.logVariance != .unit
    let stage = history.steps.filter { event in
      let number = event.step ?? 0
      guard number > step else { return false }
      return !isStaged || (number < border) == (step < border)
    }.compactMap(\.reconstruction?.finite)
    let count = stage.count / 4
    guard count >= 10 else { return nil }
    let before = Spread(stage.prefix(count))
    let after = Spread(stage.suffix(count))
    let chance = 2 * ((before.variance + after.variance) / Double(count)).squareRoot()
    let change = after.mean - before.mean
    return abs(change) < chance ? 0 : change
  }

  /// Steps that could not be taken.
  var skipping: [RunAdvice] {
    let skipped = history.skippedSteps
    guard skipped > 0 else { return [] }
    return [
      RunAdvice(
        kind: .skippedSteps,
        sentence:
          "\(skipped) of \(lastStep + skipped) steps were skipped, since their loss was no usable "
          + "number. A few do no harm; with more than one in a hundred take a smaller learning rate "
          + "(now \(configuration.training.optimiser.learningRate)), or look for extreme values in "
          + "the images.")
    ]
  }

  // MARK: How it ended

  /// Whether a longer training would help, where that can be said.
  func end(isInTrouble: Bool) -> [RunAdvice] {
    guard let best else {
      return [
        RunAdvice(
          kind: .noValidation,
          sentence:
            "No validation was done, so nothing can be said about the result. Keep a part of the images "
            + "for it (--validation 0.1).")
      ]
    }
    guard isJudgeable else {
      return [
        RunAdvice(
          kind: .tooShort,
          sentence:
            "With \(validations.count == 1 ? "one validation" : "\(validations.count) validations") "
            + "there is too little to judge by; train longer, or validate "
            + "more often (--steps-per-epoch).")
      ]
    }
    let early = validations.filter { $0.step * 4 <= lastStep * 3 }.map(\.psnr).max()
    guard let early, best.psnr - early >= RunAdvice.improvement else {
      guard !isInTrouble else { return [] }
      return [
        RunAdvice(
          kind: .converged,
          sentence:
            "The training was done: the last quarter brought less than \(RunAdvice.improvement.db). If "
            + "\(best.psnr.db) are not enough, take more images, a larger network (more filters), or "
            + "more context.")
      ]
    }
    return [
      RunAdvice(
        kind: .stillImproving,
        sentence:
          "The network was still improving: the last quarter brought \((best.psnr - early).db), to "
          + "\(best.psnr.db). " + longer)
    ]
  }

  /// How to train longer.
  private var longer: String {
    let training = configuration.training
    let twice =
      training.timeBudget > 0
      ? "--time " + String(format: "%.0f", 2 * training.timeBudget)
      : "--epochs " + String(format: "%.0f", 2 * Double(training.epochs))
    return training.schedule.kind == .cosine
      ? "Train anew for twice as long (\(twice)): the learning rate has fallen to its end in this run."
      : "Go on for as long again (--resume with \(twice))."
  }

  // MARK: Latent variables

  /// Levels whose latent variables are not used.
  var latents: [RunAdvice] {
    guard configuration.loss.klWeight > 0 else { return [] }
    let late = history.steps.suffix(max(history.steps.count / 10, 1)).compactMap(\.klPerLevel)
    guard late.count >= 10, let levels = late.first?.count, levels > 0,
      late.allSatisfy({ $0.count == levels })
    else { return [] }
    let limit = max(RunAdvice.leastDivergence, configuration.loss.freeBits * 1.01)
    let collapsed = (0..<levels).filter { level in
      let mean = Spread(late.map { $0[level] }).mean
      return mean.isFinite && abs(mean) < limit
    }
    guard !collapsed.isEmpty else { return [] }
    let advice =
      "the posterior has collapsed onto the prior). The prediction hardly suffers, but draws "
      + "differ less than they should. If draws matter, take a smaller loss.klWeight (now "
      + "\(configuration.loss.klWeight)) or free bits (loss.freeBits=0.02); if not, --backbone hae "
      + "has no such variables."
    let which =
      collapsed.count == levels
      ? "The latent variables of all \(levels) levels carry nothing ("
      : "The latent variables of \(collapsed.count) of \(levels) levels ("
        + "number " + collapsed.map { "\($0)" }.joined(separator: ", ")
        + ", where 0 is the bottom) carry nothing ("
    return [RunAdvice(kind: .collapsedPosterior, sentence: which + advice)]
  }
}

extension Double {
  /// A PSNR, or a difference of two, in words.
  fileprivate var db: String { String(format: "%.2f dB", self) }
}
