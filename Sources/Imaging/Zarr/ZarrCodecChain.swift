import JSON

/// The codecs of version 3, put in order: transposing, then bytes or shards, then what is done with
/// the bytes.
struct ZarrCodecChain {
  /// What is done with a chunk, or with a shard's axes before it is cut up.
  var encoding: ZarrChunkEncoding
  /// How shards are cut up, as the metadata say it.
  var sharding: JSONValue?

  /// Reads a list of codecs.
  ///
  /// - Parameters:
  ///   - file: the metadata, for messages
  ///   - codecs: the list
  ///   - axes: the number of axes of what is encoded
  ///   - elementSize: bytes of an element
  init(
    _ file: ZarrMetadata, _ codecs: [JSONValue], axes: Int, elementSize: Int
  ) throws(ImagingError) {
    encoding = ZarrChunkEncoding(order: Array(0..<axes), isBigEndian: false, compressor: nil)
    var isBytes = false
    for codec in codecs {
      let codec = try file.named(codec, "a codec")
      let compressor = ZarrChunkEncoding.Compressor(rawValue: codec.name)
      switch codec.name {
      case "transpose" where !isBytes:
        let order = try Self.order(file, codec.configuration["order"], axes: axes)
        encoding.order = order.map { encoding.order[$0] }
      case "bytes" where !isBytes:
        isBytes = true
        encoding.isBigEndian = try Self.isBigEndian(file, codec, elementSize: elementSize)
      case "sharding_indexed" where !isBytes:
        isBytes = true
        sharding = codec.configuration
      case "crc32c" where isBytes && sharding == nil:
        if encoding.compressor == nil {
          encoding.innerChecksums += 1
        } else {
          encoding.outerChecksums += 1
        }
      case "blosc" where isBytes && sharding == nil && encoding.compressor == nil,
        "zstd" where isBytes && sharding == nil && encoding.compressor == nil,
        "gzip" where isBytes && sharding == nil && encoding.compressor == nil:
        encoding.compressor = compressor
      case "transpose", "bytes", "sharding_indexed", "crc32c", "blosc", "zstd", "gzip":
        throw file.unsupported(
          "the codec \"\(codec.name)\" at its place in the list",
          "transpose, then bytes or sharding_indexed are, then behind bytes one compression and "
            + "crc32c")
      default:
        throw file.unsupported(
          "the codec \(JSONValue.quoted(codec.name))",
          "transpose, bytes, sharding_indexed, blosc, zstd, gzip and crc32c are")
      }
    }
    if !isBytes {
      throw file.error(.mismatch, "the codecs lack one that makes bytes of elements")
    }
  }

  private static func order(
    _ file: ZarrMetadata, _ json: JSONValue?, axes: Int
  ) throws(ImagingError) -> [Int] {
    // The texts were in drafts of version 3.
    if json == .text("C") { return Array(0..<axes) }
    if json == .text("F") { return (0..<axes).reversed() }
    let order = try file.sizes(json, "the order of transpose")
    guard order.sorted() == Array(0..<axes) else {
      throw file.error(.mismatch, "the order of transpose \(order) is no order of \(axes) axes")
    }
    return order
  }

  private static func isBigEndian(
    _ file: ZarrMetadata, _ codec: ZarrNamed, elementSize: Int
  ) throws(ImagingError) -> Bool {
    switch codec.configuration["endian"] {
    case .text("little"): return false
    case .text("big"): return true
    case nil where elementSize == 1, .null where elementSize == 1: return false
    case let other:
      throw file.error(
        .mismatch,
        "the byte order of the codec bytes is \(file.found(other)), little or big is meant")
    }
  }
}
