import CImageIO

/// How the elements of a chunk are stored as bytes.
struct ZarrChunkEncoding: Sendable {
  /// The order in which the axes are stored, the slowest first: stored axis i is axis `order[i]`.
  var order: [Int]
  /// Whether elements have their high byte first.
  var isBigEndian: Bool
  /// How the bytes are compressed.
  var compressor: Compressor?
  /// How many checksums of four bytes follow the bytes before they are compressed.
  var innerChecksums = 0
  /// How many follow the compressed bytes.
  var outerChecksums = 0

  /// A compressed form that is read, by its name in metadata.
  enum Compressor: String, Sendable {
    case blosc, zstd, gzip, zlib
  }

  /// The most bytes that are read to decode a chunk of so many.
  static func mostEncodedBytes(_ decoded: Int) -> Int { 2 * decoded + 1 << 16 }

  /// Decodes a chunk.
  ///
  /// - Parameters:
  ///   - stored: the chunk as it is in its file
  ///   - shape: its shape, the axes in the array's order
  ///   - type: the element type
  ///   - name: its file and place, for messages
  /// - Returns: the elements in C order and the machine's byte order
  func decode(
    _ stored: [UInt8], shape: [Int], type: PixelType, name: String
  ) throws(ImagingError) -> [UInt8] {
    let count = shape.reduce(1, *)
    let size = count * type.byteCount
    var bytes = try checked(stored, outerChecksums, name)
    if let compressor {
      let inner = size + 4 * innerChecksums
      bytes = try decompressed(bytes, by: compressor, count: inner, name)
    }
    bytes = try checked(bytes, innerChecksums, name)
    guard bytes.count == size else {
      throw broken(name, "it has \(bytes.count) bytes, the metadata state \(size)")
    }
    if type.byteCount > 1, isBigEndian != Self.isMachineBigEndian {
      bytes.withUnsafeMutableBytes { buffer in
        if let start = buffer.baseAddress { type.swapBytes(start, count: count) }
      }
    }
    return ZarrBox.ordered(bytes, order: order, shape: shape, elementSize: type.byteCount)
  }

  /// Whether this machine has the high byte first.
  static var isMachineBigEndian: Bool { Int(1).bigEndian == 1 }

  /// The bytes without the checksums behind them, which have to fit.
  private func checked(
    _ bytes: [UInt8], _ checksums: Int, _ name: String
  ) throws(ImagingError) -> [UInt8] {
    if checksums == 0 { return bytes }
    guard bytes.count >= 4 * checksums else {
      throw broken(name, "its \(bytes.count) bytes have no room for a checksum")
    }
    var rest = bytes
    for _ in 0..<checksums {
      let end = rest.count - 4
      let fits = rest.withUnsafeBytes { buffer in
        CRC32C.checksum(UnsafeRawBufferPointer(rebasing: buffer[..<end]))
          == UInt32(littleEndian: buffer.loadUnaligned(fromByteOffset: end, as: UInt32.self))
      }
      if !fits { throw broken(name, "its checksum does not fit its bytes") }
      rest.removeLast(4)
    }
    return rest
  }

  private func decompressed(
    _ bytes: [UInt8], by compressor: Compressor, count: Int, _ name: String
  ) throws(ImagingError) -> [UInt8] {
    var reason: UnsafePointer<CChar>?
    let decoded = [UInt8](unsafeUninitializedCapacity: count) { target, initialised in
      bytes.withUnsafeBytes { source in
        reason =
          switch compressor {
          case .blosc:
            cimageio_blosc_decode(source.baseAddress, source.count, target.baseAddress, count)
          case .zstd:
            cimageio_zstd_decode(source.baseAddress, source.count, target.baseAddress, count)
          case .gzip, .zlib:
            cimageio_deflate_decode(
              source.baseAddress, source.count, target.baseAddress, count,
              compressor == .gzip ? 1 : 0)
          }
      }
      initialised = reason == nil ? count : 0
    }
    if let reason {
      throw broken(name, "as \(compressor.rawValue), \(String(cString: reason))")
    }
    return decoded
  }

  private func broken(_ name: String, _ reason: String) -> ImagingError {
    ImagingError(.truncated, "\(name) cannot be decoded: \(reason); it is cut off or broken")
  }
}
