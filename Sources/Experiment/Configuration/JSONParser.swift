import Foundation

/// Reads JSON text into a tree, strictly: no key twice, and mistakes with line and column.
struct JSONParser {
  private let bytes: [UInt8]
  private var place = 0
  private let depthLimit = 64

  /// What is wrong, and where.
  struct Failure: Error {
    let description: String
  }

  /// The tree that the text stands for.
  static func parse(_ json: Data) throws(Failure) -> JSONValue {
    var parser = JSONParser(bytes: Array(json))
    guard String(bytes: parser.bytes, encoding: .utf8) != nil else {
      throw Failure(description: "it is not UTF-8")
    }
    let value = try parser.value(depth: 0)
    parser.skipSpace()
    guard parser.place == parser.bytes.count else { throw parser.failure(expected: "the end") }
    return value
  }

  private init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  private mutating func value(depth: Int) throws(Failure) -> JSONValue {
    guard depth < depthLimit else {
      throw failure("more than \(depthLimit) lists and objects within each other")
    }
    skipSpace()
    guard place < bytes.count else { throw failure(expected: "a value") }
    switch bytes[place] {
    case UInt8(ascii: "{"): return .object(try members(depth: depth))
    case UInt8(ascii: "["): return .list(try elements(depth: depth))
    case UInt8(ascii: "\""): return .text(try text())
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    default:
      for (word, value) in [
        ("true", JSONValue.bool(true)), ("false", .bool(false)), ("null", .null),
      ]
      where bytes[place...].starts(with: word.utf8) {
        place += word.utf8.count
        return value
      }
      throw failure(expected: "a value")
    }
  }

  private mutating func members(depth: Int) throws(Failure) -> [String: JSONValue] {
    var members: [String: JSONValue] = [:]
    place += 1
    if accept("}") { return members }
    repeat {
      skipSpace()
      let start = place
      guard place < bytes.count, bytes[place] == UInt8(ascii: "\"") else {
        throw failure(expected: "a key in quotes")
      }
      let key = try text()
      guard members[key] == nil else {
        place = start
        throw failure("the key \"\(key)\" a second time")
      }
      guard accept(":") else { throw failure(expected: "a colon") }
      members[key] = try value(depth: depth + 1)
    } while accept(",")
    guard accept("}") else { throw failure(expected: "a comma or }") }
    return members
  }

  private mutating func elements(depth: Int) throws(Failure) -> [JSONValue] {
    var elements: [JSONValue] = []
    place += 1
    if accept("]") { return elements }
    repeat { elements.append(try value(depth: depth + 1)) } while accept(",")
    guard accept("]") else { throw failure(expected: "a comma or ]") }
    return elements
  }

  private mutating func text() throws(Failure) -> String {
    let start = place
    place += 1
    while place < bytes.count, bytes[place] != UInt8(ascii: "\""), bytes[place] >= 0x20 {
      place += bytes[place] == UInt8(ascii: "\\") ? 2 : 1
    }
    guard place < bytes.count, bytes[place] == UInt8(ascii: "\"") else {
      place = min(place, bytes.count)
      throw failure(expected: "the end of a text")
    }
    place += 1
    do {
      return try JSONDecoder().decode(String.self, from: Data(bytes[start..<place]))
    } catch {
      place = start
      throw failure("a text with an unknown escape")
    }
  }

  private mutating func number() throws(Failure) -> JSONValue {
    let start = place
    while place < bytes.count, "+-.eE0123456789".utf8.contains(bytes[place]) { place += 1 }
    let digits = String(decoding: bytes[start..<place], as: UTF8.self)
    if digits.wholeMatch(of: /-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/) != nil {
      if let value = Int(digits) { return .integer(value) }
      if let value = UInt64(digits) { return .unsigned(value) }
      if let value = Double(digits), value.isFinite { return .number(value) }
    }
    place = start
    throw failure("\(digits), which is no number of JSON")
  }

  private mutating func accept(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard place < bytes.count, bytes[place] == UInt8(ascii: character) else { return false }
    place += 1
    return true
  }

  private mutating func skipSpace() {
    while place < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[place]) { place += 1 }
  }

  private func failure(expected: String) -> Failure {
    let next = String(decoding: bytes[place...].prefix(4), as: UTF8.self).first
    return failure("\(next.map { "\"\($0)\"" } ?? "the end"), expected \(expected)")
  }

  private func failure(_ found: String) -> Failure {
    let before = bytes[..<place]
    let line = before.count { $0 == UInt8(ascii: "\n") } + 1
    let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    let column = String(decoding: bytes[start..<place], as: UTF8.self).count + 1
    return Failure(description: "line \(line), column \(column) has \(found)")
  }
}
