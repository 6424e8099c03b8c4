import CTorch

/// All parameters and buffers of a network, in the order they were made, under the names that
/// PyTorch would give them.
///
/// A network is made by handing `root` (or a scope below it) to its initialiser; the scope's path is
/// the name in checkpoints. The store then counts, saves, loads and optimises without knowing the
/// network.
public final class ParameterStore {
  /// What a tensor of the store is.
  public enum Role: Sendable {
    /// Learned by gradient descent.
    case parameter
    /// Kept by the layer itself, such as running statistics.
    case buffer
  }

  /// One tensor with its name.
  public struct Entry {
    /// The PyTorch key, such as `first_bottom_up.0.weight`.
    public let name: String
    /// The values.
    public let tensor: Tensor
    /// What it is.
    public let role: Role
  }

  /// Where the tensors are.
  public let device: Device
  /// How the convolution weights lie in memory.
  public let layout: Layout
  /// Draws initial values.
  let generator: Generator
  /// Tensors in the order they were made.
  public private(set) var entries: [Entry] = []
  /// Second names of modules that appear twice in a checkpoint: prefix to prefix.
  private(set) var aliases: [(alias: String, original: String)] = []
  private var names: Set<String> = []

  /// An empty store whose parameters will be drawn with the given seed.
  ///
  /// - Throws: `TorchError` when the device cannot hold them.
  public init(
    seed: UInt64, device: Device = .cpu, layout: Layout = .channelsFirst
  ) throws(TorchError) {
    self.device = device
    self.layout = layout
    self.generator = try Generator(seed: seed)
  }

  /// The scope with the empty path.
  public var root: Scope { Scope(store: self, path: "") }

  /// The learned tensors, in order.
  public var parameters: [Tensor] { entries.filter { $0.role == .parameter }.map(\.tensor) }

  /// How many numbers are learned.
  public var parameterCount: Int { parameters.reduce(0) { $0 + $1.elementCount } }

  /// The tensor of a name, also of a second name.
  public subscript(name: String) -> Tensor? {
    let name = resolved(name)
    return entries.first { $0.name == name }?.tensor
  }

  /// Overwrites the values of one tensor, row-major.
  ///
  /// - Throws: `TorchError.checkpoint` when there is no tensor of that name.
  public func set(_ name: String, to values: [Float]) throws(TorchError) {
    guard let tensor = self[name] else {
      throw .checkpoint("the network has no tensor named \(name)")
    }
    try tensor.assign(Tensor(values, shape: tensor.shape))
  }

  /// Copies of the buffers, to go back to when a step went wrong.
  ///
  /// - Throws: `TorchError.operation` when the device has no room.
  public func copiedBuffers() throws(TorchError) -> [Tensor] {
    var copies: [Tensor] = []
    for entry in entries where entry.role == .buffer {
      let copy = Tensor.zeros(entry.tensor.shape, type: entry.tensor.type, device: device)
      try copy.assign(entry.tensor)
      copies.append(copy)
    }
    return copies
  }

  /// Overwrites the buffers with those of `copiedBuffers()`.
  ///
  /// - Throws: `TorchError.operation` when the device fails.
  public func restoreBuffers(_ copies: [Tensor]) throws(TorchError) {
    let buffers = entries.filter { $0.role == .buffer }
    precondition(
      buffers.count == copies.count, "\(copies.count) copies for \(buffers.count) buffers")
    for (buffer, copy) in zip(buffers, copies) { try buffer.tensor.assign(copy) }
  }

  /// Forgets all gradients.
  public func clearGradients() {
    for entry in entries where entry.role == .parameter { entry.tensor.clearGradient() }
  }

  /// Every name that a PyTorch checkpoint of this network has: all entries, and again those below
  /// a second name.
  var checkpointNames: [String] {
    let own = entries.map(\.name)
    return own
      + aliases.flatMap { alias, original in
        own.filter { $0.hasPrefix(original + ".") }.map { alias + $0.dropFirst(original.count) }
      }
  }

  /// The first name of a tensor that has two.
  func resolved(_ name: String) -> String {
    for (alias, original) in aliases where name.hasPrefix(alias + ".") {
      return original + name.dropFirst(alias.count)
    }
    return name
  }

  func add(_ name: String, _ tensor: Tensor, _ role: Role) {
    precondition(names.insert(name).inserted, "two tensors named \(name) in one network")
    if role == .parameter { tensor.requireGradient() }
    entries.append(Entry(name: name, tensor: tensor, role: role))
  }

  func addAlias(_ alias: String, of original: String) { aliases.append((alias, original)) }
}

/// A place in a `ParameterStore` where a layer makes its tensors.
public struct Scope {
  let store: ParameterStore
  /// Names of the enclosing modules, joined with dots.
  public let path: String

  /// The scope of a sub-module.
  public subscript(name: String) -> Scope { Scope(store: store, path: joined(name)) }

  /// The scope of an element of a list of modules.
  public subscript(index: Int) -> Scope { self[String(index)] }

  /// Where the tensors are made.
  public var device: Device { store.device }
  /// How convolution weights, and so feature maps, lie in memory.
  public var layout: Layout { store.layout }

  /// A learned tensor.
  public func parameter(_ name: String, _ shape: [Int], _ initial: InitialValue) -> Tensor {
    // Drawn on the CPU, so that a seed gives the same network on every device.
    let drawn =
      device == .meta
      ? Tensor.zeros(shape, device: .meta)
      : placed(initial.drawn(shape, generator: store.generator), name)
    store.add(joined(name), drawn, .parameter)
    return drawn
  }

  /// A tensor that the layer keeps itself.
  public func buffer(
    _ name: String, _ shape: [Int], value: Double, type: DType = .float32
  ) -> Tensor {
    let tensor = Tensor.full(value, shape: shape, type: type, device: device)
    store.add(joined(name), tensor, .buffer)
    return tensor
  }

  /// Says that in PyTorch's checkpoints the module `alias` is the module `original` once more.
  public func alias(_ alias: String, of original: String) {
    store.addAlias(joined(alias), of: joined(original))
  }

  private func placed(_ tensor: Tensor, _ name: String) -> Tensor {
    do throws(TorchError) {
      return try tensor.moved(to: device).arranged(store.layout)
    } catch {
      fatalError("making parameter \(joined(name)): \(error)")
    }
  }

  private func joined(_ name: String) -> String { path.isEmpty ? name : path + "." + name }
}

/// What a parameter holds before training.
public enum InitialValue: Sendable {
  /// The same number everywhere.
  case constant(Double)
  /// Uniform in ±1/√fan-in: PyTorch's default for convolutions.
  case fanIn(Int)
  /// These numbers, row-major.
  case values([Float])

  func drawn(_ shape: [Int], generator: Generator) -> Tensor {
    switch self {
    case .constant(let value): return .full(value, shape: shape)
    case .fanIn(let count):
      let bound = 1 / Double(count).squareRoot()
      return .uniform(in: -bound...bound, shape, generator: generator)
    case .values(let values): return Tensor(values, shape: shape)
    }
  }
}
