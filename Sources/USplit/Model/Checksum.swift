/// A hash of what was put into it, in order: against accidents, not against intent.
///
/// FNV-1a (Fowler, Noll and Vo) with 64 bits.
package struct Checksum {
  private var hash = 0xcbf2_9ce4_8422_2325 as UInt64

  /// Of nothing yet.
  package init() {}

  /// Of a text.
  package init(_ text: String) {
    for byte in text.utf8 { add(UInt64(byte)) }
  }

  /// Puts in one more number.
  package mutating func add(_ number: UInt64) {
    hash = (hash ^ number) &* 0x100_0000_01b3
  }

  /// As hexadecimal digits.
  package var text: String { String(hash, radix: 16) }
}
