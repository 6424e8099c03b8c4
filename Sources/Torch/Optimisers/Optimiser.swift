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
  /// Everything that the next steps depend on beside parameters and settings.
  ///
  /// - Throws: `TorchError` when the device cannot be read.
  func items(prefix: String) throws(TorchError) -> [SafetensorsFile.Item]
  /// Goes on from what `items(prefix:)` gave.
  ///
  /// - Throws: `TorchError.checkpoint` when the file lacks some of it or it is of another shape.
  func load(_ file: SafetensorsFile, prefix: String) throws(TorchError)
}

/// Adamax (Kingma and Ba, 2015, section 7.1), as in PyTorch.
public final class Adamax: Optimiser {
  /// The step size; schedules change it.
  public var learningRate: Double
  /// Steps taken.
  public var step: Int { moments.step }
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
    try moments.update("an Adamax step") { parameters, first, second, count, step, slot in
      ct_adamax(
        parameters, first, second, count, step, learningRate, betas.0, betas.1, epsilon,
        weightDecay, slot)
    }
  }

  /// Everything that the next steps depend on beside parameters and settings.
  ///
  /// - Throws: `TorchError` when the device cannot be read.
  public func items(prefix: String) throws(TorchError) -> [SafetensorsFile.Item] {
    try moments.items(prefix: prefix)
  }

  /// Goes on from what `items(prefix:)` gave.
  ///
  /// - Throws: `TorchError.checkpoint` when the file lacks some of it or it is of another shape.
  public func load(_ file: SafetensorsFile, prefix: String) throws(TorchError) {
    try moments.load(file, prefix: prefix)
  }
}

/// AdamW (Loshchilov and Hutter, 2019): Adam with weight decay that does not pass through the
/// moments, as in PyTorch.
public final class AdamW: Optimiser {
  /// The step size; schedules change it.
  public var learningRate: Double
  /// Steps taken.
  public var step: Int { moments.step }
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
    try moments.update("an AdamW step") { parameters, first, second, count, step, slot in
      ct_adamw(
        parameters, first, second, count, step, learningRate, betas.0, betas.1, epsilon,
        weightDecay, slot)
    }
  }

  /// Everything that the next steps depend on beside parameters and settings.
  ///
  /// - Throws: `TorchError` when the device cannot be read.
  public func items(prefix: String) throws(TorchError) -> [SafetensorsFile.Item] {
    try moments.items(prefix: prefix)
  }

  /// Goes on from what `items(prefix:)` gave.
  ///
  /// - Throws: `TorchError.checkpoint` when the file lacks some of it or it is of another shape.
  public func load(_ file: SafetensorsFile, prefix: String) throws(TorchError) {
    try moments.load(file, prefix: prefix)
  }
}

/// Muon (Jordan et al., 2024): the momentum of each convolution's kernels is made orthogonal before it
/// is taken as a step, of the length that a step of AdamW has (Liu et al., 2025, "Muon is scalable for
/// LLM training").
///
/// Biases, normalisations, and convolutions with fewer than 8 channels on a side take steps of AdamW.
public final class Muon: Optimiser {
  /// The step size; schedules change it.
  public var learningRate: Double
  /// Steps taken.
  public var step: Int { moments.step }
  private let moments: Moments
  private let momentum: Double
  private let betas: (Double, Double)
  private let epsilon: Double
  private let weightDecay: Double

  /// - Parameters:
  ///   - momentum: decay of the mean gradient of kernels
  ///   - betas: decay of the mean and of the mean square of the other gradients
  ///   - weightDecay: share of the parameters taken away per step, times the learning rate
  public init(
    _ store: ParameterStore, learningRate: Double = 1e-3, momentum: Double = 0.95,
    betas: (Double, Double) = (0.9, 0.999), epsilon: Double = 1e-8, weightDecay: Double = 0.01
  ) {
    self.learningRate = learningRate
    self.momentum = momentum
    self.betas = betas
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    self.moments = Moments(store)
  }

  /// Takes one step with the gradients that the parameters hold.
  ///
  /// - Throws: `TorchError.operation` when the device fails.
  public func takeStep() throws(TorchError) {
    try moments.update("a Muon step") { parameters, first, second, count, step, slot in
      ct_muon(
        parameters, first, second, count, step, learningRate, momentum, betas.0, betas.1, epsilon,
        weightDecay, slot)
    }
  }

  /// Everything that the next steps depend on beside parameters and settings.
  ///
  /// - Throws: `TorchError` when the device cannot be read.
  public func items(prefix: String) throws(TorchError) -> [SafetensorsFile.Item] {
    try moments.items(prefix: prefix)
  }

  /// Goes on from what `items(prefix:)` gave.
  ///
  /// - Throws: `TorchError.checkpoint` when the file lacks some of it or it is of another shape.
  public func load(_ file: SafetensorsFile, prefix: String) throws(TorchError) {
    try moments.load(file, prefix: prefix)
  }
}

/// The parameters of a store with two running figures each, and the number of steps.
private final class Moments {
  typealias Pointers = [OpaquePointer?]
  private(set) var step = 0
  private let names: [String]
  private let tensors: [[Tensor]]
  private let pointers: [Pointers]

  init(_ store: ParameterStore) {
    let parameters = store.parameters
    func zeros() -> [Tensor] {
      parameters.map { Tensor.zeros($0.shape, device: store.device).arranged(store.layout) }
    }
    self.names = store.entries.filter { $0.role == .parameter }.map(\.name)
    self.tensors = [parameters, zeros(), zeros()]
    self.pointers = tensors.map { $0.map(\.pointer) }
  }

  func update(
    _ name: String,
    _ body: (Pointers, Pointers, Pointers, Int32, Int64, UnsafeMutablePointer<ct_error?>) -> Bool
  ) throws(TorchError) {
    step += 1
    _ = try attempt(name) {
      body(pointers[0], pointers[1], pointers[2], Int32(pointers[0].count), Int64(step), $0)
    }
  }

  func items(prefix: String) throws(TorchError) -> [SafetensorsFile.Item] {
    var items = [SafetensorsFile.Item(name: prefix + "step", shape: [], integers: [step])]
    for (figure, values) in zip(Self.figures, tensors.dropFirst()) {
      for (name, tensor) in zip(names, values) {
        items.append(try tensor.item(named: prefix + figure + name))
      }
    }
    return items
  }

  func load(_ file: SafetensorsFile, prefix: String) throws(TorchError) {
    let taken = try Tensor(file, named: prefix + "step", shape: []).item()
    for (figure, values) in zip(Self.figures, tensors.dropFirst()) {
      for (name, tensor) in zip(names, values) {
        try tensor.assign(Tensor(file, named: prefix + figure + name, shape: tensor.shape))
      }
    }
    step = Int(exactly: taken) ?? 0
  }

  private static let figures = ["first.", "second."]
}
