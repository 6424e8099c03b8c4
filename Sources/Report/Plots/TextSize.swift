/// How wide text is, estimated for the wider of the usual fonts without serifs.
enum TextSize {
  /// The width in units of the user's space, rather too large than too small.
  static func width(_ text: String, size: Double) -> Double {
    size * text.reduce(0) { $0 + width($1) }
  }

  /// Text in lines of at most some width, broken at blanks; a wider word has a line of its own.
  static func wrapped(_ text: String, size: Double, width: Double) -> [String] {
    var lines: [String] = []
    for word in text.split(whereSeparator: \.isWhitespace) {
      if let last = lines.last, Self.width(last + " " + word, size: size) <= width {
        lines[lines.count - 1] = last + " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }

  /// Text cut to a width, with an ellipsis when something is lost.
  static func shortened(_ text: String, size: Double, width: Double) -> String {
    if Self.width(text, size: size) <= width { return text }
    var kept = ""
    for character in text {
      if Self.width(kept + String(character) + "…", size: size) > width { break }
      kept.append(character)
    }
    return kept + "…"
  }

  /// A character's width as a part of the font's size.
  private static func width(_ character: Character) -> Double {
    guard let scalar = character.unicodeScalars.first else { return 0 }
    switch scalar {
    case "i", "j", "l", "I", "|", "!", "'", ".", ",", ":", ";", " ": return 0.34
    case "f", "r", "t", "(", ")", "[", "]", "-", "/": return 0.42
    case "m", "w", "M", "W", "%", "@", "—", "…": return 0.98
    case "A"..."Z": return 0.72
    case "+", "=", "<", ">", "±", "×", "−", "~": return 0.84
    case "⁰", "¹", "²", "³", "⁴"..."⁹", "⁻": return 0.42
    default: return scalar.value < 0x1100 ? 0.64 : 1.05
    }
  }
}
