import Foundation

/// A zip archive to be written, also one that lies.
public struct ZipFile {
  /// One entry; what is nil is told as it is.
  public struct Entry {
    /// Its name, with folders.
    public var name: String
    /// What it holds.
    public var data: Data
    /// How it is said to be compressed; 0 for not at all.
    public var method = 0
    /// Flags of its header.
    public var flags = 0
    /// The size in the directory.
    public var size: Int?
    /// The size in the header before the entry.
    public var headerSize: Int?
    /// The checksum in the directory and the header.
    public var checksum: UInt32?
    /// The name in the header before the entry.
    public var headerName: String?
    /// Where the directory says that the header is.
    public var offset: Int?

    /// An entry that tells the truth.
    public init(_ name: String, _ data: Data) {
      self.name = name
      self.data = data
    }
  }

  /// All entries, in order.
  public var entries: [Entry]
  /// Whether checksums and sizes follow the data, as PyTorch's archives have them.
  public var hasDescriptors = true
  /// Whether numbers are in the fields for large archives.
  public var isZip64 = true
  /// The number of entries that the end record tells.
  public var count: Int?
  /// The place of the directory that the end record tells.
  public var start: Int?

  /// An archive of some entries.
  public init(_ entries: [Entry]) { self.entries = entries }

  /// The archive.
  public var data: Data {
    var bytes = Data()
    var directory = Data()
    for entry in entries {
      let checksum = entry.checksum ?? Self.checksum(entry.data)
      let size = entry.size ?? entry.data.count
      let flags = entry.flags | (hasDescriptors ? 8 : 0)
      let name = Data((entry.headerName ?? entry.name).utf8)
      let told = hasDescriptors ? 0 : entry.headerSize ?? size
      let place = bytes.count
      bytes += littleEndian(0x0403_4B50 as UInt32) + littleEndian(0 as UInt16)
      bytes += littleEndian(UInt16(flags)) + littleEndian(UInt16(entry.method)) + Data(count: 4)
      bytes += littleEndian(hasDescriptors ? 0 : checksum)
      bytes += littleEndian(UInt32(told)) + littleEndian(UInt32(told))
      bytes += littleEndian(UInt16(name.count)) + littleEndian(0 as UInt16) + name + entry.data
      if hasDescriptors {
        bytes += littleEndian(0x0807_4B50 as UInt32) + littleEndian(checksum)
        bytes += littleEndian(UInt32(size)) + littleEndian(UInt32(size))
      }
      let wide = isZip64 ? 0xFFFF_FFFF : size
      let offset = entry.offset ?? place
      let extra =
        isZip64
        ? littleEndian(1 as UInt16) + littleEndian(24 as UInt16) + littleEndian(UInt64(size))
          + littleEndian(UInt64(size)) + littleEndian(UInt64(offset)) : Data()
      directory += littleEndian(0x0201_4B50 as UInt32) + Data(count: 4)
      directory += littleEndian(UInt16(flags)) + littleEndian(UInt16(entry.method))
      directory += Data(count: 4) + littleEndian(checksum) + littleEndian(UInt32(wide))
      directory += littleEndian(UInt32(wide)) + littleEndian(UInt16(entry.name.utf8.count))
      directory += littleEndian(UInt16(extra.count)) + Data(count: 10)
      directory += littleEndian(isZip64 ? 0xFFFF_FFFF : UInt32(offset))
      directory += Data(entry.name.utf8) + extra
    }
    return bytes + directory + end(at: bytes.count, size: directory.count)
  }

  private func end(at start: Int, size: Int) -> Data {
    let count = self.count ?? entries.count
    let place = self.start ?? start
    var bytes = Data()
    if isZip64 {
      bytes += littleEndian(0x0606_4B50 as UInt32) + littleEndian(44 as UInt64) + Data(count: 12)
      bytes += littleEndian(UInt64(count)) + littleEndian(UInt64(count))
      bytes += littleEndian(UInt64(size)) + littleEndian(UInt64(place))
      bytes += littleEndian(0x0706_4B50 as UInt32) + Data(count: 4)
      bytes += littleEndian(UInt64(start + size)) + littleEndian(1 as UInt32)
    }
    bytes += littleEndian(0x0605_4B50 as UInt32) + Data(count: 4)
    let short = isZip64 ? 0xFFFF : UInt16(count)
    bytes += littleEndian(short) + littleEndian(short)
    bytes += littleEndian(isZip64 ? 0xFFFF_FFFF : UInt32(size))
    bytes += littleEndian(isZip64 ? 0xFFFF_FFFF : UInt32(place)) + Data(count: 2)
    return bytes
  }

  /// The checksum of zip archives, bit by bit.
  public static func checksum(_ data: Data) -> UInt32 {
    var value: UInt32 = 0xFFFF_FFFF
    for byte in data {
      value ^= UInt32(byte)
      for _ in 0..<8 { value = value & 1 == 0 ? value >> 1 : value >> 1 ^ 0xEDB8_8320 }
    }
    return ~value
  }
}
