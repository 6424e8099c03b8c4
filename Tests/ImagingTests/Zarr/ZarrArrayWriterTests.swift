import Foundation
import Imaging
import JSON
import TestSupport
import Testing

@Suite("Writing Zarr arrays")
final class ZarrArrayWriterTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private var url: URL { folder.url.appendingPathComponent("level/0") }

  /// A writer of 3 × 5 elements.
  private func writer(
    _ type: PixelType = .uint16, _ compression: ZarrCompression = .none, format: Int = 3,
    shard: [Int]? = nil, chunk: [Int] = [2, 2]
  ) throws -> ZarrArrayWriter {
    try ZarrArrayWriter(
      folder: url, shape: [3, 5], chunkShape: chunk, shardShape: shard, type: type,
      compression: compression, zarrFormat: format, dimensionNames: ["y", "x"])
  }

  private func exists(_ key: String) -> Bool {
    FileManager.default.fileExists(atPath: url.appendingPathComponent(key).path)
  }

  @Test(
    "what is written is read back, in all types, versions and compressions, in shards and not",
    arguments: PixelType.allCases, ZarrCompression.allCases)
  func roundTrip(type: PixelType, compression: ZarrCompression) throws {
    let size = type.byteCount
    for (format, shard) in [(2, nil), (3, nil), (3, [4, 2])] {
      let folder = try TemporaryFolder()
      let writer = try ZarrArrayWriter(
        folder: folder.url, shape: [3, 5], chunkShape: [2, 2], shardShape: shard, type: type,
        compression: compression, zarrFormat: format, dimensionNames: ["y", "x"])
      let file = shard ?? [2, 2]
      var expected = [UInt8](repeating: 0, count: 15 * size)
      for row in 0..<(file[0] == 4 ? 1 : 2) {
        for column in 0..<3 {
          var bytes: [UInt8] = []
          for y in row * file[0]..<(row + 1) * file[0] {
            for x in column * 2..<(column + 1) * 2 {
              let element = (0..<size).map { UInt8(truncatingIfNeeded: 40 * y + 5 * x + $0) }
              bytes += element
              if y < 3, x < 5 {
                expected.replaceSubrange((y * 5 + x) * size..<(y * 5 + x + 1) * size, with: element)
              }
            }
          }
          try bytes.withUnsafeBytes { try writer.write(chunk: [row, column], $0) }
        }
      }
      try writer.finish()
      let array = try ZarrArray.open(folder.url, root: folder.url, cacheBytes: 1 << 20)
      #expect(array.shape == [3, 5])
      #expect(array.chunkShape == [2, 2])
      #expect(array.type == type)
      #expect(array.zarrFormat == format)
      #expect(array.dimensionNames == ["y", "x"])
      var read = [UInt8](repeating: 7, count: 15 * size)
      try read.withUnsafeMutableBytes {
        try array.read(origin: [0, 0], shape: [3, 5], into: try #require($0.baseAddress))
      }
      #expect(read == expected)
    }
  }

  @Test("chunks and shards of zeros make no file, zeros in a shard no chunk")
  func zeros() throws {
    let zeros = [UInt16](repeating: 0, count: 4)
    try zeros.withUnsafeBytes { try writer().write(chunk: [0, 0], $0) }
    #expect(!exists("c/0/0"))
    let shard = zeros + [0, 0, 0, 1]
    let sharded = try writer(shard: [4, 2])
    try shard.withUnsafeBytes { try sharded.write(chunk: [0, 1], $0) }
    try sharded.finish()
    let bytes = try Data(contentsOf: url.appendingPathComponent("c/0/1"))
    #expect(bytes.count == 8 + 2 * 16 + 4)
    #expect(bytes[8..<24].allSatisfy { $0 == 255 })
    let array = try ZarrArray.open(url, root: url, cacheBytes: 0)
    #expect(try array.elements(origin: [0, 2], shape: [3, 2]) == [UInt16](repeating: 0, count: 6))
  }

  @Test("the metadata come last and are those of the version")
  func metadata() throws {
    let second = try writer(.float32, .bloscLZ4, format: 2)
    #expect(!exists(".zarray"))
    try second.finish()
    #expect(
      try String(contentsOf: url.appendingPathComponent(".zarray"), encoding: .utf8) == """
        {
          "chunks": [2, 2],
          "compressor": {
            "blocksize": 0,
            "clevel": 5,
            "cname": "lz4",
            "id": "blosc",
            "shuffle": 1
          },
          "dimension_separator": "/",
          "dtype": "<f4",
          "fill_value": 0.0,
          "filters": null,
          "order": "C",
          "shape": [3, 5],
          "zarr_format": 2
        }

        """)
    #expect(exists(".zattrs"))
    let third = try writer(.uint8, .zstd, shard: [4, 4])
    #expect(!exists("zarr.json"))
    try third.finish()
    let json = try JSONValue.read(url.appendingPathComponent("zarr.json"), root: url)
    #expect(json?["data_type"] == .text("uint8"))
    #expect(json?["dimension_names"] == .list([.text("y"), .text("x")]))
    let codec = json?["codecs"]?.list?.first
    #expect(codec?["name"] == .text("sharding_indexed"))
    #expect(codec?["configuration"]?["chunk_shape"] == .sizes(2, 2))
    #expect(codec?["configuration"]?["codecs"]?.list?.first == .object(["name": .text("bytes")]))
  }

  @Test("a chunk of 2 GiB and a shard of too many chunks are refused")
  func limits() throws {
    let chunk = #expect(throws: ImagingError.self) {
      try writer(.uint8, chunk: [1 << 16, 1 << 15])
    }
    #expect(chunk?.kind == .unsupported)
    let shard = #expect(throws: ImagingError.self) {
      try writer(.uint8, shard: [1 << 12, 1 << 11], chunk: [1, 1])
    }
    #expect(shard?.kind == .unsupported)
  }

  @Test("a place that takes no files is named")
  func unwritable() throws {
    let chunk = [UInt16](repeating: 1, count: 4)
    let writer = try writer()
    try FileManager.default.createDirectory(
      at: url.appendingPathComponent("c/0/0"), withIntermediateDirectories: true)
    try FileManager.default.createDirectory(
      at: url.appendingPathComponent("zarr.json"), withIntermediateDirectories: true)
    let error = #expect(throws: ImagingError.self) {
      try chunk.withUnsafeBytes { try writer.write(chunk: [0, 0], $0) }
    }
    #expect(error?.kind == .unwritable)
    #expect(error?.description.contains("c/0/0") == true)
    #expect(throws: ImagingError.self) { try writer.finish() }
    try Data().write(to: folder.url.appendingPathComponent("file"))
    #expect(throws: ImagingError.self) {
      try ZarrArrayWriter(
        folder: folder.url.appendingPathComponent("file/0"), shape: [1], chunkShape: [1],
        type: .uint8, compression: .none, zarrFormat: 2)
    }
  }
}
