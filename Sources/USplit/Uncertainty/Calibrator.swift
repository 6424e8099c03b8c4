import Experiment
import Imaging
import Torch

/// Measures how large errors are on the validation part where a model predicts large deviations.
struct Calibrator {
  /// Patches at most.
  private static let mostPatches = 256
  /// Draws of the latent variables of each.
  private static let draws = 8

  private let data: PreparedData
  private let patches: ValidationPatches
  private let patch: Int

  /// - Parameter data: whose validation part is measured
  init(_ data: PreparedData, patch: Int) {
    self.data = data
    self.patch = patch
    self.patches = ValidationPatches(data, patch: patch, limit: Self.mostPatches)
  }

  /// The factors of a model; nil where no patches validate or nothing tells a deviation.
  ///
  /// - Parameters:
  ///   - atOnce: the patches that are computed at once
  ///   - shouldStop: asked before each batch
  /// - Returns: nil when it was stopped, too
  func callAsFunction(
    _ model: SplitModel, atOnce: Int, shouldStop: () -> Bool
  ) throws -> Calibration? {
    guard !patches.isEmpty, model.description.predictsDeviation(samples: 2) else { return nil }
    let (description, device) = (model.description, model.store.device)
    var calibration = Calibration(mean: [], drawn: [])
    if description.predictsDeviation(samples: 1) {
      let pass = Pass(mode: .evaluation, latents: .mean)
      guard let factors = try factors(model, pass, count: 1, atOnce, shouldStop) else { return nil }
      calibration.mean = factors
    }
    if description.network.backbone.isStochastic {
      let pass = Pass(
        mode: .evaluation, latents: .sample(try Generator(seed: 0, device: device)))
      guard let factors = try factors(model, pass, count: Self.draws, atOnce, shouldStop) else {
        return nil
      }
      calibration.drawn = factors
    }
    return calibration
  }

  /// One factor for each target, from the middle of the patches, which is what is kept of a tile.
  private func factors(
    _ model: SplitModel, _ pass: Pass, count: Int, _ atOnce: Int, _ shouldStop: () -> Bool
  ) throws -> [Double]? {
    var histograms = data.names.map { _ in ErrorHistogram() }
    var isStopped = false
    let autocast = try Autocast(.float32, on: model.store.device)
    let margin = SplitOptions.standardMargin(patch: patch)
    try patches.forEachBatch(of: atOnce) { batch in
      isStopped = isStopped || shouldStop()
      guard !isStopped else { return }
      try withoutGradients { () throws in
        let estimate = model.estimate(
          try batch.inputTensor(on: model.store.device), pass, count: count, withDeviation: true,
          autocast)
        let means = try estimate.mean.floats()
        let deviations = try estimate.deviation?.floats() ?? []
        for index in 0..<batch.count * batch.channels {
          for row in margin..<patch - margin {
            let start = (index * patch + row) * patch
            let line = start + margin..<start + patch - margin
            histograms[index % batch.channels].add(
              deviations: deviations[line], errors: line.map { means[$0] - batch.targets[$0] })
          }
        }
      }
    }
    return isStopped ? nil : histograms.map { $0.curve().factor ?? 1 }
  }
}
