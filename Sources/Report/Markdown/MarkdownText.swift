/// Pieces of Markdown as GitHub reads it (CommonMark with tables).
enum MarkdownText {
  /// Text in which no character has a meaning; line breaks are `<br>`.
  ///
  /// - Parameters:
  ///   - text: the text as it is to be read
  ///   - bar: what stands for the bar, which separates cells in tables
  static func escaped(_ text: String, bar: String = "\\|") -> String {
    text.lines.map { line in
      let characters = line.unicodeScalars.filter(Markup.isAllowed).map(Character.init)
      var result = ""
      for (place, character) in characters.enumerated() {
        switch character {
        case "&": result += "&amp;"
        case "<": result += "&lt;"
        case ">": result += "&gt;"
        case "|": result += bar
        case "\\", "`", "*", "[", "]", "~", "$": result += "\\" + String(character)
        case "_":
          // Inside a word it has no meaning.
          let isInside =
            place > 0 && characters[place - 1].isLetterOrDigit
            && place + 1 < characters.count && characters[place + 1].isLetterOrDigit
          result += isInside ? "_" : "\\_"
        default: result.append(character)
        }
      }
      return result
    }.joined(separator: "<br>")
  }

  /// A link's destination, in which what could end it is encoded (RFC 3986, section 2.1).
  static func destination(_ text: String) -> String {
    let plain = "-._~:/?#[]@!$&'*+,;=%"
    return text.utf8.map { byte in
      let character = Character(Unicode.Scalar(byte))
      if character.isASCII, character.isLetterOrDigit || plain.contains(character) {
        return String(character)
      }
      let code = String(byte, radix: 16, uppercase: true)
      return "%" + (code.count < 2 ? "0" : "") + code
    }.joined()
  }

  /// How often a character stands beside itself at most.
  static func longestRun(of mark: Character, in text: String) -> Int {
    text.split(whereSeparator: { $0 != mark }).map(\.count).max() ?? 0
  }

  /// Text between fences that it does not hold itself.
  static func codeBlock(_ text: String) -> String {
    let text = text.lines.map { line in
      String(line.unicodeScalars.filter(Markup.isAllowed).map(Character.init))
    }.joined(separator: "\n")
    let fence = String(repeating: "`", count: max(3, longestRun(of: "`", in: text) + 1))
    return "\(fence)\n\(text)\n\(fence)"
  }
}

extension Character {
  fileprivate var isLetterOrDigit: Bool { isLetter || isNumber }
}
