import Foundation

extension String {
  /// The text on one line: every line break is a blank.
  var onOneLine: String { lines.joined(separator: " ") }

  /// The lines of a text, without what ends them.
  var lines: [String] {
    split(omittingEmptySubsequences: false) { $0.isNewline }.map(String.init)
  }

  /// The text in the characters a to z, 0 to 9 and hyphens, as for names of files and places.
  ///
  /// At most 48 characters; empty when no character is left.
  var slug: String {
    let folded =
      self
      .folding(options: [.diacriticInsensitive, .caseInsensitive], locale: nil)
    let words = folded.split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
    var slug = ""
    for word in words where slug.count + word.count < 48 {
      slug += (slug.isEmpty ? "" : "-") + word.lowercased()
    }
    return slug
  }
}
