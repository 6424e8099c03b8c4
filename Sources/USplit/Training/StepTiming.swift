import Experiment
import Torch

/// How long the steps of a training take on this machine.
public enum StepTiming {
  /// Measures a step with patches that show nothing: the second of two, since the first one also makes
  /// room.
  ///
  /// - Returns: seconds for a batch, without the optimiser's part and the reading of patches
  /// - Throws: `ConfigurationError` for an impossible network, `TorchError` when the device fails.
  public static func seconds(_ configuration: Configuration, device: Device) throws -> Double {
    let network = configuration.network
    let store = try ParameterStore(
      seed: 0, device: device, layout: device == .cpu ? .channelsLast : .channelsFirst)
    let split = try network.makeNetwork(store.root)
    let generator = try Generator(seed: 0, device: device)
    let loss = SplitLoss(configuration.loss)
    let (count, side) = (configuration.training.batch, network.patch)
    let input = Tensor.zeros([count, 1 + network.contexts, side, side], device: device)
    let target = Tensor.zeros([count, network.targets, side, side], device: device)
    let pass = Pass(
      mode: .training(generator), latents: .sample(generator),
      divergence: configuration.loss.klWeight > 0 ? configuration.loss.klEstimate : nil)
    let autocast = try Autocast(configuration.training.precision.type, on: device)
    var seconds = 0.0
    for _ in 0..<2 {
      let start = ContinuousClock.now
      let prediction = autocast { split(input, pass) }
      let terms = loss(
        prediction.prediction, latents: prediction.latents, auxiliary: prediction.auxiliary,
        target: target, stage: .meanSquaredError, divergenceWeight: configuration.loss.klWeight)
      try terms.total.backward()
      // A device that works on its own is waited for.
      _ = try store.parameters.first?.gradient?.sum().item()
      seconds = (ContinuousClock.now - start).seconds
    }
    return seconds
  }
}
