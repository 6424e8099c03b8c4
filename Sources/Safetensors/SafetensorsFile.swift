import Foundation

/// A safetensors file, mapped into memory and checked as a whole when it is opened.
///
/// Copies share the mapping. Do not shorten a file in place while it is open; files written by
/// ``write(_:metadata:to:)`` never are, since they replace their predecessor by renaming.
public struct SafetensorsFile: Sendable {
  /// How the elements of a tensor are stored, little-endian.
  public enum ElementType: String, Sendable, CaseIterable {
    case f64 = "F64"
    case f32 = "F32"
    case f16 = "F16"
    case bf16 = "BF16"
    case i64 = "I64"
    case i32 = "I32"
    case i16 = "I16"
    case i8 = "I8"
    case u64 = "U64"
    case u32 = "U32"
    case u16 = "U16"
    case u8 = "U8"
    case bool = "BOOL"

    /// The size of one element in bytes.
    public var byteCount: Int {
      switch self {
      case .f64, .i64, .u64: 8
      case .f32, .i32, .u32: 4
      case .f16, .bf16, .i16, .u16: 2
      case .i8, .u8, .bool: 1
      }
    }
  }

  /// One tensor's place in the file.
  public struct Entry: Sendable, Equatable {
    /// The tensor's name.
    public let name: String
    /// How its elements are stored.
    public let type: ElementType
    /// Its shape, outermost dimension first; empty for a scalar.
    public let shape: [Int]
    /// Its bytes, counted from the start of the data part.
    public let range: Range<Int>

    /// The number of elements.
    public var count: Int { range.count / type.byteCount }
  }

  /// The largest header that is read, in bytes (100 MB).
  public static let headerLimit = 100_000_000

  /// Where the file was read from.
  public let url: URL
  /// The file's `__metadata__`; empty when it has none.
  public let metadata: [String: String]
  /// The tensors in the order of their data.
  public let entries: [Entry]

  let bytes: Data
  let dataStart: Int
  private let places: [String: Int]

  /// Maps the file and checks all of its header.
  ///
  /// - Throws: ``SafetensorsError/unreadable(path:reason:)`` or
  ///   ``SafetensorsError/malformed(path:reason:)``.
  public init(contentsOf url: URL) throws(SafetensorsError) {
    let path = url.path
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      throw .unreadable(path: path, reason: "there is no such file")
    }
    guard !isDirectory.boolValue else {
      throw .unreadable(path: path, reason: "it is a folder; name a file inside it")
    }
    do {
      bytes = try Data(contentsOf: url, options: .mappedIfSafe)
    } catch {
      throw .unreadable(path: path, reason: error.localizedDescription)
    }
    guard bytes.count >= 8 else {
      throw .malformed(path: path, reason: "it has \(bytes.count) bytes, the least is 10")
    }
    let length = bytes.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
    guard length <= UInt64(bytes.count - 8) else {
      throw .malformed(
        path: path,
        reason: "its header should take \(length) bytes, \(bytes.count - 8) follow the length")
    }
    guard length >= 2, length <= UInt64(Self.headerLimit) else {
      throw .malformed(
        path: path,
        reason: "its header takes \(length) bytes, 2 to \(Self.headerLimit) are expected")
    }
    dataStart = 8 + Int(length)
    self.url = url
    let header: Header
    do {
      header = try Header(Array(bytes[bytes.startIndex + 8..<bytes.startIndex + dataStart]))
      entries = try header.entries(dataSize: bytes.count - dataStart)
    } catch {
      throw .malformed(path: path, reason: error.reason)
    }
    metadata = header.metadata
    var places: [String: Int] = [:]
    places.reserveCapacity(entries.count)
    for (place, entry) in entries.enumerated() { places[entry.name] = place }
    self.places = places
  }

  /// The entry of that name, nil when the file has none.
  public subscript(name: String) -> Entry? {
    places[name].map { entries[$0] }
  }
}
