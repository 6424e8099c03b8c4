import CTorch
import Safetensors

/// Moves the parameters of a store along their gradients.
public protocol Optimiser: AnyObject {
  /// The step size; schedules change it.
  var learningRate: Double { get set }
  /// Steps taken.
  var step: Int { get }
  /// Takes one step with the gradients that the parameters hold.
  ///
  /// - Throws: `TorchError.operation` when the device fails.
  func takeStep() throws(TorchError)
}

/// Adamax (Kingma and Ba, 2015, section 7.1), as in PyTorch.
public final class Adamax: Optimiser {
  /// The step size; schedules change it.
  public var learningRate: Double
  /// Steps taken.
  public private(set) var step = 0
  private let moments: Moments
  private let betas: (Double, Double)
  private let epsilon: Double
  private let weightDecay: Double

  /// - Parameters:
  ///   - betas: decay of the mean and of the maximum of the gradients
  ///   - weightDecay: added to the gradients, times the parameters
  public init(
    _ store: ParameterStore, learningRate: Double = 1e-3, betas: (Double, Double) = (0.9, 0.999),
    epsilon: Double = 1e-8, weightDecay: Double = 0
  ) {
    self.learningRate = learningRate
    self.betas = betas
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    self.moments = Moments(store)
  }

  /// Takes one step with the gradients that the parameters hold.
  ///
  /// - Throws: `TorchError.operation` when the device fails.
  public func takeStep() throws(TorchError) {
    step += 1
    try moments.update("an Adamax step") { parameters, first, second, count, slot in
      ct_adamax(
        parameters, first, second, count, Int64(step), learningRate, betas.0, betas.1, epsilon,
        weightDecay, slot)
    }
  }
}

/// AdamW (Loshchilov and Hutter, 2019): Adam with weight decay that does not pass through the
/// moments, as in PyTorch.
public final class AdamW: Optimiser {
  /// The step size; schedules change it.
  public var learningRate: Double
  /// Steps taken.
  public private(set) var step = 0
  private let moments: Moments
  private let betas: (Double, Double)
  private let epsilon: Double
  private let weightDecay: Double

  /// - Parameters:
  ///   - betas: decay of the mean and of the mean square of the gradients
  ///   - weightDecay: share of the parameters taken away per step, times the learning rate
  public init(
    _ store: ParameterStore, learningRate: Double = 1e-3, betas: (Double, Double) = (0.9, 0.999),
    epsilon: Double = 1e-8, weightDecay: Double = 0.01
  ) {
    self.learningRate = learningRate
    self.betas = betas
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    self.moments = Moments(store)
  }

  /// Takes one step with the gradients that the parameters hold.
  ///
  /// - Throws: `TorchError.operation` when the device fails.
  public func takeStep() throws(TorchError) {
    step += 1
    try moments.update("an AdamW step") { parameters, first, second, count, slot in
      ct_adamw(
        parameters, first, second, count, Int64(step), learningRate, betas.0, betas.1, epsilon,
        weightDecay, slot)
    }
  }
}

/// The parameters of a store with two running figures each.
private final class Moments {
  typealias Pointers = [OpaquePointer?]
  private let tensors: [[Tensor]]
  private let pointers: [Pointers]

  init(_ store: ParameterStore) {
    let parameters = store.parameters
    func zeros() -> [Tensor] {
      parameters.map { Tensor.zeros($0.shape, device: store.device).arranged(store.layout) }
    }
    self.tensors = [parameters, zeros(), zeros()]
    self.pointers = tensors.map { $0.map(\.pointer) }
  }

  func update(
    _ name: String,
    _ body: (Pointers, Pointers, Pointers, Int32, UnsafeMutablePointer<ct_error?>) -> Bool
  ) throws(TorchError) {
    _ = try attempt(name) {
      body(pointers[0], pointers[1], pointers[2], Int32(pointers[0].count), $0)
    }
  }
}
