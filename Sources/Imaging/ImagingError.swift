/// What is wrong with a file or with the images in it.
///
/// The description is one sentence that says what, where, what was found, what was expected and
/// what to do; it is meant to be shown to the person who named the file.
public struct ImagingError: Error, CustomStringConvertible, Equatable {
  /// The sort of trouble, for callers that treat some sorts differently.
  public enum Kind: Sendable {
    case missing, notAnImage, truncated, unsupported, ambiguous, invalidPixels, mismatch
    case tooSmall, unwritable, exists
  }

  /// The sort of trouble.
  public let kind: Kind
  /// The sentence to show.
  public let description: String

  /// An error of the given sort with the sentence to show.
  public init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }
}
