import Foundation

/// Reads the operands of a pickle's instructions, from left to right.
struct PickleScanner {
  private let bytes: [UInt8]
  /// The next byte.
  private(set) var place = 0

  init(_ data: Data) { bytes = Array(data) }

  /// Bytes that are left.
  var rest: Int { bytes.count - place }

  mutating func byte() throws(FormatError) -> UInt8 {
    guard place < bytes.count else { throw truncated }
    place += 1
    return bytes[place - 1]
  }

  mutating func take(_ count: Int) throws(FormatError) -> ArraySlice<UInt8> {
    guard count <= bytes.count - place else { throw truncated }
    place += count
    return bytes[place - count..<place]
  }

  /// An unsigned number, least byte first.
  mutating func number(bytes count: Int) throws(FormatError) -> Int {
    let digits = try take(count)
    let value = digits.reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
    guard let number = Int(exactly: value) else {
      throw broken("a length there is \(value)", at: place - count)
    }
    return number
  }

  mutating func float() throws(FormatError) -> Double {
    Double(bitPattern: try take(8).reduce(0 as UInt64) { $0 << 8 | UInt64($1) })
  }

  /// A number in two's complement, least byte first.
  mutating func longInteger() throws(FormatError) -> Pickle.Kind {
    let digits = try take(try number(bytes: 1))
    guard digits.count <= 8 else { return .largeInteger }
    var value: Int = digits.last.map { $0 >= 0x80 ? -1 : 0 } ?? 0
    for digit in digits.reversed() { value = value << 8 | Int(digit) }
    return .integer(value)
  }

  mutating func text(lengthBytes: Int) throws(FormatError) -> String {
    let start = place
    let bytes = try take(try number(bytes: lengthBytes))
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw broken("a text there is not UTF-8", at: start)
    }
    return text
  }

  /// Text to the end of the line.
  mutating func line() throws(FormatError) -> String {
    guard let end = bytes[place...].firstIndex(of: UInt8(ascii: "\n")) else { throw truncated }
    guard let text = String(validating: bytes[place..<end], as: UTF8.self) else {
      throw broken("a name there is not UTF-8", at: place)
    }
    place = end + 1
    return text
  }

  /// The error of an instruction that cannot be carried out.
  static func broken(_ what: String, at offset: Int) -> FormatError {
    FormatError(reason: "its pickle is broken at byte \(offset): \(what)")
  }

  private func broken(_ what: String, at offset: Int) -> FormatError {
    Self.broken(what, at: offset)
  }

  private var truncated: FormatError {
    FormatError(reason: "its pickle of \(bytes.count) bytes is cut short")
  }
}
