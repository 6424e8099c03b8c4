import Experiment
import Torch

/// What a network costs, found out without computing it.
public struct NetworkCost: Codable, Equatable, Sendable {
  /// Learned numbers.
  public var parameters: Int
  /// Floating-point operations of the convolutions for one patch, forward, in units of 10⁹; a
  /// multiply and an add count as two.
  public var gigaflopPerPatch: Double
  /// Memory of a training with the configured batch, as far as it is computed at once, in bytes: an
  /// estimate.
  public var trainingMemory: Int
  /// Memory of a prediction with the configured batch, in bytes: an estimate.
  public var predictionMemory: Int

  /// The program and LibTorch alone, in bytes.
  private static let base = 300 << 20

  /// Runs the configured network on a device without values and counts.
  ///
  /// - Throws: `ConfigurationError` for an impossible network.
  public static func measure(_ configuration: Configuration) throws -> NetworkCost {
    let network = configuration.network
    let store = try ParameterStore(seed: 0, device: .meta)
    let split = try network.makeNetwork(store.root)
    let side = network.patch
    let input = Tensor.zeros([1, 1 + network.contexts, side, side], device: .meta)
    let pass = Pass(
      mode: .evaluation, latents: .sample(try Generator(seed: 0, device: .meta)),
      divergence: configuration.loss.klEstimate)
    let training = configuration.training
    var trainingPass = pass
    trainingPass.recomputedLevels = training.recompute
    // The loops of the CPU keep less for the way back than LibTorch's operations.
    let isFast = training.precision == .float32 && training.device == "cpu"
    func count(_ pass: Pass) -> (result: NetworkOutput, operations: Int, bytes: Int) {
      Kernels.limited(to: isFast ? .best : .none) { Runtime.counting { split(input, pass) } }
    }
    let (counted, kept) = (count(pass), count(trainingPass))
    // Latent variables and losses stay float32.
    let keptBytes = training.precision == .float32 ? kept.bytes : kept.bytes / 20 * 11
    let batch = training.batch
    // Weights, gradients, two moments; an average is one more.
    let copies = training.averaging > 0 ? 5 : 4
    // A training keeps nearly all results for the backward pass; a prediction gives them back.
    func memory(weights: Int, patches: Int, bytesPerPatch: Int) -> Int {
      Int(clamping: Int128(base) + Int128(weights * 4) + Int128(patches) * Int128(bytesPerPatch))
    }
    return NetworkCost(
      parameters: store.parameterCount, gigaflopPerPatch: Double(counted.operations) / 1e9,
      trainingMemory: memory(
        weights: copies * store.parameterCount,
        patches: StepDivision(training).patchesAtOnce(of: batch), bytesPerPatch: keptBytes),
      predictionMemory: memory(
        weights: store.parameterCount, patches: batch, bytesPerPatch: counted.bytes / 8))
  }
}
