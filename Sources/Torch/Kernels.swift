import CTorch

/// Which of the package's own loops the networks are computed with on the CPU.
public enum Kernels: Int, Comparable, CaseIterable, Sendable {
  /// None: LibTorch's operations.
  case none
  /// Instructions that every processor of the kind has.
  case baseline
  /// Vectors of eight numbers with fused multiply-add.
  case avx2
  /// Vectors of sixteen numbers.
  case avx512

  /// The best that this processor has.
  public static var best: Kernels { Kernels(rawValue: Int(ct_best_kernels())) ?? .baseline }

  /// Runs `body`, on this thread, with these loops at most.
  public static func limited<Result, Failure: Error>(
    to most: Kernels, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let before = ct_limit_kernels(Int32(most.rawValue))
    defer { _ = ct_limit_kernels(before) }
    return try body()
  }

  /// Whether one has longer vectors than the other.
  public static func < (one: Kernels, other: Kernels) -> Bool { one.rawValue < other.rawValue }
}
