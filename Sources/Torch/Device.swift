import CTorch

/// Where tensors live and are computed.
public enum Device: Hashable, Sendable, CustomStringConvertible {
  /// The main processor.
  case cpu
  /// An NVIDIA GPU, by its number.
  case cuda(Int)
  /// The GPU of an Apple computer.
  case mps
  /// Nowhere: tensors have shapes and types but no values. For counting work and memory.
  case meta

  /// The device of a name: `cpu`, `cuda`, `cuda:1`, `mps`.
  ///
  /// - Throws: `TorchError.device` when the name is none of these, or the device is not there.
  ///   There is no silent fallback to another device.
  public init(named name: String) throws(TorchError) {
    let parts = name.split(separator: ":", omittingEmptySubsequences: false)
    switch (parts.first, parts.count) {
    case ("cpu", 1): self = .cpu
    case ("mps", 1): self = .mps
    case ("cuda", 1): self = .cuda(0)
    case ("cuda", 2):
      guard let index = Int(parts[1]), index >= 0 else { throw Self.unknown(name) }
      self = .cuda(index)
    default: throw Self.unknown(name)
    }
    try requirePresence()
  }

  /// The name that `init(named:)` reads.
  public var description: String {
    switch self {
    case .cpu: "cpu"
    case .cuda(let index): "cuda:\(index)"
    case .mps: "mps"
    case .meta: "meta"
    }
  }

  private static func unknown(_ name: String) -> TorchError {
    .device("there is no device \"\(name)\"; use cpu, cuda, cuda:N (N counts from 0) or mps")
  }

  private func requirePresence() throws(TorchError) {
    switch self {
    case .cpu, .meta: return
    case .cuda(let index):
      guard ct_load_cuda() else {
        throw .device(
          "device \(self) was asked for, but this LibTorch has no CUDA part; fetch it with "
            + "Scripts/setup --cuda, or use the device cpu")
      }
      let count = Int(ct_device_count(CT_CUDA))
      guard index < count else {
        let found = count == 1 ? "one GPU, cuda:0" : "\(count) GPUs"
        throw .device(
          "device \(self) was asked for, but \(count == 0 ? "no GPU" : found) was found; "
            + "use \(count == 0 ? "the device cpu" : "a number below \(count)")")
      }
    case .mps:
      guard ct_device_count(CT_MPS) > 0 else {
        throw .device(
          "device mps was asked for, but this machine has no Apple GPU that LibTorch can use; "
            + "use the device cpu")
      }
    }
  }

  var c: ct_device {
    switch self {
    case .cpu: ct_device(kind: CT_CPU, index: 0)
    case .cuda(let index): ct_device(kind: CT_CUDA, index: Int32(index))
    case .mps: ct_device(kind: CT_MPS, index: 0)
    case .meta: ct_device(kind: CT_META, index: 0)
    }
  }

  init(_ device: ct_device) {
    switch device.kind {
    case CT_CUDA: self = .cuda(Int(device.index))
    case CT_MPS: self = .mps
    case CT_META: self = .meta
    default: self = .cpu
    }
  }
}

/// The element type of a tensor.
public enum DType: Hashable, Sendable {
  case float32, float64, int64, bfloat16, float16

  var c: ct_dtype {
    switch self {
    case .float32: CT_FLOAT32
    case .float64: CT_FLOAT64
    case .int64: CT_INT64
    case .bfloat16: CT_BFLOAT16
    case .float16: CT_FLOAT16
    }
  }

  init(_ type: ct_dtype) {
    switch type {
    case CT_FLOAT64: self = .float64
    case CT_INT64: self = .int64
    case CT_BFLOAT16: self = .bfloat16
    case CT_FLOAT16: self = .float16
    default: self = .float32
    }
  }
}

/// The order of the elements of a `[B, C, H, W]` tensor in memory.
public enum Layout: Hashable, Sendable {
  /// Channel by channel; PyTorch's default.
  case channelsFirst
  /// Pixel by pixel, each with all its channels; faster for convolutions on the CPU.
  case channelsLast
}
