import Foundation
import JSON

/// Writes a Zarr array of version 2 or 3, chunk by chunk in any order and from any thread.
///
/// The caller writes the whole store under a temporary name and renames it.
package struct ZarrArrayWriter: Sendable {
  private let folder: URL
  private let layout: ZarrLayout
  private let compression: ZarrCompression

  /// Begins an array in a new folder.
  ///
  /// - Parameters:
  ///   - folder: the array's folder; it and those above it are made
  ///   - shape: elements along each axis
  ///   - chunkShape: elements of a chunk, of an inner chunk where there are shards
  ///   - shardShape: elements of a shard, whole multiples of `chunkShape`; version 3 only
  ///   - type: the element type
  ///   - compression: how chunks are compressed
  ///   - zarrFormat: 2 or 3
  ///   - dimensionNames: the axes' names; version 2 keeps them as `_ARRAY_DIMENSIONS`
  /// - Throws: `ImagingError` of kind `unwritable` where the folder cannot be made and
  ///   `unsupported` where a chunk has 2 GiB or more, or a shard more than 4 million chunks.
  package init(
    folder: URL, shape: [Int], chunkShape: [Int], shardShape: [Int]? = nil, type: PixelType,
    compression: ZarrCompression, zarrFormat: Int, dimensionNames: [String]? = nil
  ) throws(ImagingError) {
    precondition(zarrFormat == 2 || zarrFormat == 3, "version \(zarrFormat) of Zarr")
    precondition(
      zarrFormat == 3 || shardShape == nil, "shards in version 2 of Zarr, which has none")
    let fileShape = shardShape ?? chunkShape
    precondition(
      !shape.isEmpty && chunkShape.count == shape.count && fileShape.count == shape.count
        && (dimensionNames?.count ?? shape.count) == shape.count
        && (shape + chunkShape + fileShape).allSatisfy { $0 > 0 },
      "an array of \(shape) in chunks of \(chunkShape) and shards of \(fileShape), its axes named "
        + "\(dimensionNames ?? [])")
    precondition(
      zip(fileShape, chunkShape).allSatisfy { $0.isMultiple(of: $1) },
      "shards of \(fileShape) in chunks of \(chunkShape)")
    let order = Array(shape.indices)
    layout = ZarrLayout(
      zarrFormat: zarrFormat, shape: shape, fileShape: fileShape, type: type,
      fill: [UInt8](repeating: 0, count: type.byteCount), dimensionNames: dimensionNames,
      keys: ZarrLayout.Keys(hasPrefix: zarrFormat == 3, separator: "/"),
      encoding: ZarrChunkEncoding(
        order: order, isBigEndian: ZarrChunkEncoding.isMachineBigEndian, compressor: nil),
      sharding: shardShape.map { _ in ZarrSharding(chunkShape: chunkShape, order: order) })
    self.folder = folder
    self.compression = compression
    let file = ZarrMetadata(path: folder.path, json: .null)
    try file.checkCounts(layout)
    try layout.sharding?.check(file, shardShape: fileShape)
    try ZarrNewFile.makeFolder(folder)
  }

  /// Writes a chunk, or a whole shard where there are shards.
  ///
  /// One whose bytes are all 0 makes no file.
  ///
  /// - Parameters:
  ///   - index: of the chunk or shard along each axis
  ///   - bytes: the whole chunk or shard in C order and the machine's byte order, whatever is
  ///     outside the array filled up
  /// - Throws: `ImagingError` of kind `unwritable` that names the chunk's file.
  package func write(
    chunk index: [Int], _ bytes: UnsafeRawBufferPointer
  ) throws(ImagingError) {
    let size = layout.type.byteCount
    precondition(
      index.count == layout.shape.count
        && index.indices.allSatisfy {
          index[$0] >= 0 && index[$0] <= (layout.shape[$0] - 1) / layout.fileShape[$0]
        },
      "chunk \(index) of an array of \(layout.shape) in chunks of \(layout.fileShape)")
    precondition(
      bytes.count == layout.fileShape.reduce(size, *),
      "\(bytes.count) bytes for \(layout.fileShape) elements of \(layout.type)")
    if Self.isZero(bytes) { return }
    let path = ([folder.path] + layout.keys.path(index)).joined(separator: "/")
    let file = try ZarrNewFile(path)
    if let sharding = layout.sharding {
      try writeShard(bytes, sharding, to: file, path)
    } else {
      try append(bytes, to: file, path)
    }
    try file.finish()
  }

  /// Writes the metadata; without this the folder is no array.
  ///
  /// - Throws: `ImagingError` of kind `unwritable` that names the file.
  package func finish() throws(ImagingError) {
    if layout.zarrFormat == 3 {
      return try layout.version3(compression).write(to: folder.appendingPathComponent("zarr.json"))
    }
    if let names = layout.dimensionNames {
      let list = JSONValue.list(names.map { $0.map(JSONValue.text) ?? .null })
      try JSONValue.object(["_ARRAY_DIMENSIONS": list])
        .write(to: folder.appendingPathComponent(".zattrs"))
    }
    try layout.version2(compression).write(to: folder.appendingPathComponent(".zarray"))
  }

  private func writeShard(
    _ bytes: UnsafeRawBufferPointer, _ sharding: ZarrSharding, to file: ZarrNewFile, _ path: String
  ) throws(ImagingError) {
    let size = layout.type.byteCount
    let shape = sharding.chunkShape
    let grid = sharding.grid(layout.fileShape)
    let count = shape.reduce(size, *)
    var index: [UInt64] = []
    let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
    defer { scratch.deallocate() }
    let chunks = IndexBox(from: grid.map { _ in 0 }, through: grid.map { $0 - 1 })
    for number in 0..<chunks.count {
      let chunk = chunks[number]
      if let source = bytes.baseAddress, let target = scratch.baseAddress {
        ZarrBox.copy(
          shape, elementSize: size, from: source,
          at: ZarrBox.Place(shape: layout.fileShape, origin: zip(chunk, shape).map { $0 * $1 }),
          to: target, at: ZarrBox.Place(shape: shape, origin: shape.map { _ in 0 }))
      }
      if Self.isZero(UnsafeRawBufferPointer(scratch)) {
        index += [ZarrShardIndex.absent, ZarrShardIndex.absent]
        continue
      }
      let start = file.count
      try append(UnsafeRawBufferPointer(scratch), to: file, path)
      index += [UInt64(start), UInt64(file.count - start)]
    }
    let numbers = index.flatMap { number in
      withUnsafeBytes(of: number.littleEndian) { Array($0) }
    }
    let checksum = numbers.withUnsafeBytes { CRC32C.checksum($0) }
    try file.append(numbers + withUnsafeBytes(of: checksum.littleEndian) { Array($0) })
  }

  private func append(
    _ bytes: UnsafeRawBufferPointer, to file: ZarrNewFile, _ path: String
  ) throws(ImagingError) {
    if compression == .none { return try file.append(bytes) }
    guard let encoded = compression.encode(bytes, type: layout.type) else {
      throw FileReplacement.unwritable(
        URL(fileURLWithPath: path),
        reason: "\(compression.rawValue) could not compress \(bytes.count) bytes")
    }
    try file.append(encoded)
  }

  /// Whether all bytes are 0.
  private static func isZero(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard let start = bytes.baseAddress, bytes[0] == 0 else { return bytes.isEmpty }
    return memcmp(start, start + 1, bytes.count - 1) == 0
  }
}
