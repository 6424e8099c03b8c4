import Foundation
import Imaging
import JSON
import TestSupport
import Testing

@Suite("Reading Zarr version 2")
struct ZarrVersion2Tests {
  @Test("chunks are put together, whatever the byte order and the separator")
  func plain() throws {
    for separator in [".", "/"] {
      var array = try ZarrTestArray(version: 2)
      array.members["dimension_separator"] = .text(separator)
      try array.putCounting { "\($0)\(separator)\($1)" }
      #expect(try array.read() == ZarrTestArray.counting)
      array.members["dtype"] = .text(">u2")
      try array.putCounting {
        "\($0)\(separator)\($1)"
      } _: {
        $0.bigEndianBytes
      }
      #expect(try array.read() == ZarrTestArray.counting)
    }
  }

  @Test("without a word about the separator, a point is taken, a slash where folders are there")
  func silentSeparator() throws {
    for separator in [".", "/"] {
      var array = try ZarrTestArray(version: 2)
      array.members["dimension_separator"] = nil
      try array.putCounting { "\($0)\(separator)\($1)" }
      #expect(try array.read() == ZarrTestArray.counting)
    }
  }

  @Test("the order F is turned, also of three axes")
  func columnMajor() throws {
    var array = try ZarrTestArray(version: 2)
    array.members["order"] = .text("F")
    try array.putCounting {
      "\($0).\($1)"
    } _: { chunk in
      [0, 3, 1, 4, 2, 5].map { chunk[$0] }.littleEndianBytes
    }
    #expect(try array.read() == ZarrTestArray.counting)
    array.members["shape"] = .sizes(2, 3, 4)
    array.members["chunks"] = .sizes(2, 3, 4)
    var turned: [UInt16] = []
    for x in 0..<4 {
      for y in 0..<3 {
        for z in 0..<2 { turned.append(UInt16(z * 12 + y * 4 + x)) }
      }
    }
    try array.put("0.0.0", turned.littleEndianBytes)
    #expect(try array.read() == ZarrTestArray.counting)
  }

  private static let fills: [(String, JSONValue, [UInt8])] = [
    ("|u1", .integer(255), [255]), ("|i1", .integer(-2), [0xFE]),
    ("<i2", .integer(-2), [0xFE, 0xFF]), (">u4", .integer(4_294_967_295), [255, 255, 255, 255]),
    ("<i4", .number(-1), [255, 255, 255, 255]), ("<f2", .number(1.5), [0, 0x3E]),
    ("<f4", .text("-Infinity"), [0, 0, 0x80, 0xFF]),
    ("<f4", .text("0x7fc00001"), [1, 0, 0xC0, 0x7F]),
    ("<f8", .text("Infinity"), [0, 0, 0, 0, 0, 0, 0xF0, 0x7F]), ("<u2", .null, [0, 0]),
    ("<f8", .null, [0, 0, 0, 0, 0, 0, 0, 0]),
  ]

  @Test(
    "all element types are read, with NaN and infinities as fill values",
    arguments: fills)
  func fill(type: String, value: JSONValue, bytes: [UInt8]) throws {
    var array = try ZarrTestArray(version: 2)
    array.members["dtype"] = .text(type)
    array.members["fill_value"] = value
    let opened = try array.open()
    #expect(opened.type.byteCount == bytes.count)
    var read = [UInt8](repeating: 7, count: 24 * bytes.count)
    try read.withUnsafeMutableBytes { buffer in
      try opened.read(
        origin: [0, 0], shape: [4, 6], into: try #require(buffer.baseAddress))
    }
    #expect(read == (0..<24).flatMap { _ in bytes })
  }

  @Test("any box is read, over chunks that are there, missing, and cut by the edge")
  func boxes() throws {
    var array = try ZarrTestArray(version: 2)
    array.members["shape"] = .sizes(3, 5)
    array.members["fill_value"] = .integer(9)
    try array.putCounting { "\($0).\($1)" }
    try FileManager.default.removeItem(at: array.url.appendingPathComponent("0.1"))
    let opened = try array.open(cacheBytes: 0)
    let whole: [UInt16] = [0, 1, 2, 9, 9, 6, 7, 8, 9, 9, 12, 13, 14, 15, 16]
    for top in 0..<3 {
      for left in 0..<5 {
        for height in 1...(3 - top) {
          for width in 1...(5 - left) {
            let box: [UInt16] = try opened.elements(origin: [top, left], shape: [height, width])
            let rows = (top..<top + height).map { whole[$0 * 5 + left..<$0 * 5 + left + width] }
            #expect(box == rows.flatMap(\.self))
          }
        }
      }
    }
  }

  @Test("a chunk larger than the array is read")
  func largeChunk() throws {
    var array = try ZarrTestArray(version: 2)
    array.members["shape"] = .sizes(1, 2)
    try array.put("0.0", ZarrTestArray.chunk(0, 0).littleEndianBytes)
    #expect(try array.read() == [0, 1])
  }

  @Test("zlib, gzip in two members, and Blosc with shuffled bits are read")
  func otherCodecs() throws {
    var array = try ZarrTestArray(version: 2)
    array.members["shape"] = .sizes(6)
    array.members["chunks"] = .sizes(6)
    array.members["compressor"] = .object(["id": .text("zlib"), "level": .integer(1)])
    try array.put("0", [UInt8](hexadecimal: "7801d361d465d463d46734603464040007ae011e"))
    #expect(try array.read() == [300, 301, 302, 303, 304, 305])
    array.members["compressor"] = .object(["id": .text("gzip")])
    try array.put(
      "0",
      [UInt8](
        hexadecimal: "1f8b0800ac87036b04ffd361d465d4630400306956d306000000"
          + "1f8b0800ac87036b04ffd367346034640400429aeb3a06000000"))
    #expect(try array.read() == [300, 301, 302, 303, 304, 305])
    array.members["shape"] = .sizes(64)
    array.members["chunks"] = .sizes(64)
    array.members["compressor"] = .object(["id": .text("blosc"), "cname": .text("lz4")])
    try array.put(
      "0",
      [UInt8](
        hexadecimal: "020134028000000080000000400000001400000028000000ff0e2a954aa552a9542a4c26"
          + "93c96432994c70381c0e87c3e170000000000005004b500000000000"))
    #expect(try array.read() == (0..<64).map { UInt16($0 % 7) })
  }

  @Test("the names that xarray keeps are those of the axes")
  func names() throws {
    let array = try ZarrTestArray(version: 2)
    #expect(try array.open().dimensionNames == nil)
    try array.put(".zattrs", Array(#"{"_ARRAY_DIMENSIONS": ["y", "x"]}"#.utf8))
    #expect(try array.open().dimensionNames == ["y", "x"])
    try array.put(".zattrs", Array(#"{"_ARRAY_DIMENSIONS": ["y"]}"#.utf8))
    #expect(try array.open().dimensionNames == nil)
  }
}
