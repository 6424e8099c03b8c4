import Foundation
import Imaging
import TestSupport
import Testing

@Suite("Refusing chunks of Zarr arrays")
struct ZarrBrokenChunkTests {
  /// The error of reading an array, which has to name the chunk's file.
  private func refusal(
    _ array: borrowing ZarrTestArray, _ key: String = "c/0/0"
  ) -> ImagingError? {
    let name = array.url.appendingPathComponent(key).path
    var found: ImagingError?
    do {
      _ = try array.read()
    } catch {
      found = error as? ImagingError
    }
    #expect(found?.description.contains(name) == true, "\(found?.description ?? "no error")")
    return found
  }

  /// An array of one chunk with the given codec behind the bytes.
  private func array(_ codec: String?) throws -> ZarrTestArray {
    var array = try ZarrTestArray(version: 3)
    array.members["chunk_grid"] = .named("regular", ["chunk_shape": .sizes(4, 6)])
    array.members["codecs"] = .list(
      [.named("bytes", ["endian": .text("little")])] + (codec.map { [.named($0)] } ?? []))
    return array
  }

  private static let codecs: [(String?, ZarrCompression)] = [
    (nil, .none), ("zstd", .zstd), ("gzip", .gzip), ("blosc", .bloscLZ4), ("blosc", .bloscZstd),
  ]

  @Test("a chunk cut off anywhere, and one with bytes behind it, is refused")
  func cut() throws {
    for (codec, compression) in Self.codecs {
      let array = try array(codec)
      let whole = try ZarrTestArray.encoded(ZarrTestArray.counting, compression)
      try array.put("c/0/0", whole)
      #expect(try array.read() == ZarrTestArray.counting)
      for count in 0..<whole.count {
        try array.put("c/0/0", Array(whole.prefix(count)))
        #expect(refusal(array)?.kind == .truncated, "\(compression), \(count)")
      }
      try array.put("c/0/0", whole + [1, 2, 3])
      #expect(refusal(array)?.kind == .truncated)
    }
  }

  @Test("a chunk with any byte changed is read or refused, never more")
  func changed() throws {
    for (codec, compression) in Self.codecs {
      let array = try array(codec)
      let whole = try ZarrTestArray.encoded(ZarrTestArray.counting, compression)
      for place in whole.indices {
        for change: UInt8 in [1, 0x80, 0xFF] {
          var bytes = whole
          bytes[place] ^= change
          try array.put("c/0/0", bytes)
          do { _ = try array.read() } catch { #expect(error is ImagingError) }
        }
      }
    }
  }

  @Test("a chunk that would expand beyond its size, or is another's, is refused")
  func bombs() throws {
    for (codec, compression) in Self.codecs where codec != nil {
      let array = try array(codec)
      try array.put(
        "c/0/0", try ZarrTestArray.encoded([UInt16](repeating: 1, count: 1 << 21), compression))
      #expect(refusal(array)?.kind == .truncated)
      try array.put("c/0/0", try ZarrTestArray.encoded([UInt16](1...25), compression))
      #expect(refusal(array)?.kind == .truncated)
      try array.put("c/0/0", try ZarrTestArray.encoded([UInt16](1...23), compression))
      #expect(refusal(array)?.kind == .truncated)
    }
  }

  @Test("a chunk whose file is far larger than its elements is refused unread")
  func large() throws {
    let array = try array("zstd")
    try array.put("c/0/0", [])
    let file = try FileHandle(forWritingTo: array.url.appendingPathComponent("c/0/0"))
    try file.truncate(atOffset: 1 << 40)
    try file.close()
    #expect(refusal(array)?.description.contains("at most") == true)
  }

  @Test("a wrong checksum, and a chunk with no room for one, is refused")
  func checksum() throws {
    let array = try array("crc32c")
    var bytes = ZarrTestArray.counting.littleEndianBytes.withChecksum
    try array.put("c/0/0", bytes)
    #expect(try array.read() == ZarrTestArray.counting)
    bytes[3] ^= 1
    try array.put("c/0/0", bytes)
    #expect(refusal(array)?.description.contains("checksum") == true)
    try array.put("c/0/0", [1, 2])
    #expect(refusal(array)?.description.contains("checksum") == true)
  }

  @Test("a link out of the store, one that leads nowhere, a folder and a pipe are refused")
  func links() throws {
    let array = try array(nil)
    try array.put("c/1", [])
    let place = array.url.appendingPathComponent("c/0")
    let outside = array.outside.appendingPathComponent("elsewhere")
    let files = FileManager.default
    try files.createDirectory(at: outside, withIntermediateDirectories: true)
    try Data(ZarrTestArray.counting.littleEndianBytes)
      .write(to: outside.appendingPathComponent("0"))
    try files.createSymbolicLink(at: place, withDestinationURL: outside)
    #expect(refusal(array, "c/0")?.description.contains("out of the Zarr") == true)
    try files.removeItem(at: place)
    try files.createSymbolicLink(
      at: place, withDestinationURL: array.outside.appendingPathComponent("nothing"))
    #expect(refusal(array, "c/0")?.kind == .missing)
    try files.removeItem(at: place)
    try files.createSymbolicLink(at: place, withDestinationURL: place)
    #expect(refusal(array, "c/0")?.kind == .missing)
    try files.removeItem(at: place)
    try files.createDirectory(
      at: place.appendingPathComponent("0"), withIntermediateDirectories: true)
    #expect(refusal(array)?.kind == .missing)
    try files.removeItem(at: place.appendingPathComponent("0"))
    #expect(mkfifo(place.appendingPathComponent("0").path, 0o600) == 0)
    #expect(refusal(array)?.description.contains("plain file") == true)
    try files.removeItem(at: place)
    try Data().write(to: place)
    #expect(refusal(array)?.kind == .missing)
  }

  @Test("a link that stays in the store is followed")
  func innerLink() throws {
    let array = try array(nil)
    try array.put("elsewhere", ZarrTestArray.counting.littleEndianBytes)
    try array.put("c/0/1", [])
    try FileManager.default.createSymbolicLink(
      at: array.url.appendingPathComponent("c/0/0"),
      withDestinationURL: array.url.appendingPathComponent("elsewhere"))
    #expect(try array.read() == ZarrTestArray.counting)
  }

  @Test("a shard too short for its index, with a wrong checksum, or leading astray, is refused")
  func shards() throws {
    for isFirst in [false, true] {
      var array = try ZarrTestArray(version: 3)
      array.shard(isIndexFirst: isFirst)
      try array.put("c/0/0", [UInt8](repeating: 0, count: 67))
      #expect(refusal(array)?.description.contains("index") == true)
      try array.put("c/0/0", [UInt8](repeating: 0, count: 100))
      #expect(refusal(array)?.description.contains("checksum") == true)
      let changes: [(inout [UInt64]) -> Void] = [
        { $0[0] = .max }, { $0[1] = .max }, { $0[0] = 1 << 40 }, { $0[0] = .max - 5 },
        { $0[1] = 1 << 40 }, { $0[1] = 13 }, { $0[1] = 0 },
        { $0[0] = isFirst ? 60 : 30 },
      ]
      for change in changes {
        try array.putShard(isIndexFirst: isFirst, change)
        #expect(refusal(array)?.kind == .truncated)
      }
    }
  }
}
