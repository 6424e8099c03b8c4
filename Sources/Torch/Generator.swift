import CTorch

/// A seeded source of random numbers on one device.
public final class Generator {
  let handle: OpaquePointer
  /// The device whose tensors it fills.
  public let device: Device

  /// A generator that gives the same numbers for the same seed on the same kind of device.
  ///
  /// - Throws: `TorchError.operation` when the device cannot make one.
  public init(seed: UInt64, device: Device = .cpu) throws(TorchError) {
    let made = try attempt("making a random generator on \(device)") {
      ct_generator_new(seed, device.c, $0)
    }
    guard let made else { throw .operation("making a random generator", message: "no result") }
    self.handle = made
    self.device = device
  }

  deinit { ct_generator_free(handle) }

  /// Everything needed to go on from here with the same numbers.
  ///
  /// - Throws: `TorchError.operation` when the device cannot give it.
  public func state() throws(TorchError) -> [Int64] {
    let state = try attempt("reading a generator's state") { ct_generator_state(handle, $0) }
    guard let state else { return [] }
    return try Tensor(owning: state).integers()
  }

  /// Goes on from a state that `state()` gave.
  ///
  /// - Throws: `TorchError.operation` when the state is not one of this kind of device.
  public func restore(_ state: [Int64]) throws(TorchError) {
    let tensor = Tensor(integers: state, shape: [state.count])
    _ = try attempt("restoring a generator's state") {
      ct_generator_set_state(handle, tensor.pointer, $0)
    }
  }
}
