import Experiment
import Imaging
import Torch

/// Measures how large errors are on the validation part where a model predicts large deviations.
struct Calibrator {
  /// Patches at most.
  private static let mostPatches = 512
  /// Draws of the latent variables of each, in all of its turns together.
  private static let draws = 8
  /// Bins of pixels, from which scales are made.
  private static let knots = 20

  private let data: PreparedData
  private let patches: ValidationPatches
  private let patch: Int
  /// Pixels at the borders of a patch that are not kept of a tile, either.
  private let margin: Int

  /// - Parameter data: whose validation part is measured
  init(_ data: PreparedData, patch: Int) {
    self.data = data
    self.patch = patch
    self.margin = SplitOptions.standardMargin(patch: patch)
    self.patches = ValidationPatches(
      data, patch: patch, step: patch - 2 * margin, limit: Self.mostPatches)
  }

  /// The scales of a model; nil where no patches validate or nothing tells a deviation.
  ///
  /// - Parameters:
  ///   - turns: turns of each patch that are averaged
  ///   - atOnce: the patches that are computed at once
  ///   - shouldStop: asked before each batch
  /// - Returns: nil when it was stopped, too
  func callAsFunction(
    _ model: SplitModel, turns: Int, atOnce: Int, shouldStop: () -> Bool
  ) throws -> Calibration? {
    guard !patches.isEmpty, model.description.predictsDeviation(samples: 2) else { return nil }
    let (description, device) = (model.description, model.store.device)
    var calibration = Calibration(mean: [], drawn: [])
    if description.predictsDeviation(samples: 1) {
      let pass = Pass(mode: .evaluation, latents: .mean)
      guard let scales = try scales(model, pass, turns, count: 1, atOnce, shouldStop) else {
        return nil
      }
      calibration.mean = scales
    }
    if description.network.backbone.isStochastic {
      let pass = Pass(
        mode: .evaluation, latents: .sample(try Generator(seed: 0, device: device)))
      let draws = max(2, Self.draws / turns)
      guard let scales = try scales(model, pass, turns, count: draws, atOnce, shouldStop) else {
        return nil
      }
      calibration.drawn = scales
    }
    return calibration
  }

  /// One scale for each target, from the middle of the patches, which is what is kept of a tile.
  private func scales(
    _ model: SplitModel, _ pass: Pass, _ turns: Int, count: Int, _ atOnce: Int,
    _ shouldStop: () -> Bool
  ) throws -> [DeviationScale]? {
    // Of each frame, those of its targets.
    var histograms: [Int: [ErrorHistogram]] = [:]
    var isStopped = false
    let autocast = try Autocast(.float32, on: model.store.device)
    let targets = data.names.count
    let frames = patches.frames
    var first = 0
    try patches.forEachBatch(of: atOnce) { batch in
      defer { first += batch.count }
      isStopped = isStopped || shouldStop()
      guard !isStopped else { return }
      let values = try model.averaged(
        batch, turns: turns, pass, count: count, withDeviation: true, autocast)
      for index in 0..<batch.count * targets {
        let frame = frames[first + index / targets]
        let channel = index % targets
        let mean = (index / targets * 2 * targets + channel) * patch * patch
        let deviation = mean + targets * patch * patch
        for row in margin..<patch - margin {
          let line = row * patch + margin..<(row + 1) * patch - margin
          histograms[frame, default: data.names.map { _ in ErrorHistogram() }][channel].add(
            deviations: values[deviation + line.lowerBound..<deviation + line.upperBound],
            errors: line.map { values[mean + $0] - batch.targets[index * patch * patch + $0] })
        }
      }
    }
    guard !isStopped else { return nil }
    return data.names.indices.map { channel in
      let curve = ErrorHistogram.typicalCurve(
        of: histograms.values.map { $0[channel] }, bins: Self.knots)
      return DeviationScale(curve) ?? DeviationScale(factor: 1)
    }
  }
}
