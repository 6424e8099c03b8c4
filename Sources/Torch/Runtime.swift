import CTorch

/// Settings and figures of LibTorch as a whole.
public enum Runtime {
  /// Version of the LibTorch that runs, such as `2.13.0`.
  public static var version: String { String(cString: ct_version()) }

  /// Threads that one operation may use on the CPU.
  public static var threads: Int {
    get { Int(ct_threads()) }
    set {
      precondition(newValue >= 1, "an operation needs at least one thread, got \(newValue)")
      ct_set_threads(Int32(newValue))
    }
  }

  /// The package's own loops on the CPU.
  ///
  /// Affects the whole process: tensors of one training should all be made with the same.
  public static var kernels: Kernels {
    get { Kernels(rawValue: Int(ct_kernels())).map { min($0, .best) } ?? .best }
    set { ct_set_kernels(Int32(newValue.rawValue)) }
  }

  /// Lets freed memory serve the next tensors instead of giving it back to the system each time.
  ///
  /// For programs that compute for long: a training step asks for the same memory again and again.
  /// Affects the whole process; no effect where the C library is not GNU's.
  public static func keepFreedMemory() { ct_keep_memory() }

  /// Gives freed memory back to the system at once: slower, but the process holds no more than its
  /// tensors need.
  ///
  /// Affects the whole process; no effect where the C library is not GNU's.
  public static func returnFreedMemory() { ct_return_memory() }

  /// Tensors that this package holds at the moment.
  ///
  /// The same before and after a piece of work that keeps none.
  public static var liveTensorCount: Int { Int(ct_live_tensors()) }

  /// The work of everything that `body` computes on this thread.
  ///
  /// - Returns: what `body` returned; floating-point operations of the convolutions, a multiply and
  ///   an add counted as two; bytes of all results. On `Device.meta` nothing is computed and the
  ///   figures are the same.
  public static func counting<Result>(
    _ body: () throws -> Result
  ) rethrows -> (result: Result, operations: Int, bytes: Int) {
    ct_count_begin()
    var operations: Int64 = 0
    var bytes: Int64 = 0
    var ended = false
    defer { if !ended { ct_count_end(&operations, &bytes) } }
    let result = try body()
    ct_count_end(&operations, &bytes)
    ended = true
    return (result, Int(operations), Int(bytes))
  }
}
