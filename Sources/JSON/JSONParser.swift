/// Reads JSON text into a tree: no key twice, a bounded depth, mistakes with line and column.
package struct JSONParser {
  private let bytes: [UInt8]
  private let words: [(String, JSONValue)]
  private var place = 0
  private var values = 0

  /// The most lists and objects within each other.
  private static let mostDepth = 64
  /// The most values in one text, so that its tree has a bounded size too.
  private static let mostValues = 1 << 21

  /// What is wrong, and where.
  package struct Failure: Error {
    package let description: String
  }

  /// The tree that the text stands for.
  ///
  /// - Parameters:
  ///   - text: UTF-8, with a byte order mark or without
  ///   - takesNonFinite: whether the words NaN, Infinity and -Infinity are numbers, as Python
  ///     writes them, although the standard has none
  /// - Throws: `Failure` with line and column.
  package static func parse(
    _ text: [UInt8], takesNonFinite: Bool = false
  ) throws(Failure) -> JSONValue {
    var parser = JSONParser(bytes: text, words: takesNonFinite ? words + nonFinite : words)
    guard String(validating: text, as: UTF8.self) != nil else {
      throw Failure(description: "it is not UTF-8")
    }
    if text.starts(with: [0xEF, 0xBB, 0xBF]) { parser.place = 3 }
    let value = try parser.value(depth: 0)
    parser.skipSpace()
    guard parser.place == text.count else { throw parser.failure(expected: "the end") }
    return value
  }

  private init(bytes: [UInt8], words: [(String, JSONValue)]) {
    self.bytes = bytes
    self.words = words
  }

  private mutating func value(depth: Int) throws(Failure) -> JSONValue {
    values += 1
    guard depth < Self.mostDepth else {
      throw failure("more than \(Self.mostDepth) lists and objects within each other")
    }
    guard values <= Self.mostValues else { throw failure("more than \(Self.mostValues) values") }
    skipSpace()
    guard place < bytes.count else { throw failure(expected: "a value") }
    switch bytes[place] {
    case UInt8(ascii: "{"): return .object(try members(depth: depth))
    case UInt8(ascii: "["): return .list(try elements(depth: depth))
    case UInt8(ascii: "\""): return .text(try text())
    default: break
    }
    for (word, value) in words where bytes[place...].starts(with: word.utf8) {
      place += word.utf8.count
      return value
    }
    return try number()
  }

  private static let words: [(String, JSONValue)] = [
    ("true", .bool(true)), ("false", .bool(false)), ("null", .null),
  ]
  private static let nonFinite: [(String, JSONValue)] = [
    ("NaN", .number(.nan)), ("Infinity", .number(.infinity)), ("-Infinity", .number(-.infinity)),
  ]

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
      guard accept(":") else { throw failure(expected: "a colon") }
      let old = members.updateValue(try value(depth: depth + 1), forKey: key)
      if old != nil {
        place = start
        throw failure("the key \(JSONValue.quoted(key)) a second time")
      }
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

  /// A text in quotes, which `place` is at.
  private mutating func text() throws(Failure) -> String {
    place += 1
    var content: [UInt8] = []
    while place < bytes.count, bytes[place] >= 0x20 {
      let byte = bytes[place]
      place += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: content, as: UTF8.self)
      case UInt8(ascii: "\\"): content += Array(String(try escape()).utf8)
      default: content.append(byte)
      }
    }
    throw failure(expected: "the end of a text")
  }

  /// What follows a backslash.
  private mutating func escape() throws(Failure) -> Unicode.Scalar {
    guard place < bytes.count else { throw failure(expected: "the end of a text") }
    let letter = Unicode.Scalar(bytes[place])
    place += 1
    switch letter {
    case "\"", "\\", "/": return letter
    case "b": return "\u{8}"
    case "f": return "\u{C}"
    case "n": return "\n"
    case "r": return "\r"
    case "t": return "\t"
    case "u": break
    default:
      place -= 1
      throw failure("a text with an unknown escape")
    }
    let unit = try hexadecimal()
    if let scalar = Unicode.Scalar(unit) { return scalar }
    // The first half of a pair; a half alone stands for no character.
    if unit < 0xDC00, bytes[place...].starts(with: "\\u".utf8) {
      place += 2
      let low = try hexadecimal()
      if (0xDC00..<0xE000).contains(low),
        let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
      {
        return scalar
      }
    }
    throw failure("a text with half of a surrogate pair")
  }

  private mutating func hexadecimal() throws(Failure) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard place < bytes.count, let digit = Character(Unicode.Scalar(bytes[place])).hexDigitValue
      else { throw failure(expected: "four hexadecimal digits") }
      value = value << 4 | UInt32(digit)
      place += 1
    }
    return value
  }

  private mutating func number() throws(Failure) -> JSONValue {
    let start = place
    var isWhole = true
    var isNumber = true
    if place < bytes.count, bytes[place] == UInt8(ascii: "-") { place += 1 }
    let first = place
    let digits = skipDigits()
    isNumber = digits == 1 || digits > 1 && bytes[first] != UInt8(ascii: "0")
    if place < bytes.count, bytes[place] == UInt8(ascii: ".") {
      place += 1
      isWhole = false
      isNumber = skipDigits() > 0 && isNumber
    }
    if place < bytes.count, bytes[place] | 0x20 == UInt8(ascii: "e") {
      place += 1
      isWhole = false
      if place < bytes.count, [0x2B, 0x2D].contains(bytes[place]) { place += 1 }
      isNumber = skipDigits() > 0 && isNumber
    }
    let text = String(decoding: bytes[start..<place], as: UTF8.self)
    if isNumber {
      if isWhole, let value = Int(text) { return .integer(value) }
      if isWhole, let value = UInt64(text) { return .unsigned(value) }
      if let value = Double(text), value.isFinite { return .number(value) }
    }
    place = start
    throw text.isEmpty
      ? failure(expected: "a value") : failure("\(text.prefix(40)), which is no number of JSON")
  }

  private mutating func skipDigits() -> Int {
    let start = place
    while place < bytes.count, 0x30...0x39 ~= bytes[place] { place += 1 }
    return place - start
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
