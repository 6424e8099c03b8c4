import Imaging
import Torch

/// How far a separation is.
public struct DoubleDIPProgress: Sendable {
  /// Iterations that are done.
  public let iteration: Int
  /// What the last iteration minimised.
  public let loss: Double
  /// Mean absolute difference between image and sum of layers, as a share of the image's range.
  public let error: Double
  /// The share that is done: by iterations or by time, whichever is further.
  public let done: Double
}

/// Separates one superimposed image into layers without any training data (Gandelsman, Shocher and
/// Irani, CVPR 2019, "Double-DIP").
///
/// One ``GeneratorNetwork`` for each layer makes an image of fixed noise, and all of them are
/// fitted together until the layers add up to the image. A network takes up an image of one
/// structure more readily than a mixture of two, and edges that coincide cost extra, so the layers
/// tend to become different structures. Nothing says which ones: many splits add up to the same
/// image, and the layers come in any order and share of the brightness. The μSplit paper measured
/// this as its unsupervised baseline (Table 1, section S.6.1).
///
/// From the publication: coupled deep image priors, a reconstruction loss and an exclusion loss.
/// From the public program of its authors, as it separates one image: all numbers
/// (``DoubleDIPSettings``), the mean absolute difference, the plain sum of the layers, noise added
/// to the inputs, turned inputs, and that the iteration whose sum was closest to the image is kept.
/// Ours: every iteration is a candidate, not each eighth; layers are turned back rather than the
/// image turned; the networks run on a size that can be halved and their result is cropped, so that
/// the image has any size; the image's range (its 0.999 quantile); more than two layers.
public struct DoubleDIP {
  /// The program and LibTorch alone, in bytes.
  private static let base = 300 << 20

  private let settings: DoubleDIPSettings
  private let device: Device
  private let memoryLimit: Int

  /// - Parameter memoryLimit: most bytes that a separation may need by its estimate
  /// - Throws: `DoubleDIPError` of kind `settings`.
  public init(
    _ settings: DoubleDIPSettings, device: Device = .cpu, memoryLimit: Int = Memory.available
  ) throws(DoubleDIPError) {
    try settings.validate()
    self.settings = settings
    self.device = device
    self.memoryLimit = memoryLimit
  }

  /// The layers of an image.
  ///
  /// The same seed gives the same layers on the same machine with as many threads, as long as time
  /// does not end the iterations; a GPU adds gradients up in any order.
  ///
  /// - Parameters:
  ///   - image: the superimposed image, of any size from 2 × 2 pixels on that fits into memory
  ///   - layers: how many, 2 to 8
  ///   - progress: called after each iteration
  ///   - shouldStop: asked after each iteration; true ends the separation with the best so far
  /// - Returns: planes of the image's size and units that add up to what was reconstructed of it,
  ///   nowhere below their share of the image's smallest pixel; the one with the greatest mean first,
  ///   as their own order means nothing
  /// - Throws: `DoubleDIPError` of kind `image` for an image that shows nothing, `memory` for one
  ///   too large, `diverged` when the loss is not finite; `TorchError` when the device fails.
  public func separate(
    _ image: Plane, layers: Int = 2, progress: (DoubleDIPProgress) -> Void = { _ in },
    shouldStop: () -> Bool = { false }
  ) throws -> [Plane] {
    try check(layers: layers)
    let range = try LayerRange(image)
    try checkMemory(image, layers: layers)
    let fit = try LayerFit(
      Tensor(range.normalised(image), shape: [1, 1, image.height, image.width]),
      size: GeneratorNetwork.size(for: image, settings), layers: layers, settings, device)
    let start = ContinuousClock.now
    var done = 0.0
    for iteration in 0..<settings.iterations {
      let (loss, error) = try fit.step(iteration, done: done)
      let steps = Double(iteration + 1) / Double(settings.iterations)
      let seconds = (ContinuousClock.now - start).seconds
      let time = settings.timeLimit > 0 ? seconds / settings.timeLimit : 0
      done = min(max(steps, time), 1)
      progress(
        DoubleDIPProgress(iteration: iteration + 1, loss: loss, error: error, done: done))
      if time >= 1 || shouldStop() { break }
    }
    return try fit.best.map { try $0.floats() }
      .sorted { $0.reduce(0) { $0 + Double($1) } > $1.reduce(0) { $0 + Double($1) } }
      .map { range.inUnits($0, height: image.height, width: image.width, layers: layers) }
  }

  // MARK: Memory

  /// What a separation needs, in bytes: an estimate, found out without computing it.
  ///
  /// - Throws: `DoubleDIPError` of kind `settings` for an impossible number of layers.
  public func memory(for image: Plane, layers: Int = 2) throws -> Int {
    try check(layers: layers)
    let size = GeneratorNetwork.size(for: image, settings)
    let store = try ParameterStore(seed: 0, device: .meta)
    let network = GeneratorNetwork(store.root, settings)
    let noise = Tensor.zeros(
      [1, settings.inputChannels, size.height, size.width], device: .meta)
    let counted = Runtime.counting { network(noise, mode: .evaluation) }
    // Nearly all results are kept for the backward pass; weights, gradients and two moments.
    let each = Int128(counted.bytes) + 16 * Int128(store.parameterCount)
    return Int(clamping: Int128(Self.base) + Int128(layers) * each)
  }

  private func checkMemory(_ image: Plane, layers: Int) throws {
    let need = try memory(for: image, layers: layers)
    guard need > memoryLimit else { return }
    func gibibytes(_ bytes: Int) -> String {
      (Double(bytes) / 0x1p30).formatted(digits: 2) + " GiB"
    }
    throw DoubleDIPError(
      .memory,
      "separating \(image.height) × \(image.width) pixels needs about \(gibibytes(need)) of "
        + "memory, \(gibibytes(memoryLimit)) are allowed; crop the image, as the need grows with "
        + "its pixels, or take fewer channels")
  }

  private func check(layers: Int) throws(DoubleDIPError) {
    guard (2...8).contains(layers) else {
      throw DoubleDIPError(.settings, "\(layers) layers; 2 to 8 are possible")
    }
  }
}
