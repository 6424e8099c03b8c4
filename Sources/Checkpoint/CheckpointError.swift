/// What can go wrong with a checkpoint of PyTorch or a pickle; the description says what, where and
/// what to do.
public enum CheckpointError: Error, CustomStringConvertible, Equatable {
  /// The file cannot be opened or read.
  case unreadable(path: String, reason: String)
  /// The file breaks a rule of its format.
  case malformed(path: String, reason: String)
  /// The file is of a kind that is not read here; the reason says what to do.
  case unsupported(path: String, reason: String)
  /// The file holds no tensor of that name; `count` is how many it holds.
  case missing(path: String, name: String, count: Int)

  /// The sentence for the user.
  public var description: String {
    switch self {
    case .unreadable(let path, let reason):
      "cannot read \(path): \(reason)"
    case .malformed(let path, let reason):
      "\(path) is damaged or no checkpoint: \(reason); take an unchanged copy"
    case .unsupported(let path, let reason):
      "\(path) cannot be read: \(reason)"
    case .missing(let path, let name, let count):
      "\(path) holds no tensor \"\(name)\" among its \(count); was it saved by another model?"
    }
  }
}

/// What is wrong with some bytes, before it is known which file they are of.
struct FormatError: Error {
  let reason: String
  var isUnsupported = false

  static func unsupported(_ reason: String) -> FormatError {
    FormatError(reason: reason, isUnsupported: true)
  }

  func of(_ path: String) -> CheckpointError {
    isUnsupported
      ? .unsupported(path: path, reason: reason.printable)
      : .malformed(path: path, reason: reason.printable)
  }
}

extension String {
  /// The text with question marks in place of control characters, which files may hold to upset a
  /// terminal.
  var printable: String {
    String(
      String.UnicodeScalarView(
        unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : $0 }))
  }
}
