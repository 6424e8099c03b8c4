import Experiment
import Imaging
import Torch

/// Measures a model on the validation part, and draws what it does there.
struct Validation {
  /// What a validation found.
  struct Result {
    /// Reconstruction loss; nil without validation part.
    var loss: Double?
    /// PSNR of every target over all patches, in dB (the authors' `val_psnr`).
    var psnr: [Double]
    /// The same of the input itself; nil when that was not measured.
    var trivial: [Double]?

    var meanPSNR: Double? { psnr.isEmpty ? nil : psnr.reduce(0, +) / Double(psnr.count) }
  }

  /// Largest side of the part of a frame that is drawn, in pixels.
  private static let previewSide = 256

  private let data: PreparedData
  private let patches: ValidationPatches
  private let loss: SplitLoss
  private let configuration: Configuration

  init(_ data: PreparedData, _ configuration: Configuration) {
    self.data = data
    self.configuration = configuration
    self.loss = SplitLoss(configuration.loss)
    self.patches = ValidationPatches(
      data, patch: configuration.network.patch, limit: configuration.training.validationPatches)
  }

  /// The loss and the PSNR per target, with the running statistics.
  ///
  /// The same numbers are drawn for the latent variables each time.
  ///
  /// - Parameters:
  ///   - atOnce: the patches that are computed at once
  ///   - measuresInput: whether the input itself is measured as a prediction too
  ///   - shouldStop: asked before each batch
  /// - Returns: nil when it was stopped
  func run(
    _ model: SplitModel, atOnce: Int, measuresInput: Bool = false, shouldStop: () -> Bool
  ) throws -> Result? {
    guard !patches.isEmpty else { return Result(loss: nil, psnr: []) }
    let device = model.store.device
    let generator = try Generator(seed: 0, device: device)
    let latents: Latents =
      configuration.training.validationLatents == .sample ? .sample(generator) : .mean
    let stage: SplitLoss.Stage =
      configuration.loss.kind == .likelihood ? .likelihood : .meanSquaredError
    var running = [RunningPSNR](repeating: RunningPSNR(), count: data.names.count)
    var trivial = running
    var sum = 0.0
    var count = 0
    var isStopped = false
    try patches.forEachBatch(of: atOnce) { batch in
      isStopped = isStopped || shouldStop()
      guard !isStopped else { return }
      try withoutGradients { () throws in
        let prediction = model(
          try batch.inputTensor(on: device), Pass(mode: .evaluation, latents: latents))
        let terms = loss(
          prediction.distribution, latents: [], auxiliary: prediction.auxiliary,
          target: try batch.targetTensor(on: device),
          stage: stage, divergenceWeight: 0)
        sum += try terms.total.item() * Double(batch.count)
        count += batch.count
        let means = try prediction.distribution.mean.floats()
        let area = batch.patch * batch.patch
        for index in 0..<batch.count * batch.channels {
          let part = index * area..<(index + 1) * area
          running[index % batch.channels].add(target: batch.targets[part], prediction: means[part])
          guard measuresInput else { continue }
          let start = index / batch.channels * batch.images * area
          trivial[index % batch.channels].add(
            target: batch.targets[part], prediction: batch.inputs[start..<start + area])
        }
      }
    }
    guard !isStopped else { return nil }
    return Result(
      loss: sum / Double(count), psnr: running.compactMap(\.value),
      trivial: measuresInput ? trivial.compactMap(\.value) : nil)
  }

  /// Input, predictions and targets of a part of the first validation frame, side by side; of the
  /// first training frame when nothing validates.
  func preview(_ model: SplitModel, atOnce: Int) throws -> RGBImage? {
    guard let region = (data.split.validation + data.split.train).first else { return nil }
    let height = min(region.height, Self.previewSide)
    let width = min(region.width, Self.previewSide)
    let part = try data.region(
      FrameRegion(
        frame: region.frame, row: region.row + (region.height - height) / 2,
        column: region.column + (region.width - width) / 2, height: height, width: width))
    var options = SplitOptions(inner: configuration.network.patch)
    options.batch = min(options.batch, atOnce)
    let splitter = Splitter(model, options)
    // The part is split as an image of its own, so its context ends at its border.
    let predictions = try splitter(part.input)
    let scores = zip(part.targets, predictions).map { target, prediction in
      ImageMetrics.rangeInvariantPSNR(target: target, prediction: prediction)
        .map { $0.formatted(digits: 1) + " dB" } ?? ""
    }
    return Panel.splitPanel(
      input: part.input, predictions: predictions, targets: part.targets, names: data.names,
      scores: scores,
      title: "validation, epoch \(model.description.figures.epochs)")
  }
}
