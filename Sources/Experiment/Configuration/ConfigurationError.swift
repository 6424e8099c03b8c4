/// A configuration that cannot be read, understood or carried out.
public struct ConfigurationError: Error, CustomStringConvertible, Equatable {
  /// What kind of trouble it is.
  public enum Kind: Sendable, Equatable {
    /// The file cannot be opened or read.
    case unreadable
    /// The text is no JSON.
    case invalidJSON
    /// A key that no setting has.
    case unknownKey
    /// A value of the wrong type, or none of the allowed ones.
    case wrongValue
    /// Settings that exclude each other or lie outside their limits.
    case impossible
    /// The file cannot be written.
    case unwritable
  }

  /// What kind of trouble it is.
  public let kind: Kind
  /// The sentence for the user.
  public let description: String

  /// Makes an error from its kind and its sentence.
  public init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }
}

/// Refuses settings with a sentence unless the condition holds.
func require(
  _ condition: Bool, _ sentence: @autoclosure () -> String
) throws(ConfigurationError) {
  if !condition { throw ConfigurationError(.impossible, sentence()) }
}
