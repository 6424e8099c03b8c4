import CTorch

/// What the world did to a tensor program: a device that is not there, a computation that failed
/// late, a checkpoint that does not fit.
public enum TorchError: Error, CustomStringConvertible, Equatable {
  /// The device does not exist on this machine; the text says what was asked for and what is there.
  case device(String)
  /// LibTorch refused an operation; the operation and LibTorch's message.
  case operation(String, message: String)
  /// There was no room for an operation's result; the operation and LibTorch's message.
  case outOfMemory(String, message: String)
  /// Weights do not fit the network; one sentence.
  case checkpoint(String)
  /// Processes that compute together did not find or lost each other; one sentence.
  case group(String)

  /// The sentence to show.
  public var description: String {
    switch self {
    case .device(let text), .checkpoint(let text), .group(let text): text
    case .operation(let name, let message), .outOfMemory(let name, let message):
      "\(name) failed: \(message)"
    }
  }
}

/// Runs a shim function that fills an error slot.
///
/// - Throws: `TorchError.operation` or `outOfMemory` with LibTorch's message when the slot was filled.
func attempt<Result>(
  _ operation: @autoclosure () -> String, _ body: (UnsafeMutablePointer<ct_error?>) -> Result
) throws(TorchError) -> Result {
  var slot: ct_error?
  let result = body(&slot)
  guard let slot else { return result }
  let message = String(cString: slot)
  let isOutOfMemory = ct_error_is_out_of_memory(slot)
  ct_error_free(slot)
  throw isOutOfMemory
    ? .outOfMemory(operation(), message: message) : .operation(operation(), message: message)
}

/// Runs a shim function whose failure is the caller's mistake (shapes that do not fit, say): it
/// stops the program with the operation, LibTorch's message and the place of the call.
func require<Result>(
  _ operation: @autoclosure () -> String, file: StaticString, line: UInt,
  _ body: (UnsafeMutablePointer<ct_error?>) -> Result
) -> Result {
  do throws(TorchError) {
    return try attempt(operation(), body)
  } catch {
    fatalError(error.description, file: file, line: line)
  }
}
