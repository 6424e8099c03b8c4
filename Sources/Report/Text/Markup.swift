/// Pieces of XML, of which SVG and this package's HTML are kinds.
enum Markup {
  /// An element; attributes that are nil are left out, and without content it closes itself.
  ///
  /// - Parameters:
  ///   - name: the element's name
  ///   - attributes: names and values as they are to be read
  ///   - content: markup, so text in it is already escaped
  static func element(
    _ name: String, _ attributes: KeyValuePairs<String, String?> = [:], _ content: String? = nil
  ) -> String {
    var result = "<" + name
    for case (let name, let value?) in attributes { result += " \(name)=\"\(escaped(value))\"" }
    guard let content else { return result + "/>" }
    return result + ">" + content + "</\(name)>"
  }

  /// Text with the characters replaced that markup uses, without those that XML forbids.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars where isAllowed(scalar) {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// Whether XML 1.0 allows a character (section 2.2) and it is no control character.
  static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A, 0x0D: true
    case 0..<0x20, 0x7F..<0xA0, 0xFFFE, 0xFFFF: false
    default: true
    }
  }
}
