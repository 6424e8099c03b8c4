/// A report that cannot be made or written.
public struct ReportError: Error, CustomStringConvertible, Equatable {
  /// What kind of trouble it is.
  public enum Kind: Sendable, Equatable {
    /// A picture's bytes are no PNG file.
    case notAPNG
    /// A report's name cannot be a file's name.
    case wrongName
    /// A file cannot be written or removed.
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
