/// What can go wrong with a safetensors file; the description says what, where and what to do.
public enum SafetensorsError: Error, CustomStringConvertible, Equatable {
  /// The file cannot be opened or read.
  case unreadable(path: String, reason: String)
  /// The file breaks a rule of the format.
  case malformed(path: String, reason: String)
  /// The file holds no tensor of that name; `count` is how many it holds.
  case missing(path: String, name: String, count: Int)
  /// The tensor's elements cannot be given as what was asked for.
  case wrongType(path: String, name: String, found: String, expected: String)
  /// The tensors to write do not make a legal file.
  case invalidItem(name: String, reason: String)
  /// The file cannot be written.
  case unwritable(path: String, reason: String)

  /// The sentence for the user.
  public var description: String {
    switch self {
    case .unreadable(let path, let reason):
      "cannot read \(path): \(reason)"
    case .malformed(let path, let reason):
      "\(path) is not a valid safetensors file: \(reason); it may be cut short or another format"
    case .missing(let path, let name, let count):
      "\(path) holds no tensor \"\(name)\" among its \(count); was it saved by another model?"
    case .wrongType(let path, let name, let found, let expected):
      "\(path): tensor \"\(name)\" holds \(found), expected \(expected)"
    case .invalidItem(let name, let reason):
      "cannot write tensor \"\(name)\": \(reason)"
    case .unwritable(let path, let reason):
      "cannot write \(path): \(reason)"
    }
  }
}
