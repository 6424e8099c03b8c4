import Foundation

extension Data {
  /// The unsigned number of the given width, least byte first; nil where the bytes end before it.
  ///
  /// - Parameter offset: counted from the first byte
  func number<Number: FixedWidthInteger & UnsignedInteger>(
    at offset: Int, as _: Number.Type
  ) -> Int? {
    let width = MemoryLayout<Number>.size
    guard offset >= 0, offset <= count - width else { return nil }
    var value: Number = 0
    for index in (0..<width).reversed() {
      value = value << 8 | Number(self[startIndex + offset + index])
    }
    return Int(exactly: value)
  }

  /// Some of the bytes; nil where they reach past the end.
  func part(at offset: Int, count length: Int) -> Data? {
    guard offset >= 0, length >= 0, offset <= count, length <= count - offset else { return nil }
    return self[startIndex + offset..<startIndex + offset + length]
  }
}
