import Foundation

/// A Zarr array on disk, of version 2 or 3, read by region.
///
/// May be read from several threads at once.
package struct ZarrArray: Sendable {
  /// Elements along each axis.
  package var shape: [Int] { layout.shape }
  /// Elements of a chunk along each axis; of an inner chunk where chunks are kept in shards.
  package let chunkShape: [Int]
  /// The element type.
  package var type: PixelType { layout.type }
  /// The axes' names where they are given; for version 2 those of `_ARRAY_DIMENSIONS`.
  package var dimensionNames: [String?]? { layout.dimensionNames }
  /// 2 or 3.
  package var zarrFormat: Int { layout.zarrFormat }

  private let store: ZarrStore
  private let layout: ZarrLayout
  private let segments: SegmentCache<Key>
  /// Bytes of a decoded chunk.
  let chunkByteCount: Int
  /// Inner chunks of a shard along each axis; one where there are no shards.
  private let grid: [Int]

  /// What is kept once it is read: indices along each axis of the array.
  private enum Key: Hashable {
    case chunk([Int])
    case shardIndex([Int])
  }

  /// Opens an array.
  ///
  /// - Parameters:
  ///   - folder: the array's folder, which holds `.zarray` or `zarr.json`
  ///   - root: the folder of the whole store, which neither keys nor links may lead out of
  ///   - cacheBytes: the most bytes of decoded chunks that are kept, but at least one chunk is
  ///   - pool: what bounds them in place of `cacheBytes`, together with those of others
  /// - Throws: `ImagingError` that names the file at fault.
  package static func open(
    _ folder: URL, root: URL, cacheBytes: Int, pool: SegmentPool? = nil
  ) throws(ImagingError) -> ZarrArray {
    let store = try ZarrStore(folder, root: root)
    let layout: ZarrLayout
    if let json = try store.json("zarr.json") {
      layout = try ZarrLayout(version3: ZarrMetadata(path: "\(store.path)/zarr.json", json: json))
    } else if let json = try store.json(".zarray") {
      layout = try ZarrLayout(
        version2: ZarrMetadata(path: "\(store.path)/.zarray", json: json),
        attributes: store.json(".zattrs"), isNested: store.hasFolder("0"))
    } else {
      throw ImagingError(
        .notAnImage, "\(store.path) is no Zarr array: it holds neither zarr.json nor .zarray")
    }
    return ZarrArray(store, layout, cacheBytes: cacheBytes, pool)
  }

  private init(
    _ store: ZarrStore, _ layout: ZarrLayout, cacheBytes: Int, _ pool: SegmentPool?
  ) {
    self.store = store
    self.layout = layout
    chunkShape = layout.chunkShape
    grid = zip(layout.fileShape, chunkShape).map { $0 / $1 }
    chunkByteCount = chunkShape.reduce(layout.type.byteCount, *)
    // Less than one chunk and one index would have every region decode them again.
    let indexBytes = layout.sharding == nil ? 0 : grid.reduce(16, *)
    segments = SegmentCache(
      pool ?? SegmentPool(mostBytes: max(cacheBytes, chunkByteCount + indexBytes)))
  }

  /// Reads a box of elements, in C order and the machine's byte order.
  ///
  /// - Parameters:
  ///   - origin: the first element along each axis
  ///   - shape: elements along each axis, inside the array
  ///   - target: room for them
  /// - Throws: `ImagingError` that names the chunk's file where one is broken.
  package func read(
    origin: [Int], shape box: [Int], into target: UnsafeMutableRawPointer
  ) throws(ImagingError) {
    precondition(
      origin.count == shape.count && box.count == shape.count
        && shape.indices.allSatisfy {
          origin[$0] >= 0 && box[$0] > 0 && origin[$0] <= shape[$0] - box[$0]
        },
      "\(box) elements from \(origin) of an array of \(shape)")
    let axes = shape.indices
    let first = axes.map { origin[$0] / chunkShape[$0] }
    let last = axes.map { (origin[$0] + box[$0] - 1) / chunkShape[$0] }
    let chunks = IndexBox(from: first, through: last)
    // Chunks fill parts of it that do not overlap.
    nonisolated(unsafe) let target = target
    try Pieces(chunks.count, bytesOfEach: chunkByteCount).forEach { number throws(ImagingError) in
      let index = chunks[number]
      let start = axes.map { max(index[$0] * chunkShape[$0], origin[$0]) }
      // The chunk's end may be beyond 64 bits where a chunk is larger than the array.
      let part = axes.map {
        min(
          chunkShape[$0] - (start[$0] - index[$0] * chunkShape[$0]),
          origin[$0] + box[$0] - start[$0])
      }
      let place = ZarrBox.Place(shape: box, origin: axes.map { start[$0] - origin[$0] })
      guard let segment = try segment(index) else {
        return ZarrBox.fill(part, with: layout.fill, in: target, at: place)
      }
      let source = ZarrBox.Place(
        shape: chunkShape, origin: axes.map { start[$0] - index[$0] * chunkShape[$0] })
      segment.bytes.withUnsafeBytes { bytes in
        guard let bytes = bytes.baseAddress else { return }
        ZarrBox.copy(
          part, elementSize: type.byteCount, from: bytes, at: source, to: target, at: place)
      }
    }
  }

  /// A decoded chunk, by its index in the array; nil where it is not there.
  private func segment(_ index: [Int]) throws(ImagingError) -> SegmentCache<Key>.Segment? {
    if let known = segments.known(.chunk(index)) { return known }
    let fileIndex = zip(index, grid).map { $0 / $1 }
    guard let file = try store.file(layout.keys.path(fileIndex)) else { return nil }
    var range = 0..<file.size
    var name = file.path
    if let sharding = layout.sharding {
      let shardIndex = try segments.segment(.shardIndex(fileIndex)) { () throws(ImagingError) in
        try ZarrShardIndex.read(file, sharding, chunks: grid.reduce(1, *))
      }
      let number = sharding.number(zip(index, grid).map { $0 % $1 }, in: grid)
      let found = try ZarrShardIndex.range(of: number, in: shardIndex.bytes, file, sharding)
      guard let found else { return nil }
      range = found
      name += ": chunk \(number) of the shard"
    }
    let most = ZarrChunkEncoding.mostEncodedBytes(chunkByteCount)
    if range.count > most {
      throw ImagingError(
        .truncated,
        "\(name) has \(range.count) bytes, a chunk of \(chunkByteCount) bytes takes at most \(most); "
          + "it is broken")
    }
    let stored = try file.read(offset: range.lowerBound, count: range.count)
    return try segments.segment(.chunk(index)) { () throws(ImagingError) in
      try layout.encoding.decode(stored, shape: chunkShape, type: type, name: name)
    }
  }
}
