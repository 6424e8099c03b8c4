import Foundation
import Imaging

/// One shard of a Zarr array of 32 × 32 pixels of 16 bits in inner chunks of 8 × 8.
///
/// As bytes: a byte of flags and the shard.
public struct ShardInput: Sendable {
  /// Rows and columns of an inner chunk.
  public static let inner = 8
  /// Inner chunks.
  public static let count = (ArrayStore.side / inner) * (ArrayStore.side / inner)
  /// Bytes of the index without its checksum.
  static let indexSize = 16 * count

  /// Whether the index comes first.
  public var isIndexFirst = false
  /// Whether inner chunks end with a checksum.
  public var hasChecksums = false
  /// Whether inner chunks are packed with Zstandard.
  public var isPacked = false
  /// Whether the shard lacks the checksum of its index, which is then put in.
  public var isSealed = false
  /// The file of the shard.
  public var shard: [UInt8]

  /// A shard with its index at the end.
  public init(_ shard: [UInt8], isIndexFirst: Bool = false) {
    self.shard = shard
    self.isIndexFirst = isIndexFirst
  }

  /// What some bytes say.
  public init(bytes: [UInt8]) {
    let flags = bytes.first ?? 0
    isIndexFirst = flags & 1 != 0
    hasChecksums = flags & 2 != 0
    isPacked = flags & 4 != 0
    isSealed = flags & 8 != 0
    shard = Array(bytes.dropFirst())
  }

  /// The bytes.
  public var bytes: [UInt8] {
    let flags = [isIndexFirst, hasChecksums, isPacked, isSealed].enumerated().reduce(0) {
      $1.element ? $0 | 1 << $1.offset : $0
    }
    return [UInt8(flags)] + shard
  }

  func read(in scratch: Scratch) -> Bool {
    let bytes = #"{"name":"bytes","configuration":{"endian":"little"}}"#
    let packing = isPacked ? #",{"name":"zstd","configuration":{"level":1}}"# : ""
    let checksums = hasChecksums ? #",{"name":"crc32c"}"# : ""
    var array = ArrayStore()
    array.codecs =
      #"[{"name":"sharding_indexed","configuration":{"chunk_shape":[\#(Self.inner),\#(Self.inner)],"#
      + #""codecs":[\#(bytes)\#(packing)\#(checksums)],"index_codecs":[\#(bytes),"#
      + #"{"name":"crc32c"}],"index_location":"\#(isIndexFirst ? "start" : "end")"}}]"#
    return array.read(isSealed ? sealed : shard, format: 3, in: scratch)
  }

  /// The shard with the checksum of its index.
  private var sealed: [UInt8] {
    if isIndexFirst {
      let index = shard.prefix(Self.indexSize)
      return index + Checksum.bytes(of: index) + shard.dropFirst(Self.indexSize)
    }
    return shard + Checksum.bytes(of: shard.suffix(Self.indexSize))
  }
}
