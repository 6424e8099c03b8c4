import CImageIO
import JSON

/// How the chunks of a Zarr array are compressed when they are written.
public enum ZarrCompression: String, Sendable, CaseIterable {
  /// Pixels as they are.
  case none
  /// Zstandard at level 3.
  case zstd
  /// Blosc with byte shuffle and Zstandard, at level 5.
  case bloscZstd = "blosc-zstd"
  /// Blosc with byte shuffle and LZ4, at level 5.
  case bloscLZ4 = "blosc-lz4"
  /// gzip at level 5.
  case gzip

  private static let zstdLevel = 3
  private static let level = 5

  /// Compresses a chunk; nil where the library cannot, as for lack of memory.
  func encode(_ bytes: UnsafeRawBufferPointer, type: PixelType) -> [UInt8]? {
    if self == .none { return Array(bytes) }
    let (source, size) = (bytes.baseAddress, bytes.count)
    let capacity = cimageio_encoded_bound(size)
    let encoded = [UInt8](unsafeUninitializedCapacity: capacity) { target, count in
      let target = target.baseAddress
      count =
        switch self {
        case .none: 0
        case .zstd: cimageio_zstd_encode(source, size, target, capacity, Int32(Self.zstdLevel))
        case .gzip: cimageio_gzip_encode(source, size, target, capacity, Int32(Self.level))
        case .bloscZstd, .bloscLZ4:
          cimageio_blosc_encode(
            source, size, target, capacity, type.byteCount, Int32(Self.level), bloscName)
        }
    }
    return encoded.isEmpty ? nil : encoded
  }

  /// What `.zarray` calls it.
  func version2(_ type: PixelType) -> JSONValue {
    switch self {
    case .none: .null
    case .zstd: .object(["id": .text("zstd"), "level": .integer(Self.zstdLevel)])
    case .gzip: .object(["id": .text("gzip"), "level": .integer(Self.level)])
    case .bloscZstd, .bloscLZ4:
      .object([
        "id": .text("blosc"), "cname": .text(bloscName), "clevel": .integer(Self.level),
        "shuffle": .integer(type.byteCount > 1 ? 1 : 0), "blocksize": .integer(0),
      ])
    }
  }

  /// The codecs that `zarr.json` lists for it.
  func version3(_ type: PixelType) -> [JSONValue] {
    let (name, configuration): (String, [String: JSONValue])
    switch self {
    case .none: return []
    case .zstd:
      (name, configuration) = (
        "zstd", ["level": .integer(Self.zstdLevel), "checksum": .bool(false)]
      )
    case .gzip: (name, configuration) = ("gzip", ["level": .integer(Self.level)])
    case .bloscZstd, .bloscLZ4:
      name = "blosc"
      configuration = [
        "cname": .text(bloscName), "clevel": .integer(Self.level),
        "shuffle": .text(type.byteCount > 1 ? "shuffle" : "noshuffle"),
        "typesize": .integer(type.byteCount), "blocksize": .integer(0),
      ]
    }
    return [.object(["name": .text(name), "configuration": .object(configuration)])]
  }

  private var bloscName: String { self == .bloscLZ4 ? "lz4" : "zstd" }
}
