import CTorch

/// Automatic casting: convolutions compute in a shorter number format, what needs the range or the
/// digits of float32 stays in it.
///
/// LibTorch decides for each operation by itself (Micikevicius et al., 2018, "Mixed precision
/// training"). Parameters and their gradients are float32 throughout; batch normalisation takes
/// short features and keeps its statistics in float32.
public struct Autocast {
  private let type: DType
  private let device: Device

  /// Casting to a type, or none for float32.
  ///
  /// - Parameters:
  ///   - type: `float32`, `bfloat16` or `float16`
  ///   - device: where the tensors are
  /// - Throws: `TorchError.device` when the device cannot train in this type.
  public init(_ type: DType, on device: Device) throws(TorchError) {
    precondition(
      [.float32, .bfloat16, .float16].contains(type), "casting to \(type) is not possible")
    self.type = type
    self.device = device
    guard casts else { return }
    do {
      _ = try attempt("training in \(type)") { ct_try_autocast(type.c, device.c, $0) }
    } catch {
      throw .device(
        "precision \(type) was asked for, but \(device) cannot train in it (\(error)); use "
          + "\(type == .float16 ? "bfloat16 or float32" : "float32")")
    }
  }

  /// Whether anything is cast.
  private var casts: Bool { type != .float32 && device != .meta }

  /// Runs `body` with casting; afterwards it is as it was before.
  public func callAsFunction<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    guard casts else { return try body() }
    // Converted weights are not kept: those made without gradients would be taken where gradients
    // are needed, and only shared weights are used twice.
    let state = ct_autocast(enabled: true, dtype: type.c, cached: false)
    let before = ct_set_autocast(device.c, state)
    defer { _ = ct_set_autocast(device.c, before) }
    return try body()
  }
}
