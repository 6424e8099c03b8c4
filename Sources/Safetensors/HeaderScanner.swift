/// Reads the few JSON forms a header may hold, from left to right.
struct HeaderScanner {
  private let bytes: [UInt8]
  private var place = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// Steps over the character, when it is next.
  mutating func accept(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard place < bytes.count, bytes[place] == UInt8(ascii: character) else { return false }
    place += 1
    return true
  }

  mutating func expect(_ character: Unicode.Scalar) throws(HeaderError) {
    guard accept(character) else { throw error("\(character)") }
  }

  /// Makes sure that only blanks follow.
  mutating func expectEnd() throws(HeaderError) {
    skipSpace()
    guard place == bytes.count else { throw error("the end") }
  }

  /// A list of whole numbers that are not negative.
  mutating func integers() throws(HeaderError) -> [Int] {
    var values: [Int] = []
    try expect("[")
    if accept("]") { return values }
    repeat { values.append(try integer()) } while accept(",")
    try expect("]")
    return values
  }

  mutating func string() throws(HeaderError) -> String {
    try expect("\"")
    var text: [UInt8] = []
    while place < bytes.count {
      let byte = bytes[place]
      place += 1
      switch byte {
      case UInt8(ascii: "\""):
        return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"):
        text.append(contentsOf: Array(String(try escape()).utf8))
      case 0..<0x20:
        place -= 1
        throw error("a character that is no control character")
      default:
        text.append(byte)
      }
    }
    throw error("the end of a string")
  }

  private mutating func integer() throws(HeaderError) -> Int {
    skipSpace()
    let start = place
    var value = 0
    while place < bytes.count, case let digit = bytes[place] &- UInt8(ascii: "0"), digit < 10 {
      let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = tens.addingReportingOverflow(Int(digit))
      guard !overflow, !carry else {
        throw HeaderError(reason: "its header has a number too large at byte \(start)")
      }
      value = sum
      place += 1
    }
    guard place > start, place == start + 1 || bytes[start] != UInt8(ascii: "0") else {
      place = start
      throw error("a whole number")
    }
    return value
  }

  private mutating func escape() throws(HeaderError) -> Unicode.Scalar {
    guard place < bytes.count else { throw error("an escape") }
    let byte = bytes[place]
    place += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      let high = try hexadecimal()
      if let scalar = Unicode.Scalar(high) { return scalar }
      guard high < 0xDC00, place + 1 < bytes.count, bytes[place] == UInt8(ascii: "\\"),
        bytes[place + 1] == UInt8(ascii: "u")
      else { throw error("the second half of a surrogate pair") }
      place += 2
      let low = try hexadecimal()
      guard (0xDC00..<0xE000).contains(low),
        let scalar = Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
      else { throw error("the second half of a surrogate pair") }
      return scalar
    default:
      throw error("a known escape")
    }
  }

  private mutating func hexadecimal() throws(HeaderError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard place < bytes.count,
        let digit = Character(Unicode.Scalar(bytes[place])).hexDigitValue
      else { throw error("four hexadecimal digits") }
      value = value << 4 | UInt32(digit)
      place += 1
    }
    return value
  }

  private mutating func skipSpace() {
    while place < bytes.count, case let byte = bytes[place],
      byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    {
      place += 1
    }
  }

  private func error(_ expected: String) -> HeaderError {
    let found =
      place < bytes.count ? "\"\(Character(Unicode.Scalar(bytes[place])))\"" : "the end"
    return HeaderError(reason: "its header has \(found) at byte \(place), expected \(expected)")
  }
}
