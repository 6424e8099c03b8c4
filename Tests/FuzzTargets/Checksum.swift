/// CRC-32C (Castagnoli), as Zarr keeps it behind what it is of.
public enum Checksum {
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { value, _ in
      value & 1 == 1 ? value >> 1 ^ 0x82F6_3B78 : value >> 1
    }
  }

  /// The four bytes, the low one first.
  public static func bytes(of content: some Sequence<UInt8>) -> [UInt8] {
    let sum = ~content.reduce(~UInt32(0)) { table[Int(($0 ^ UInt32($1)) & 0xFF)] ^ $0 >> 8 }
    return withUnsafeBytes(of: sum.littleEndian, Array.init)
  }
}
