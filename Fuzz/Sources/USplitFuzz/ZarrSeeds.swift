import Foundation
import FuzzTargets
import Imaging

/// Good metadata, chunks and shards of Zarr.
enum ZarrSeeds {
  /// Every folder with its own texts, and each of its texts alone.
  static var metadata: [[UInt8]] {
    MetadataStores().stores.enumerated().flatMap { number, store in
      let whole = [UInt8(number)] + Array(store.texts.joined(separator: [0]))
      return [whole]
        + store.texts.indices.map { place in
          [UInt8(number)] + [UInt8](repeating: 0, count: place) + store.texts[place]
        }
    }
  }

  /// Chunks as the library itself writes them, under each codec that they fit.
  static var chunks: [[UInt8]] {
    ZarrCompression.allCases.flatMap { compression -> [[UInt8]] in
      let chunk = SquareImage().written(
        with: OMEZarrSink(version: .v05, compression: compression, software: "fuzz"),
        "image.zarr", "0/c/0/0")
      let (plain, sealed): ([Int], [Int]) =
        switch compression {
        case .none: ([0, 5], [9])
        case .zstd: ([3, 7], [11])
        case .gzip: ([2, 6], [])
        case .bloscZstd, .bloscLZ4: ([4, 8], [])
        }
      return plain.map { ChunkInput(codec: $0, chunk).bytes }
        + sealed.map { ChunkInput(codec: $0, chunk, isSealed: true).bytes }
    }
  }

  /// Shards with the index at either end, and inner chunks with and without checksums.
  static var shards: [[UInt8]] {
    [false, true].flatMap { isIndexFirst in
      [false, true].map { hasChecksums in
        var input = ShardInput(
          shard(isIndexFirst: isIndexFirst, hasChecksums: hasChecksums), isIndexFirst: isIndexFirst)
        input.hasChecksums = hasChecksums
        input.isSealed = true
        return input.bytes
      }
    }
  }

  /// A shard without the checksum of its index.
  private static func shard(isIndexFirst: Bool, hasChecksums: Bool) -> [UInt8] {
    let area = ShardInput.inner * ShardInput.inner
    let length = 2 * area + (hasChecksums ? 4 : 0)
    let start = isIndexFirst ? 16 * ShardInput.count + 4 : 0
    let chunks = (0..<ShardInput.count).flatMap { number -> [UInt8] in
      let pixels = (0..<2 * area).map { UInt8(truncatingIfNeeded: $0 &* 3 &+ number) }
      return pixels + (hasChecksums ? Checksum.bytes(of: pixels) : [])
    }
    let index = (0..<ShardInput.count).flatMap { number in
      [UInt64(start + number * length), UInt64(length)].flatMap {
        withUnsafeBytes(of: $0.littleEndian, Array.init)
      }
    }
    return isIndexFirst ? index + chunks : chunks + index
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
