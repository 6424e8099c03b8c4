/// The checksum of Zarr's `crc32c` codec (Castagnoli, polynomial 0x82F63B78), eight bytes at a time.
package enum CRC32C {
  /// Row k holds the checksums of every byte followed by k zero bytes.
  private static let table: [UInt32] = {
    var table = [UInt32](repeating: 0, count: 8 * 256)
    for byte in 0..<256 {
      var value = UInt32(byte)
      for _ in 0..<8 { value = value & 1 == 0 ? value >> 1 : value >> 1 ^ 0x82F6_3B78 }
      table[byte] = value
    }
    for row in 1..<8 {
      for byte in 0..<256 {
        let before = table[(row - 1) * 256 + byte]
        table[row * 256 + byte] = before >> 8 ^ table[Int(before & 0xFF)]
      }
    }
    return table
  }()

  /// The checksum of the bytes.
  package static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    table.withUnsafeBufferPointer { table in
      var value: UInt32 = 0xFFFF_FFFF
      var place = 0
      while place + 8 <= bytes.count {
        let word =
          UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
          ^ UInt64(value)
        value = 0
        for index in 0..<8 {
          value ^= table[(7 - index) * 256 + Int(word >> UInt64(8 * index) & 0xFF)]
        }
        place += 8
      }
      while place < bytes.count {
        value = value >> 8 ^ table[Int((value ^ UInt32(bytes[place])) & 0xFF)]
        place += 1
      }
      return ~value
    }
  }
}
