import Imaging
import Testing

@Suite("CRC-32C")
struct CRC32CTests {
  private func checksum(_ bytes: [UInt8]) -> UInt32 {
    bytes.withUnsafeBytes { CRC32C.checksum($0) }
  }

  @Test("the digits 1 to 9 give the value of the standard, no bytes give 0")
  func standard() {
    #expect(checksum(Array("123456789".utf8)) == 0xe306_9283)
    #expect(checksum([]) == 0)
  }

  @Test("bytes taken eight at a time give what single bits give")
  func lengths() {
    for count in 0...40 {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 37 + 11) }
      var value: UInt32 = 0xFFFF_FFFF
      for byte in bytes {
        value ^= UInt32(byte)
        for _ in 0..<8 { value = value & 1 == 0 ? value >> 1 : value >> 1 ^ 0x82F6_3B78 }
      }
      #expect(checksum(bytes) == ~value, "\(count) bytes")
    }
  }
}
