extension JSONValue {
  /// The tree as text, indented, its keys sorted, lists of plain values on one line.
  ///
  /// Numbers that are not finite are written as Zarr's texts for them.
  package var serialised: String {
    var text = ""
    append(to: &text, indent: "")
    return text + "\n"
  }

  private func append(to text: inout String, indent: String) {
    let inner = indent + "  "
    switch self {
    case .null: text += "null"
    case .bool(let value): text += "\(value)"
    case .integer(let value): text += "\(value)"
    case .unsigned(let value): text += "\(value)"
    case .number(let value) where value.isFinite: text += "\(value)"
    case .number(let value):
      text += value.isNaN ? "\"NaN\"" : value > 0 ? "\"Infinity\"" : "\"-Infinity\""
    case .text(let value): text += Self.literal(value)
    case .list(let elements):
      let isPlain = elements.allSatisfy { $0.list == nil && $0.object == nil }
      let (open, between, close) =
        isPlain ? ("[", ", ", "]") : ("[\n\(inner)", ",\n\(inner)", "\n\(indent)]")
      text += open
      for (index, element) in elements.enumerated() {
        if index > 0 { text += between }
        element.append(to: &text, indent: inner)
      }
      text += close
    case .object(let members):
      if members.isEmpty { return text += "{}" }
      text += "{\n"
      for (index, member) in members.sorted(by: { $0.key < $1.key }).enumerated() {
        text += index > 0 ? ",\n\(inner)" : inner
        text += Self.literal(member.key) + ": "
        member.value.append(to: &text, indent: inner)
      }
      text += "\n\(indent)}"
    }
  }

  /// A text as JSON writes it, in quotation marks.
  package static func literal(_ value: String) -> String {
    var text = "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\u{0}"..<"\u{20}":
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text + "\""
  }
}
