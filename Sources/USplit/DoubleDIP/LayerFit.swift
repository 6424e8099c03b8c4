import Torch

/// Networks that are being fitted to one image.
final class LayerFit {
  /// The layers of the iteration whose sum was closest to the image, each `[1, 1, H, W]`.
  private(set) var best: [Tensor] = []
  private var leastError = Double.infinity

  private let image: Tensor
  private let size: Size
  private let settings: DoubleDIPSettings
  private let store: ParameterStore
  private let networks: [GeneratorNetwork]
  private let inputs: [Tensor]
  private let optimiser: AdamW
  private let generator: Generator
  private let exclusion = ExclusionLoss()

  /// - Parameters:
  ///   - image: what the layers have to add up to, `[1, 1, H, W]`, about 0 to 1
  ///   - size: what the networks run on, no smaller than the image
  init(
    _ image: Tensor, size: Size, layers: Int, _ settings: DoubleDIPSettings, _ device: Device
  ) throws {
    // Pixel by pixel is the faster order for convolutions on the CPU (docs/architecture.md).
    let store = try ParameterStore(
      seed: settings.seed, device: device, layout: device == .cpu ? .channelsLast : .channelsFirst)
    self.image = try image.moved(to: device)
    self.size = size
    self.settings = settings
    self.store = store
    self.networks = (0..<layers).map { GeneratorNetwork(store.root["layers"][$0], settings) }
    // Drawn on the CPU, so that a seed gives the same noise on every device.
    let source = try Generator(seed: settings.seed &+ 1)
    let amplitude = settings.inputAmplitude
    let shape = [1, settings.inputChannels, size.height, size.width]
    self.inputs = try (0..<layers).map { _ in
      try Tensor.uniform(in: -amplitude...amplitude, shape, generator: source).moved(to: device)
    }
    self.generator = try Generator(seed: settings.seed &+ 2, device: device)
    // Without weight decay AdamW is Adam.
    self.optimiser = AdamW(store, learningRate: settings.learningRate, weightDecay: 0)
  }

  /// One step of the optimiser.
  ///
  /// - Parameters:
  ///   - iteration: its number, from 0
  ///   - done: the share of the work before it
  /// - Returns: the loss before it, and the mean absolute difference of image and sum
  /// - Throws: `DoubleDIPError` of kind `diverged`, `TorchError` when the device fails.
  func step(_ iteration: Int, done: Double) throws -> (loss: Double, error: Double) {
    let layers = layers(iteration, done)
    let sum = layers.dropFirst().reduce(layers[0], +)
    let difference = (sum - image).absolute().mean()
    let weight = settings.exclusionWeight
    let total = weight > 0 ? difference + weight * exclusion(layers) : difference
    let (loss, error) = (try total.item(), try difference.item())
    guard loss.isFinite else {
      throw DoubleDIPError(
        .diverged,
        "the loss became \(loss) in iteration \(iteration + 1); lower the learning rate (now "
          + "\(settings.learningRate)), take another seed, or look at the image for extreme values")
    }
    if error < leastError {
      leastError = error
      best = layers.map { $0.detached() }
    }
    store.clearGradients()
    try total.backward()
    try optimiser.takeStep()
    return (loss, error)
  }

  /// What the networks make of their inputs, cropped to the image's size.
  private func layers(_ iteration: Int, _ done: Double) -> [Tensor] {
    let turn = settings.turn(at: iteration)
    let noise = settings.inputNoise(at: done)
    return zip(networks, inputs).map { network, input in
      var input = input
      if noise > 0 { input = input + noise * Tensor.normal(input.shape, generator: generator) }
      let turned = turn.applied(to: input).arranged(store.layout)
      return turn.undone(network(turned, mode: .training(generator)))
        .centerCropped(to: image.spatialSize)
    }
  }
}
