import CTorch

/// The memory that tensors hold on one device: exact on the CPU and on NVIDIA GPUs.
public struct TensorMemory {
  private let device: Device

  /// The memory of a device.
  public init(of device: Device) { self.device = device }

  /// Whether the device says how much its tensors hold.
  public var isKnown: Bool {
    switch device {
    case .cpu, .cuda: true
    case .mps, .meta: false
    }
  }

  /// What tensors hold now, in bytes; 0 where it is not known.
  public var current: Int { Int(ct_memory_use(device.c).current) }

  /// What they held at most since `resetPeak()` or the start, in bytes; 0 where it is not known.
  public var peak: Int { Int(ct_memory_use(device.c).peak) }

  /// Takes what is held now as the most that was held.
  public func resetPeak() { ct_reset_peak_memory(device.c) }

  /// Gives back memory that LibTorch or the C library keeps for later tensors.
  public func release() { ct_release_memory(device.c) }

  /// The most that tensors may hold on the CPU inside `surviving`, in bytes; 0 for no limit.
  ///
  /// One limit for the whole process.
  public static func limit(to bytes: Int) { ct_limit_memory(Int64(bytes)) }

  /// Runs `body`, in which a lack of memory does not stop the program.
  ///
  /// An operation that finds no room gives a shape without values, and so do all after it; what
  /// reads a value throws. Tensors that `body` changes in place may be left half-way.
  ///
  /// - Throws: `TorchError.outOfMemory`, also where `body` reads no value; what `body` throws.
  public static func surviving<Result>(_ body: () throws -> Result) throws -> Result {
    ct_survive_begin()
    let outcome = Swift.Result { try body() }
    _ = try attempt("a computation") { ct_survive_end($0) }
    return try outcome.get()
  }
}
