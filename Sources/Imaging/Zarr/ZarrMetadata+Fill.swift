import JSON

extension ZarrMetadata {
  /// The element that stands for chunks that are not there, in the machine's byte order.
  ///
  /// Numbers, null for 0, the texts NaN, Infinity and -Infinity, and bits such as 0x7fc00000.
  func fill(_ value: JSONValue, _ type: PixelType) throws(ImagingError) -> [UInt8] {
    if let range = type.range {
      var whole = value == .null ? 0 : value.integer
      // Some writers give integers a fraction of 0.
      if case .number(let number) = value { whole = Int(exactly: number) }
      guard let whole, range.contains(Double(whole)) else { throw wrongFill(value, type) }
      return Self.bytes(UInt64(bitPattern: Int64(whole)), type)
    }
    let number: Double?
    switch value {
    case .null: number = 0
    case .text("NaN"): number = .nan
    case .text("Infinity"): number = .infinity
    case .text("-Infinity"): number = -.infinity
    case .text(let text):
      guard let bits = Self.bits(text, type) else { throw wrongFill(value, type) }
      return Self.bytes(bits, type)
    default: number = value.number
    }
    guard let number else { throw wrongFill(value, type) }
    let rounded = Float(number)
    let halfBits = rounded.halfBits
    let isFinite =
      switch type {
      case .float16: halfBits & 0x7C00 != 0x7C00
      case .float32: rounded.isFinite
      default: true
      }
    if number.isFinite, !isFinite { throw wrongFill(value, type) }
    return switch type {
    case .float16: Self.bytes(UInt64(halfBits), type)
    case .float32: Self.bytes(UInt64(rounded.bitPattern), type)
    default: Self.bytes(number.bitPattern, type)
    }
  }

  /// The bits that a text such as 0x7fc00000 gives, one digit for every four of the type's.
  private static func bits(_ text: String, _ type: PixelType) -> UInt64? {
    let digits = text.dropFirst(2)
    guard text.hasPrefix("0x"), digits.utf8.count == 2 * type.byteCount,
      digits.allSatisfy({ $0.isASCII && $0.isHexDigit })
    else { return nil }
    return UInt64(digits, radix: 16)
  }

  private static func bytes(_ bits: UInt64, _ type: PixelType) -> [UInt8] {
    switch type.byteCount {
    case 1: [UInt8(truncatingIfNeeded: bits)]
    case 2: withUnsafeBytes(of: UInt16(truncatingIfNeeded: bits)) { Array($0) }
    case 4: withUnsafeBytes(of: UInt32(truncatingIfNeeded: bits)) { Array($0) }
    default: withUnsafeBytes(of: bits) { Array($0) }
    }
  }

  private func wrongFill(_ value: JSONValue, _ type: PixelType) -> ImagingError {
    error(.mismatch, "the fill value \(value.described) is no value of the type \(type)")
  }
}
