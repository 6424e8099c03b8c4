import Foundation
import JSON

extension JSONValue {
  /// Parses a text.
  ///
  /// - Throws: ``ConfigurationError`` with line and column.
  init(json: Data, source: String) throws(ConfigurationError) {
    do {
      self = try JSONParser.parse(Array(json))
    } catch {
      throw ConfigurationError(
        .invalidJSON, "\(source) is not valid JSON: \(error.description)")
    }
  }

  /// The value at the end of a path, nil when there is none.
  subscript(path: [any CodingKey]) -> JSONValue? {
    var value: JSONValue? = self
    for key in path {
      switch value {
      case .object(let members): value = members[key.stringValue]
      case .list(let elements):
        value = key.intValue.flatMap { elements.indices.contains($0) ? elements[$0] : nil }
      default: return nil
      }
    }
    return value
  }
}

/// A step from a value to one of its parts.
enum PathKey: CodingKey {
  case name(String)
  case place(Int)

  init(stringValue: String) { self = .name(stringValue) }
  init(intValue: Int) { self = .place(intValue) }

  var stringValue: String {
    switch self {
    case .name(let name): name
    case .place(let place): "\(place)"
    }
  }

  var intValue: Int? {
    if case .place(let place) = self { place } else { nil }
  }
}

extension JSONValue {
  /// The tree with another value at the end of a path, which must exist.
  func replacing(_ path: ArraySlice<PathKey>, with value: JSONValue) -> JSONValue {
    guard let key = path.first else { return value }
    switch (self, key) {
    case (.object(var members), .name(let name)):
      members[name] = members[name]?.replacing(path.dropFirst(), with: value)
      return .object(members)
    case (.list(var elements), .place(let place)):
      elements[place] = elements[place].replacing(path.dropFirst(), with: value)
      return .list(elements)
    default:
      return self
    }
  }
}
