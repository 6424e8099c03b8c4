import Foundation
import JSON

/// What the last lines of a program tell about how far it is.
package struct ProgressLines: Sendable {
  /// The share that is done, from lines such as `{"done":0.43}`.
  package private(set) var done: Double?
  /// The seconds that remain, where such a line has them.
  private(set) var remaining: Double?
  /// The other lines, the last ones; of remarks and warnings in JSON what they say.
  package private(set) var words: [String] = []

  private static let mostWords = 12

  /// Reads the end of what was printed.
  package init(_ text: String) {
    for line in text.split(whereSeparator: { $0 == "\n" || $0 == "\r" }) {
      let tree = line.first == "{" ? try? JSONParser.parse(Array(line.utf8)) : nil
      if let share = tree?["done"]?.number {
        done = min(max(share, 0), 1)
        remaining = tree?["remaining"]?.number
        continue
      }
      let said = (tree?["note"] ?? tree?["warning"])?.text ?? String(line)
      let word = said.trimmingCharacters(in: .whitespaces)
      if !word.isEmpty { words.append(String(word.prefix(500))) }
    }
    words = Array(words.suffix(Self.mostWords))
  }

  /// Why a program failed, as far as it said so.
  package var reason: String {
    let errors = words.filter { $0.hasPrefix("Error:") || $0.hasPrefix("usplit: error") }
    let text = (errors.isEmpty ? Array(words.suffix(3)) : errors).joined(separator: " ")
      .replacing("usplit: error: ", with: "").replacing("Error: ", with: "")
    return text.isEmpty ? "it ended without a word" : text
  }
}
