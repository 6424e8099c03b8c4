import JSON

/// How a shard, one file of many inner chunks, is cut up.
struct ZarrSharding: Sendable {
  /// Elements of an inner chunk along each axis.
  var chunkShape: [Int]
  /// The order in which the axes count in the index: its axis i is axis `order[i]`.
  var order: [Int]
  /// Whether the index is at the start of the file, not at its end.
  var isIndexFirst = false
  /// Whether the numbers of the index have their high byte first.
  var isIndexBigEndian = false
  /// How many checksums of four bytes follow the index.
  var indexChecksums = 1

  /// The most inner chunks of a shard, so that an index has at most 64 MiB.
  static let mostChunks = 1 << 22

  /// Inner chunks along each axis of a shard.
  func grid(_ shardShape: [Int]) -> [Int] { zip(shardShape, chunkShape).map { $0 / $1 } }

  /// The number in the index of an inner chunk.
  ///
  /// - Parameters:
  ///   - index: the inner chunk in the shard, along each axis
  ///   - grid: inner chunks along each axis
  func number(_ index: [Int], in grid: [Int]) -> Int {
    order.reduce(0) { $0 * grid[$1] + index[$1] }
  }

  /// Stops at shards that are no whole number of inner chunks, or too many of them.
  func check(_ file: ZarrMetadata, shardShape: [Int]) throws(ImagingError) {
    if zip(shardShape, chunkShape).contains(where: { !$0.isMultiple(of: $1) }) {
      throw file.error(
        .mismatch, "shards of \(shardShape) are no whole number of chunks of \(chunkShape)")
    }
    let count = ZarrLayout.product(grid(shardShape))
    if count.map({ $0 > Self.mostChunks }) ?? true {
      throw file.error(
        .unsupported,
        "a shard of \(shardShape) has more than \(Self.mostChunks) chunks of \(chunkShape); write "
          + "the array again with smaller shards or larger chunks")
    }
  }
}

extension ZarrMetadata {
  /// Reads the configuration of the codec `sharding_indexed`.
  ///
  /// - Parameters:
  ///   - configuration: the configuration
  ///   - order: the order of the axes that the shard is cut up in
  ///   - shardShape: elements of a shard along each axis
  ///   - type: the element type
  /// - Returns: the shards and how their inner chunks are stored
  func sharding(
    _ configuration: JSONValue, order: [Int], shardShape: [Int], type: PixelType
  ) throws(ImagingError) -> (ZarrSharding, ZarrChunkEncoding) {
    let stored = try chunkShape(
      configuration["chunk_shape"], "chunk_shape of the shards", like: shardShape)
    guard let codecs = configuration["codecs"]?.list,
      let indexCodecs = configuration["index_codecs"]?.list
    else { throw error(.mismatch, "sharding_indexed lacks codecs or index_codecs") }
    let inner = try ZarrCodecChain(self, codecs, axes: order.count, elementSize: type.byteCount)
    let index = try ZarrCodecChain(self, indexCodecs, axes: order.count + 1, elementSize: 8)
    if inner.sharding != nil {
      throw unsupported("an array with shards within shards", "one with shards of chunks is")
    }
    guard index.sharding == nil, index.encoding.compressor == nil,
      index.encoding.order == Array(0...order.count)
    else {
      throw unsupported("an index of shards with these codecs", "one with bytes and crc32c is")
    }
    var chunkShape = stored
    for (place, axis) in order.enumerated() { chunkShape[axis] = stored[place] }
    var sharding = ZarrSharding(chunkShape: chunkShape, order: order)
    sharding.isIndexBigEndian = index.encoding.isBigEndian
    sharding.indexChecksums = index.encoding.innerChecksums
    switch configuration["index_location"] {
    case nil, .text("end"): sharding.isIndexFirst = false
    case .text("start"): sharding.isIndexFirst = true
    case let other:
      throw error(.mismatch, "index_location is \(found(other)), start or end is meant")
    }
    var encoding = inner.encoding
    encoding.order = inner.encoding.order.map { order[$0] }
    return (sharding, encoding)
  }
}
