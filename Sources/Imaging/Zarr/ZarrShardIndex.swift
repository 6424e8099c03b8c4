/// Where the inner chunks of a shard are in its file.
enum ZarrShardIndex {
  /// What stands for the place and the size of a chunk that is not there.
  static let absent = UInt64.max

  /// Reads the index of a shard, without its checksum, which has to fit.
  ///
  /// - Parameters:
  ///   - file: the shard
  ///   - sharding: how it is cut up
  ///   - chunks: its number of inner chunks
  static func read(
    _ file: ZarrFile, _ sharding: ZarrSharding, chunks: Int
  ) throws(ImagingError) -> [UInt8] {
    let size = byteCount(sharding, chunks: chunks)
    guard file.size >= size else {
      throw ImagingError(
        .truncated,
        "\(file.path) has \(file.size) bytes, fewer than the \(size) of its index; it is cut off")
    }
    let stored = try file.read(
      offset: sharding.isIndexFirst ? 0 : file.size - size, count: size)
    let encoding = ZarrChunkEncoding(
      order: [0], isBigEndian: false, compressor: nil, innerChecksums: sharding.indexChecksums)
    return try encoding.decode(
      stored, shape: [16 * chunks], type: .uint8, name: "\(file.path): the shard's index")
  }

  /// The bytes of an inner chunk in the shard's file; nil where it is not there.
  ///
  /// - Parameters:
  ///   - number: the inner chunk
  ///   - index: what `read` gave
  ///   - file: the shard
  ///   - sharding: how it is cut up
  static func range(
    of number: Int, in index: [UInt8], _ file: ZarrFile, _ sharding: ZarrSharding
  ) throws(ImagingError) -> Range<Int>? {
    let (offset, count) = index.withUnsafeBytes { buffer in
      let offset = buffer.loadUnaligned(fromByteOffset: 16 * number, as: UInt64.self)
      let count = buffer.loadUnaligned(fromByteOffset: 16 * number + 8, as: UInt64.self)
      return sharding.isIndexBigEndian
        ? (UInt64(bigEndian: offset), UInt64(bigEndian: count))
        : (UInt64(littleEndian: offset), UInt64(littleEndian: count))
    }
    if offset == absent, count == absent { return nil }
    let size = byteCount(sharding, chunks: index.count / 16)
    let first = sharding.isIndexFirst ? size : 0
    let end = sharding.isIndexFirst ? file.size : file.size - size
    let (last, overflow) = offset.addingReportingOverflow(count)
    guard !overflow, offset >= UInt64(first), last <= UInt64(max(end, 0)) else {
      throw ImagingError(
        .truncated,
        "\(file.path): chunk \(number) of the shard has \(count) bytes from byte \(offset), outside "
          + "of bytes \(first) to \(end) that hold chunks; the file is cut off or broken")
    }
    return Int(offset)..<Int(last)
  }

  private static func byteCount(_ sharding: ZarrSharding, chunks: Int) -> Int {
    16 * chunks + 4 * sharding.indexChecksums
  }
}
