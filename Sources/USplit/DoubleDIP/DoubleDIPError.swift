/// Why an image could not be separated without training.
public struct DoubleDIPError: Error, CustomStringConvertible, Equatable {
  /// The sort of trouble.
  public enum Kind: Sendable {
    /// A setting that makes no sense.
    case settings
    /// An image that cannot be separated.
    case image
    /// More memory would be needed than there is.
    case memory
    /// The loss is no longer a finite number.
    case diverged
  }

  /// The sort of trouble.
  public let kind: Kind
  /// The sentence to show.
  public let description: String

  init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }
}
