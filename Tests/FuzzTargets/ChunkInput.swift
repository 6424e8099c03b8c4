import Foundation
import Imaging

/// One chunk of a Zarr array and what the array's metadata say of it.
///
/// As bytes: the number of the codecs, that of the type, a byte of flags, and the chunk.
public struct ChunkInput: Sendable {
  /// Compressors of Zarr version 2, then codecs of version 3 that follow `bytes`.
  public static let codecs: [(format: Int, json: String)] = [
    (2, "null"), (2, #"{"id":"zlib","level":1}"#), (2, #"{"id":"gzip","level":1}"#),
    (2, #"{"id":"zstd","level":1}"#),
    (2, #"{"id":"blosc","cname":"lz4","clevel":5,"shuffle":1,"blocksize":0}"#),
    (3, ""), (3, #",{"name":"gzip","configuration":{"level":1}}"#),
    (3, #",{"name":"zstd","configuration":{"level":1,"checksum":true}}"#),
    (
      3,
      #",{"name":"blosc","configuration":{"cname":"zstd","clevel":5,"shuffle":"bitshuffle","#
        + #""typesize":2,"blocksize":0}}"#
    ),
    (3, #",{"name":"crc32c"}"#),
    (3, #",{"name":"crc32c"},{"name":"zstd","configuration":{"level":1}}"#),
    (
      3,
      #",{"name":"zstd","configuration":{"level":1,"checksum":false}},{"name":"crc32c"}"#
    ),
  ]
  private static let types = [
    ("<u2", "uint16"), ("|u1", "uint8"), ("<i4", "int32"), ("<f4", "float32"), ("<f8", "float64"),
    ("<f2", "float16"),
  ]

  /// Place in `codecs`.
  public var codec: Int
  /// Number of a type, 0 for 16 bits without a sign.
  public var type: Int
  /// Whether columns come before rows.
  public var isTurned = false
  /// Whether the high byte comes first.
  public var isBigEndian = false
  /// Whether the chunk reaches beyond the edge of the array.
  public var reachesOut = false
  /// Whether a right checksum is put behind the chunk.
  public var isSealed = false
  /// The file of the chunk, without that checksum.
  public var chunk: [UInt8]

  /// A chunk of 32 × 32 pixels of 16 bits, low byte first.
  public init(codec: Int, _ chunk: [UInt8], isSealed: Bool = false) {
    self.codec = codec
    type = 0
    self.isSealed = isSealed
    self.chunk = chunk
  }

  /// The first of the codecs that a chunk may be packed with, by its first bytes.
  public static func codec(of chunk: [UInt8]) -> Int {
    let starts: [(codec: Int, bytes: [UInt8])] = [
      (1, [0x78]), (2, [0x1f, 0x8b]), (3, [0x28, 0xb5, 0x2f, 0xfd]), (4, [2, 1]),
    ]
    return starts.first { chunk.starts(with: $0.bytes) }?.codec ?? 0
  }

  /// What some bytes say.
  public init(_ bytes: [UInt8]) {
    let head = bytes.prefix(3) + [0, 0, 0]
    codec = Int(head[0]) % Self.codecs.count
    type = Int(head[1]) % Self.types.count
    isTurned = head[2] & 1 != 0
    isBigEndian = head[2] & 2 != 0
    reachesOut = head[2] & 4 != 0
    isSealed = head[2] & 8 != 0
    chunk = Array(bytes.dropFirst(3))
  }

  /// The bytes.
  public var bytes: [UInt8] {
    let flags = [isTurned, isBigEndian, reachesOut, isSealed].enumerated().reduce(0) {
      $1.element ? $0 | 1 << $1.offset : $0
    }
    return [UInt8(codec), UInt8(type), UInt8(flags)] + chunk
  }

  func read(in scratch: Scratch) -> Bool {
    let (format, json) = Self.codecs[codec]
    let (short, long) = Self.types[type]
    var array = ArrayStore()
    if reachesOut { array.size = (height: 20, width: 27) }
    array.type = format == 2 ? (isBigEndian ? ">" : "<") + String(short.dropFirst()) : long
    let bytes = #"{"name":"bytes","configuration":{"endian":"\#(isBigEndian ? "big" : "little")"}}"#
    let turn = #"{"name":"transpose","configuration":{"order":[1,0]}},"#
    array.codecs = format == 2 ? json : "[\(isTurned ? turn : "")\(bytes)\(json)]"
    array.order = isTurned ? "F" : "C"
    let content = chunk + (isSealed ? Checksum.bytes(of: chunk) : [])
    return array.read(content, format: format, in: scratch)
  }
}
