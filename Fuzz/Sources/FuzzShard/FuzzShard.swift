import Foundation
import Fuzzing
import ImageSeeds

/// Feeds broken shards to the reader of Zarr arrays.
///
/// The first byte of an input says where the index is and how the inner chunks are packed; the
/// shard follows.
@main
enum FuzzShard {
  private static let inner = 8
  private static let count = (ArrayStore.side / inner) * (ArrayStore.side / inner)

  static func main() {
    let scratch = Scratch()
    let stores = [("end", ""), ("start", ""), ("end", #",{"name":"crc32c"}"#)].enumerated().map {
      ArrayStore.version3(scratch, "\($0).zarr", codecs: codecs(at: $1.0, packed: $1.1))
    }
    var fuzzer = Fuzzer()
    fuzzer.fuzz(
      { generator in
        let kind = generator.next(upTo: stores.count)
        if generator.once(in: 3) {
          let good = shard(kind, entries: entries(kind))
          return [UInt8(kind)] + Mutation.mutated(good, seeds: [good], using: &generator)
        }
        // An index that lies, with a checksum that is right.
        var lies = entries(kind)
        for _ in 0...generator.next(upTo: 3) {
          let place = generator.next(upTo: lies.count)
          let number = UInt64(bitPattern: Int64(generator.awkwardNumber()))
          switch generator.next(upTo: 4) {
          case 0: lies[place].offset = number
          case 1: lies[place].length = number
          case 2: lies[place] = lies[generator.next(upTo: lies.count)]
          default: lies[place] = (.max, .max)
          }
        }
        return [UInt8(kind)] + shard(kind, entries: lies)
      },
      run: { stores[Int($0.first ?? 0) % stores.count].read($0.dropFirst()) })
  }

  private static func codecs(at location: String, packed: String) -> String {
    let bytes = #"{"name":"bytes","configuration":{"endian":"little"}}"#
    return #"[{"name":"sharding_indexed","configuration":{"chunk_shape":[\#(inner),\#(inner)],"#
      + #""codecs":[\#(bytes)\#(packed)],"index_codecs":[\#(bytes),{"name":"crc32c"}],"#
      + #""index_location":"\#(location)"}}]"#
  }

  /// Where each inner chunk is, one after the other.
  private static func entries(_ kind: Int) -> [(offset: UInt64, length: UInt64)] {
    let length = 2 * inner * inner + (kind == 2 ? 4 : 0)
    let start = kind == 1 ? 16 * count + 4 : 0
    return (0..<count).map { (UInt64(start + $0 * length), UInt64(length)) }
  }

  private static func shard(
    _ kind: Int, entries: [(offset: UInt64, length: UInt64)]
  ) -> [UInt8] {
    let chunks = (0..<count).flatMap { number -> [UInt8] in
      let pixels = (0..<2 * inner * inner).map { UInt8(truncatingIfNeeded: $0 &* 3 &+ number) }
      return pixels + (kind == 2 ? Checksum.bytes(of: pixels) : [])
    }
    let index = entries.flatMap { entry in
      [entry.offset, entry.length].flatMap { withUnsafeBytes(of: $0.littleEndian, Array.init) }
    }
    let sealed = index + Checksum.bytes(of: index)
    return kind == 1 ? sealed + chunks : chunks + sealed
  }
}
