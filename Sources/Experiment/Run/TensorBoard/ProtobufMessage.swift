/// A message in the binary form of protocol buffers, made field by field.
///
/// Each field is its number and kind, then its value (protobuf.dev, "Encoding"). A reader needs no
/// more than the numbers, so messages of other programs can be written without their definitions.
struct ProtobufMessage {
  /// How a field's value is stored.
  private enum Form: UInt64 {
    case variable = 0
    case eightBytes = 1
    case counted = 2
    case fourBytes = 5
  }

  /// The message so far.
  private(set) var bytes: [UInt8] = []

  /// Adds a whole number (`int32`, `int64`, `enum`).
  mutating func add(_ field: UInt64, _ value: Int) {
    begin(field, .variable)
    append(variable: UInt64(bitPattern: Int64(value)))
  }

  /// Adds a number of eight bytes (`double`).
  mutating func add(_ field: UInt64, _ value: Double) {
    begin(field, .eightBytes)
    append(fixed: value.bitPattern)
  }

  /// Adds a number of four bytes (`float`).
  mutating func add(_ field: UInt64, _ value: Float) {
    begin(field, .fourBytes)
    append(fixed: value.bitPattern)
  }

  /// Adds a text (`string`).
  mutating func add(_ field: UInt64, _ text: String) { add(field, Array(text.utf8)) }

  /// Adds bytes (`bytes`).
  mutating func add(_ field: UInt64, _ value: [UInt8]) {
    begin(field, .counted)
    append(variable: UInt64(value.count))
    bytes += value
  }

  /// Adds a message within this one.
  mutating func add(_ field: UInt64, _ message: ProtobufMessage) { add(field, message.bytes) }

  private mutating func begin(_ field: UInt64, _ form: Form) {
    append(variable: field << 3 | form.rawValue)
  }

  private mutating func append(variable value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  private mutating func append(fixed value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }
}
