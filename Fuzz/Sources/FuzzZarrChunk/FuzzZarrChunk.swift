import Foundation
import Fuzzing
import ImageSeeds
import Imaging

/// Feeds broken chunks to the reader of Zarr arrays, under every codec.
///
/// The first byte of an input is the number of the codec; the chunk follows.
@main
enum FuzzZarrChunk {
  static func main() {
    let scratch = Scratch()
    let stores = stores(scratch)
    var fuzzer = Fuzzer()
    let good = written(scratch)
    // In a corpus, the files of chunks are named by numbers alone.
    let chunks =
      good.map(\.chunk)
      + fuzzer.seeds { path in
        let name = path.split(separator: "/").last ?? ""
        return !name.isEmpty && name.allSatisfy { $0.isNumber || $0 == "." }
      }
    fuzzer.fuzz(
      { generator in
        var codec = generator.next(upTo: stores.count)
        var chunk = chunks[generator.next(upTo: chunks.count)]
        if let (codecs, fitting) = good.randomElement(using: &generator), !generator.once(in: 4) {
          codec = codecs[generator.next(upTo: codecs.count)]
          chunk = fitting
        }
        chunk = Mutation.mutated(chunk, seeds: chunks, using: &generator)
        if generator.once(in: 4) { chunk += Checksum.bytes(of: chunk) }
        return [UInt8(codec)] + chunk
      },
      run: { stores[Int($0.first ?? 0) % stores.count].read($0.dropFirst()) })
  }

  private static func stores(_ scratch: Scratch) -> [ArrayStore] {
    let bytes = #"{"name":"bytes","configuration":{"endian":"little"}}"#
    let blosc =
      #"{"name":"blosc","configuration":{"cname":"zstd","clevel":5,"shuffle":"#
      + #""bitshuffle","typesize":2,"blocksize":0}}"#
    let version2 = [
      "null", #"{"id":"zlib","level":1}"#, #"{"id":"gzip","level":1}"#, #"{"id":"zstd","level":1}"#,
      #"{"id":"blosc","cname":"lz4","clevel":5,"shuffle":1,"blocksize":0}"#,
    ]
    let version3 = [
      #"{"name":"gzip","configuration":{"level":1}}"#,
      #"{"name":"zstd","configuration":{"level":1,"checksum":true}}"#, blosc,
      #"{"name":"crc32c"}"#, #"{"name":"crc32c"},{"name":"zstd","configuration":{"level":1}}"#,
      #"{"name":"zstd","configuration":{"level":1,"checksum":false}},{"name":"crc32c"}"#,
    ]
    let turned =
      #"[{"name":"transpose","configuration":{"order":[1,0]}},"#
      + #"{"name":"bytes","configuration":{"endian":"big"}}]"#
    return version2.enumerated().map {
      ArrayStore.version2(scratch, "v2-\($0).zarr", compressor: $1)
    }
      + version3.enumerated().map {
        ArrayStore.version3(scratch, "v3-\($0).zarr", codecs: "[\(bytes),\($1)]")
      }
      + [
        ArrayStore.version3(scratch, "turned.zarr", codecs: turned),
        ArrayStore.version2(
          scratch, "order-f.zarr", compressor: "null", order: "F", type: ">u2"),
      ]
  }

  /// Chunks of 32 × 32 pixels as the program itself writes them, each with the numbers of the
  /// stores whose codecs it fits.
  private static func written(_ scratch: Scratch) -> [(codecs: [Int], chunk: [UInt8])] {
    ZarrCompression.allCases.flatMap { compression -> [(codecs: [Int], chunk: [UInt8])] in
      let image = SquareImage()
      let store = scratch.write(
        image, with: OMEZarrSink(version: .v05, compression: compression, software: "fuzz"),
        "seed-\(compression.rawValue).zarr")
      let chunk = scratch.bytes(store.appendingPathComponent("0/c/0/0"))
      let sealed = chunk + Checksum.bytes(of: chunk)
      return switch compression {
      case .none: [([0, 11, 12], chunk), ([8], sealed)]
      case .zstd: [([3, 6], chunk), ([10], sealed)]
      case .gzip: [([2, 5], chunk)]
      case .bloscZstd, .bloscLZ4: [([4, 7], chunk)]
      }
    }
  }
}

/// Pixels of `PatternImage`, as many as the arrays here have.
private struct SquareImage: ImageSource {
  private let pattern = PatternImage(channels: 1, side: ArrayStore.side)
  let description = ImageDescription(
    height: ArrayStore.side, width: ArrayStore.side, type: .uint16)
  let place = "square"

  func read(
    _ region: PlaneRegion, of plane: PlaneIndex, level: Int, into bytes: UnsafeMutableRawPointer
  ) { pattern.read(region, of: plane, level: level, into: bytes) }
}
