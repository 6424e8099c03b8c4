import CTorch
import Safetensors

/// An exponential moving average of a network's weights and running statistics (Polyak and
/// Juditsky, 1992), often better than the last weights.
public final class WeightAverage {
  private let store: ParameterStore
  private let averages: [Tensor]
  private let decay: Double
  private var updates = 0

  /// Starts with the store's present values.
  ///
  /// - Parameter decay: weight of the past, such as 0.999; less in the first updates
  /// - Throws: `TorchError.operation` when the device has no room.
  public init(_ store: ParameterStore, decay: Double) throws(TorchError) {
    precondition((0..<1).contains(decay), "a decay is in 0..<1, got \(decay)")
    self.store = store
    self.decay = decay
    var copies: [Tensor] = []
    for entry in store.entries {
      let copy = Tensor.zeros(entry.tensor.shape, type: entry.tensor.type, device: store.device)
        .arranged(entry.tensor.isChannelsLast ? .channelsLast : .channelsFirst)
      try copy.assign(entry.tensor)
      copies.append(copy)
    }
    self.averages = copies
  }

  /// Moves the average towards the store's present values.
  ///
  /// - Throws: `TorchError.operation` when the device fails.
  public func update() throws(TorchError) {
    updates += 1
    let decay = min(decay, Double(1 + updates) / Double(10 + updates))
    for (entry, average) in zip(store.entries, averages) {
      if entry.tensor.type == .int64 {
        try average.assign(entry.tensor)
      } else {
        _ = try attempt("averaging \(entry.name)") {
          ct_interpolate(average.pointer, entry.tensor.pointer, 1 - decay, $0)
        }
      }
    }
  }

  /// Runs `body` with the averages in the store; afterwards the store is as it was.
  ///
  /// - Throws: what `body` throws, or `TorchError` when the device fails.
  public func applied<Result>(_ body: () throws -> Result) throws -> Result {
    try exchange()
    do {
      let result = try body()
      try exchange()
      return result
    } catch {
      try exchange()
      throw error
    }
  }

  /// The averages and how many updates they have seen.
  ///
  /// - Throws: `TorchError` when the device cannot be read.
  public func items(prefix: String) throws(TorchError) -> [SafetensorsFile.Item] {
    var items = [SafetensorsFile.Item(name: prefix + "updates", shape: [], integers: [updates])]
    for (entry, average) in zip(store.entries, averages) {
      items.append(try average.item(named: prefix + entry.name))
    }
    return items
  }

  /// Goes on from what `items(prefix:)` gave.
  ///
  /// - Throws: `TorchError.checkpoint` when the file lacks some of it or it is of another shape.
  public func load(_ file: SafetensorsFile, prefix: String) throws(TorchError) {
    let seen = try Tensor(file, named: prefix + "updates", shape: []).item()
    for (entry, average) in zip(store.entries, averages) {
      try average.assign(Tensor(file, named: prefix + entry.name, shape: average.shape))
    }
    updates = Int(exactly: seen) ?? 0
  }

  private func exchange() throws(TorchError) {
    for (entry, average) in zip(store.entries, averages) {
      let kept = Tensor.zeros(entry.tensor.shape, type: entry.tensor.type, device: store.device)
      try kept.assign(entry.tensor)
      try entry.tensor.assign(average)
      try average.assign(kept)
    }
  }
}
