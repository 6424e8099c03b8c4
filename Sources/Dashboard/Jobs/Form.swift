import Foundation
import JSON

/// A JSON object that a client sends, read strictly: what nobody asks for is an error.
struct Form: Sendable {
  private let members: [String: JSONValue]
  private let place: String

  /// Reads the body of a request.
  ///
  /// - Parameter keys: all that may be in it
  /// - Throws: ``RequestError``: 400 for what is no such object, 413 for too much.
  init(_ request: Request, keys: Set<String>, limit: Int = HTTPLimits().jsonBytes) async throws {
    let bytes = try await request.body.bytes(atMost: limit)
    let tree: JSONValue
    do {
      tree = try JSONParser.parse(bytes)
    } catch {
      throw RequestError(400, "The body of the request is no JSON: \(error.description).")
    }
    try self.init(tree, keys: keys, place: "the request")
  }

  /// Reads an object within another.
  ///
  /// - Throws: ``RequestError`` (400) for what is no such object.
  init(_ value: JSONValue, keys: Set<String>, place: String) throws(RequestError) {
    guard let members = value.object else {
      throw RequestError(400, "\(place) has to be an object, not \(value.described).")
    }
    if let unknown = members.keys.sorted().first(where: { !keys.contains($0) }) {
      throw RequestError(
        400,
        "\(place) holds \"\(unknown.prefix(60))\", which is not known here; possible are "
          + keys.sorted().joined(separator: ", ") + ".")
    }
    self.members = members.filter { $0.value != .null }
    self.place = place
  }

  /// Whether a member is there.
  func has(_ key: String) -> Bool { members[key] != nil }

  /// A text, without control characters; nil where it is not there.
  func text(_ key: String, atMost limit: Int = 4096) throws(RequestError) -> String? {
    guard let value = members[key] else { return nil }
    guard let text = value.text else { throw wrong(key, "a text") }
    let isPlain = text.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 127 }
    guard !text.isEmpty, text.utf8.count <= limit, isPlain else {
      throw wrong(key, "a text of 1 to \(limit) bytes without control characters")
    }
    return text
  }

  /// A text that has to be there.
  func required(_ key: String) throws(RequestError) -> String {
    guard let text = try text(key) else { throw missing(key) }
    return text
  }

  /// A whole number; nil where it is not there.
  func integer(_ key: String, in range: ClosedRange<Int>) throws(RequestError) -> Int? {
    guard let value = members[key] else { return nil }
    guard let number = value.integer, range.contains(number) else {
      throw wrong(key, "a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// A truth value; false where it is not there.
  func bool(_ key: String) throws(RequestError) -> Bool {
    guard let value = members[key] else { return false }
    guard let bool = value.bool else { throw wrong(key, "true or false") }
    return bool
  }

  /// One of some names; nil where it is not there.
  func choice<T: RawRepresentable & CaseIterable>(
    _ key: String, of type: T.Type
  ) throws(RequestError) -> T? where T.RawValue == String {
    guard let text = try text(key) else { return nil }
    guard let value = T(rawValue: text) else {
      throw wrong(key, "one of " + T.allCases.map(\.rawValue).joined(separator: ", "))
    }
    return value
  }

  /// The elements of a list; none where it is not there.
  func list(_ key: String, atMost limit: Int) throws(RequestError) -> [JSONValue] {
    guard let value = members[key] else { return [] }
    guard let list = value.list, list.count <= limit else {
      throw wrong(key, "a list of at most \(limit)")
    }
    return list
  }

  /// The members of an object; none where it is not there.
  func object(_ key: String) throws(RequestError) -> [String: JSONValue] {
    guard let value = members[key] else { return [:] }
    guard let object = value.object else { throw wrong(key, "an object") }
    return object
  }

  /// Any value; nil where it is not there.
  func value(_ key: String) -> JSONValue? { members[key] }

  /// That a member is not what it has to be.
  func wrong(_ key: String, _ expected: String) -> RequestError {
    let found = members[key]?.described ?? "nothing"
    return RequestError(400, "\(key) in \(place) has to be \(expected), not \(found).")
  }

  private func missing(_ key: String) -> RequestError {
    RequestError(400, "\(key) is missing in \(place).")
  }
}
