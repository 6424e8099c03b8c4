import Foundation
import Imaging
import JSON
import TestSupport
import Testing

@Suite("Reading Zarr version 3")
struct ZarrVersion3Tests {
  private static let little = JSONValue.named("bytes", ["endian": .text("little")])

  @Test("chunks are found by both key encodings with both separators, and by their usual ones")
  func keys() throws {
    for (name, separator, usual) in [
      ("default", "/", true), ("default", ".", false), ("v2", ".", true), ("v2", "/", false),
    ] {
      var array = try ZarrTestArray(version: 3)
      let prefix = name == "v2" ? "" : "c" + separator
      try array.putCounting { "\(prefix)\($0)\(separator)\($1)" }
      array.members["chunk_key_encoding"] = .named(name, ["separator": .text(separator)])
      #expect(try array.read() == ZarrTestArray.counting)
      if usual {
        array.members["chunk_key_encoding"] = .text(name)
        #expect(try array.read() == ZarrTestArray.counting)
      }
    }
  }

  @Test("transposing once and twice, and the high byte first, are undone")
  func transposing() throws {
    var array = try ZarrTestArray(version: 3)
    let turn = JSONValue.named("transpose", ["order": .sizes(1, 0)])
    array.members["codecs"] = .list([turn, .named("bytes", ["endian": .text("big")])])
    try array.putCounting {
      "c/\($0)/\($1)"
    } _: { chunk in
      [0, 3, 1, 4, 2, 5].map { chunk[$0] }.bigEndianBytes
    }
    #expect(try array.read() == ZarrTestArray.counting)
    array.members["codecs"] = .list([turn, turn, Self.little])
    try array.putCounting { "c/\($0)/\($1)" }
    #expect(try array.read() == ZarrTestArray.counting)
  }

  @Test("axes of three transposed in a circle are put back")
  func circle() throws {
    var array = try ZarrTestArray(version: 3)
    array.members["shape"] = .sizes(2, 3, 4)
    array.members["chunk_grid"] = .named("regular", ["chunk_shape": .sizes(2, 3, 4)])
    array.members["codecs"] = .list([
      .named("transpose", ["order": .sizes(2, 0, 1)]), Self.little,
    ])
    // Stored [4, 2, 3]: element (x, z, y) is element (z, y, x) of the array.
    var stored: [UInt16] = []
    for x in 0..<4 {
      for z in 0..<2 {
        for y in 0..<3 { stored.append(UInt16(z * 12 + y * 4 + x)) }
      }
    }
    try array.put("c/0/0/0", stored.littleEndianBytes)
    #expect(try array.read() == ZarrTestArray.counting)
  }

  @Test("checksums before and behind the compression are checked and taken off")
  func checksums() throws {
    var array = try ZarrTestArray(version: 3)
    array.members["codecs"] = .list([
      Self.little, .named("crc32c"), .named("zstd"), .text("crc32c"),
    ])
    try array.putCounting {
      "c/\($0)/\($1)"
    } _: { chunk in
      try ZarrTestArray.encoded(chunk.littleEndianBytes.withChecksum, .zstd, type: .uint8)
        .withChecksum
    }
    #expect(try array.read() == ZarrTestArray.counting)
  }

  @Test("names of axes, also missing ones, and an extension that may be passed over, are read")
  func names() throws {
    var array = try ZarrTestArray(version: 3)
    array.members["dimension_names"] = .list([.text("y"), .null])
    array.members["storage_transformers"] = .list([])
    array.members["more"] = .object(["must_understand": .bool(false)])
    let opened = try array.open()
    #expect(opened.dimensionNames == ["y", nil])
    #expect(opened.zarrFormat == 3)
    #expect(try opened.elements() == [UInt16](repeating: 0, count: 24))
  }

  @Test("shards with their index at either end, in either byte order, are read by inner chunks")
  func shards() throws {
    for isFirst in [false, true] {
      for isBig in [false, true] {
        var array = try ZarrTestArray(version: 3)
        array.members["fill_value"] = .integer(5)
        array.shard(isIndexFirst: isFirst, isBigEndian: isBig)
        try array.putShard(isIndexFirst: isFirst, isBigEndian: isBig)
        let opened = try array.open()
        #expect(opened.chunkShape == [2, 3])
        var expected = ZarrTestArray.counting
        for index in [3, 4, 5, 9, 10, 11] { expected[index] = 5 }
        #expect(try opened.elements() == expected)
      }
    }
  }

  @Test("several tasks read one array at once, with room for one chunk")
  func concurrency() async throws {
    var array = try ZarrTestArray(version: 3)
    array.shard()
    try array.putShard(leavingOut: nil)
    let opened = try array.open(cacheBytes: 0)
    try await withThrowingTaskGroup(of: [UInt16].self) { group in
      for _ in 0..<16 { group.addTask { try opened.elements() } }
      for try await elements in group { #expect(elements == ZarrTestArray.counting) }
    }
  }

  @Test("elements of one byte need no byte order")
  func oneByte() throws {
    for codec: JSONValue in [.text("bytes"), .named("bytes", ["endian": .null])] {
      var array = try ZarrTestArray(version: 3)
      array.members["data_type"] = .text("int8")
      array.members["codecs"] = .list([codec])
      try array.putCounting {
        "c/\($0)/\($1)"
      } _: {
        $0.map { UInt8($0) }
      }
      #expect(try array.open().elements(Int8.self) == (0..<24).map { Int8($0) })
    }
  }

  @Test("a missing shard is filled")
  func missingShard() throws {
    var array = try ZarrTestArray(version: 3)
    array.shard()
    array.members["fill_value"] = .integer(5)
    #expect(try array.read() == [UInt16](repeating: 5, count: 24))
  }

  @Test("shards whose axes are transposed before and within are read")
  func transposedShards() throws {
    var array = try ZarrTestArray(version: 3)
    let turn = JSONValue.named("transpose", ["order": .sizes(1, 0)])
    array.shard(chunk: .sizes(3, 2), before: [turn], within: [turn])
    // The index counts the inner chunks by columns; within, they are turned back.
    try array.putShard(order: [(0, 0), (1, 0), (0, 1), (1, 1)], leavingOut: nil)
    #expect(try array.read() == ZarrTestArray.counting)
  }
}

extension ZarrTestArray {
  /// Makes the array one of a single shard of four chunks.
  mutating func shard(
    chunk: JSONValue = .sizes(2, 3), before: [JSONValue] = [], within: [JSONValue] = [],
    isIndexFirst: Bool = false, isBigEndian: Bool = false
  ) {
    let little = JSONValue.named("bytes", ["endian": .text("little")])
    let order = JSONValue.named("bytes", ["endian": .text(isBigEndian ? "big" : "little")])
    members["chunk_grid"] = .named("regular", ["chunk_shape": .sizes(4, 6)])
    members["codecs"] = .list(
      before + [
        .named(
          "sharding_indexed",
          [
            "chunk_shape": chunk, "codecs": .list(within + [little]),
            "index_codecs": .list([order, .named("crc32c")]),
            "index_location": .text(isIndexFirst ? "start" : "end"),
          ])
      ])
  }

  /// Writes the shard of the numbers 0 to 23.
  ///
  /// - Parameters:
  ///   - order: the chunks as the index lists them
  ///   - leavingOut: the place in the index of a chunk that is not there
  ///   - change: changes the index's numbers
  func putShard(
    order: [(Int, Int)] = [(0, 0), (0, 1), (1, 0), (1, 1)], leavingOut absent: Int? = 1,
    isIndexFirst: Bool = false, isBigEndian: Bool = false,
    _ change: (inout [UInt64]) -> Void = { _ in }
  ) throws {
    var index: [UInt64] = []
    var content: [UInt8] = []
    for (number, chunk) in order.enumerated() {
      if number == absent {
        index += [.max, .max]
        continue
      }
      index += [UInt64((isIndexFirst ? 68 : 0) + content.count), 12]
      content += Self.chunk(chunk.0, chunk.1).littleEndianBytes
    }
    change(&index)
    let numbers = index.flatMap { number in
      withUnsafeBytes(of: isBigEndian ? number.bigEndian : number.littleEndian) { Array($0) }
    }
    .withChecksum
    try put("c/0/0", isIndexFirst ? numbers + content : content + numbers)
  }
}
