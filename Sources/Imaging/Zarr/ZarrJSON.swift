import Foundation

/// Any JSON as a tree, as Zarr's metadata files hold it.
package enum ZarrJSON: Sendable, Equatable {
  case null
  case bool(Bool)
  case integer(Int)
  case unsigned(UInt64)
  case number(Double)
  case text(String)
  case list([ZarrJSON])
  case object([String: ZarrJSON])

  /// A member of an object; nil where there is none or this is no object.
  package subscript(key: String) -> ZarrJSON? { object?[key] }

  /// The members of an object.
  package var object: [String: ZarrJSON]? {
    if case .object(let members) = self { members } else { nil }
  }

  /// The elements of a list.
  package var list: [ZarrJSON]? { if case .list(let elements) = self { elements } else { nil } }

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
    case .text(let value): "\"\(value.prefix(80))\(value.count > 80 ? "…" : "")\""
    case .list(let value): "a list of \(value.count)"
    case .object: "an object {…}"
    }
  }
}

extension ZarrJSON {
  /// Reads a metadata file inside a store; nil where there is no such file.
  ///
  /// - Parameters:
  ///   - file: the file
  ///   - root: the folder of the whole store, which links must not lead out of
  /// - Throws: `ImagingError` that names the file where it is larger than 16 MiB, nested too deeply,
  ///   no JSON, unreadable or outside the store.
  package static func read(_ file: URL, root: URL) throws(ImagingError) -> ZarrJSON? {
    let store = try ZarrStore(file.deletingLastPathComponent(), root: root)
    return try store.json(file.lastPathComponent)
  }
}
