/// Any JSON, as a tree.
package enum JSONValue: Sendable, Equatable {
  case null
  case bool(Bool)
  case integer(Int)
  case unsigned(UInt64)
  case number(Double)
  case text(String)
  case list([JSONValue])
  case object([String: JSONValue])

  /// A member of an object; nil where there is none or this is no object.
  package subscript(key: String) -> JSONValue? { object?[key] }

  /// The members of an object.
  package var object: [String: JSONValue]? {
    if case .object(let members) = self { members } else { nil }
  }

  /// The elements of a list.
  package var list: [JSONValue]? { if case .list(let elements) = self { elements } else { nil } }

  /// A text.
  package var text: String? { if case .text(let text) = self { text } else { nil } }

  /// A truth value.
  package var bool: Bool? { if case .bool(let value) = self { value } else { nil } }

  /// A whole number, written without a fraction.
  package var integer: Int? { if case .integer(let value) = self { value } else { nil } }

  /// Any number.
  package var number: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .unsigned(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  /// The value as a message shows it.
  package var described: String {
    switch self {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .unsigned(let value): "\(value)"
    case .number(let value): "\(value)"
    case .text(let value): "the text \(Self.quoted(value))"
    case .list(let value): "a list of \(value.count)"
    case .object: "an object {…}"
    }
  }

  /// A text in quotes as a message shows it, the beginning of a long one.
  package static func quoted(_ text: String) -> String {
    "\"\(text.prefix(80))\(text.count > 80 ? "…" : "")\""
  }
}
