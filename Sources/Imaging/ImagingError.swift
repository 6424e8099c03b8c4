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
  ///
  /// Line breaks and other control characters, which may come out of a file, are shown by number.
  public init(_ kind: Kind, _ description: String) {
    self.kind = kind
    let isPlain = description.unicodeScalars.allSatisfy { !Self.isControl($0) }
    self.description =
      isPlain
      ? description
      : description.unicodeScalars.reduce(into: "") { text, scalar in
        text +=
          Self.isControl(scalar) ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
      }
  }

  /// Whether a terminal or a text editor may break the line at a character, or do worse.
  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: true
    default: false
    }
  }
}
