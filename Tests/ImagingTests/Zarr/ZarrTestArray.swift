import Foundation
import Imaging
import JSON
import TestSupport
import Testing

/// A Zarr array of 4 × 6 elements in chunks of 2 × 3, put together by hand in a folder of its own.
struct ZarrTestArray: ~Copyable {
  private let folder: TemporaryFolder
  /// What the metadata file is to hold.
  var members: [String: JSONValue]

  /// The array's folder, which is also the store's root.
  let url: URL
  /// A folder outside of the store.
  var outside: URL { folder.url }

  /// The numbers 0 to 23, row by row.
  static let counting = (0..<24).map { UInt16($0) }

  /// An array without chunks.
  init(version: Int) throws {
    let folder = try TemporaryFolder()
    let url = folder.url.appendingPathComponent("a.zarr")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    self.folder = folder
    self.url = url
    members = version == 2 ? Self.version2 : Self.version3
  }

  private static let version2: [String: JSONValue] = [
    "zarr_format": .integer(2), "shape": .sizes(4, 6), "chunks": .sizes(2, 3),
    "dtype": .text("<u2"),
    "compressor": .null, "fill_value": .integer(0), "order": .text("C"), "filters": .null,
    "dimension_separator": .text("."),
  ]

  private static let version3: [String: JSONValue] = [
    "zarr_format": .integer(3), "node_type": .text("array"), "shape": .sizes(4, 6),
    "data_type": .text("uint16"), "fill_value": .integer(0), "attributes": .object([:]),
    "chunk_grid": .named("regular", ["chunk_shape": .sizes(2, 3)]),
    "chunk_key_encoding": .named("default", ["separator": .text("/")]),
    "codecs": .list([.named("bytes", ["endian": .text("little")])]),
  ]

  /// The metadata file.
  var metadata: URL {
    url.appendingPathComponent(members["node_type"] == nil ? ".zarray" : "zarr.json")
  }

  /// Writes the metadata and opens the array.
  func open(cacheBytes: Int = 1 << 20) throws -> ZarrArray {
    unlink(metadata.path)
    try JSONValue.object(members).write(to: metadata)
    return try ZarrArray.open(url, root: url, cacheBytes: cacheBytes)
  }

  /// Writes the metadata and reads all elements.
  func read() throws -> [UInt16] { try open().elements() }

  /// Writes one file of the array.
  func put(_ key: String, _ bytes: [UInt8]) throws {
    let file = url.appendingPathComponent(key)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    // Not by `Data`, which waits for the disk, nor into an old file, where some systems do.
    unlink(file.path)
    let stream = try #require(fopen(file.path, "w"))
    #expect(fwrite(bytes, 1, bytes.count, stream) == bytes.count)
    #expect(fclose(stream) == 0)
  }

  /// Writes the four chunks of the numbers 0 to 23.
  ///
  /// - Parameters:
  ///   - key: names the chunk's file
  ///   - encode: makes its bytes out of its six elements
  func putCounting(
    _ key: (Int, Int) -> String, _ encode: ([UInt16]) throws -> [UInt8] = { $0.littleEndianBytes }
  ) throws {
    for row in 0..<2 {
      for column in 0..<2 {
        try put(key(row, column), encode(Self.chunk(row, column)))
      }
    }
  }

  /// The six elements of a chunk of the numbers 0 to 23.
  static func chunk(_ row: Int, _ column: Int) -> [UInt16] {
    let first = UInt16(12 * row + 3 * column)
    return [0, 1, 2, 6, 7, 8].map { first + $0 }
  }

  /// The bytes that a chunk has when it is compressed.
  static func encoded<Element: BitwiseCopyable>(
    _ elements: [Element], _ compression: ZarrCompression, type: PixelType = .uint16
  ) throws -> [UInt8] {
    let folder = try TemporaryFolder()
    let writer = try ZarrArrayWriter(
      folder: folder.url, shape: [elements.count], chunkShape: [elements.count], type: type,
      compression: compression, zarrFormat: 2)
    try elements.withUnsafeBytes { try writer.write(chunk: [0], $0) }
    return [UInt8](try Data(contentsOf: folder.url.appendingPathComponent("0")))
  }
}

extension ZarrArray {
  /// All elements in C order.
  func elements<Element: ExpressibleByIntegerLiteral>(_: Element.Type = UInt16.self) throws
    -> [Element]
  {
    try elements(origin: shape.map { _ in 0 }, shape: shape)
  }

  /// The elements of a box in C order.
  func elements<Element: ExpressibleByIntegerLiteral>(origin: [Int], shape: [Int]) throws
    -> [Element]
  {
    var result = [Element](repeating: 0, count: shape.reduce(1, *))
    try result.withUnsafeMutableBytes { bytes in
      if let start = bytes.baseAddress { try read(origin: origin, shape: shape, into: start) }
    }
    return result
  }
}

extension [UInt16] {
  /// The elements' bytes, the low one first.
  var littleEndianBytes: [UInt8] { flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] } }
  /// The elements' bytes, the high one first.
  var bigEndianBytes: [UInt8] { flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] } }
}

extension [UInt8] {
  /// The bytes with their checksum behind them.
  var withChecksum: [UInt8] {
    let checksum = withUnsafeBytes { CRC32C.checksum($0) }
    return self + Swift.withUnsafeBytes(of: checksum.littleEndian) { Array($0) }
  }

  /// The bytes that hexadecimal digits give.
  init(hexadecimal text: String) {
    var rest = text[...]
    self = []
    while let byte = UInt8(rest.prefix(2), radix: 16) {
      append(byte)
      rest = rest.dropFirst(2)
    }
  }
}

extension JSONValue {
  /// A list of whole numbers.
  static func sizes(_ sizes: Int...) -> JSONValue { .list(sizes.map { .integer($0) }) }

  /// A named choice with its configuration.
  static func named(_ name: String, _ configuration: [String: JSONValue] = [:]) -> JSONValue {
    .object(["name": .text(name), "configuration": .object(configuration)])
  }
}
