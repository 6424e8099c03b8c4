import Foundation
import Fuzzing
import ImageSeeds
import Imaging

/// Feeds broken files to the reader of TIFF.
@main
enum FuzzTIFF {
  static func main() {
    let scratch = Scratch()
    var fuzzer = Fuzzer()
    let seeds =
      written(scratch) + fuzzer.seeds { ($0.hasSuffix(".tif") || $0.hasSuffix(".tiff")) }
    fuzzer.fuzz(
      { generator in
        let seed = seeds[generator.next(upTo: seeds.count)]
        if generator.once(in: 2) { return damaged(seed, &generator) }
        return Mutation.mutated(seed, seeds: seeds, using: &generator)
      },
      run: { data in
        let url = scratch.write(data, "fuzz.tif")
        return ImageCheck.read { () throws(ImagingError) in try TIFF.images(url) }
      })
  }

  /// Good files of every compression and form.
  private static func written(_ scratch: Scratch) -> [[UInt8]] {
    var files: [URL] = []
    for compression in TIFF.Compression.allCases {
      for (number, image) in [
        PatternImage(channels: 2), PatternImage(channels: 1, side: 70, levels: 3, type: .float32),
        PatternImage(times: 2, channels: 2, slices: 2, side: 12, type: .uint8),
      ].enumerated() {
        files.append(
          scratch.write(
            image, with: OMETIFFSink(compression: compression, software: "fuzz"),
            "\(compression.rawValue)-\(number).ome.tif"))
      }
    }
    files.append(
      scratch.write(
        PatternImage(times: 2, channels: 2, slices: 2, side: 12),
        with: ImageJTIFFSink(software: "fuzz"), "imagej.tif"))
    return files.map(scratch.bytes) + [[UInt8](SmallTIFF().data)]
  }

  /// Damage to entries of directories, where they most likely are.
  private static func damaged(_ seed: [UInt8], _ generator: inout Fuzzing.SeededGenerator)
    -> [UInt8]
  {
    var bytes = seed
    // A 16-bit tag number of TIFF's own range, low or high byte first, begins an entry of 12 or 20.
    let tags: Set<Int> = [
      254, 256, 257, 258, 259, 262, 270, 273, 277, 278, 279, 284, 317, 322, 323, 324, 325, 330, 339,
      50838, 50839,
    ]
    let isLittle = bytes.first == UInt8(ascii: "I")
    let isBig = bytes.count > 3 && (bytes[2] == 43 || bytes[3] == 43)
    let places = bytes.indices.dropLast(20).filter {
      tags.contains(
        isLittle
          ? Int(bytes[$0]) | Int(bytes[$0 + 1]) << 8 : Int(bytes[$0]) << 8 | Int(bytes[$0 + 1]))
    }
    for _ in 0...generator.next(upTo: 2) {
      guard let place = places.randomElement(using: &generator) else { return bytes }
      let (offset, width) =
        [(0, 2), (2, 2), (4, isBig ? 8 : 4), (isBig ? 12 : 8, isBig ? 8 : 4)][
          generator.next(upTo: 4)]
      let number = generator.awkwardNumber()
      for index in 0..<width {
        let shift = 8 * (isLittle ? index : width - 1 - index)
        bytes[min(place + offset + index, bytes.count - 1)] = UInt8(
          truncatingIfNeeded: number >> shift)
      }
    }
    return bytes
  }
}
