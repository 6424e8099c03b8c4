/// The checksum of the records of an event file: CRC-32C (Castagnoli, polynomial 0x82F63B78), turned
/// and shifted so that the checksum of data that holds checksums is not weak.
package enum MaskedChecksum {
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { value, _ in
      value & 1 == 0 ? value >> 1 : value >> 1 ^ 0x82F6_3B78
    }
  }

  /// The checksum as it stands in the file.
  package static func masked(_ bytes: some Sequence<UInt8>) -> UInt32 {
    let value = plain(bytes)
    return (value >> 15 | value << 17) &+ 0xA282_EAD8
  }

  /// CRC-32C itself.
  package static func plain(_ bytes: some Sequence<UInt8>) -> UInt32 {
    table.withUnsafeBufferPointer { table in
      ~bytes.reduce(~0) { value, byte in
        value >> 8 ^ table[Int((value ^ UInt32(byte)) & 0xFF)]
      }
    }
  }
}
