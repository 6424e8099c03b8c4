import Foundation
import Fuzzing
import ImageSeeds
import Imaging

/// Feeds broken metadata to the reader of OME-Zarr, in stores that are otherwise good.
///
/// The first byte of an input says which file it takes the place of.
@main
enum FuzzZarrMetadata {
  private static let words = [
    "\"axes\"", "\"datasets\"", "\"path\":\"../0\"", "\"path\":\"/etc\"", "\"scale\"",
    "\"translation\"", "\"type\":\"identity\"", "null", "true", "[]", "{}", "\"<f8\"", "\">i2\"",
    "\"|b1\"", "\"float16\"", "\"sharding_indexed\"", "\"transpose\"", "\"crc32c\"", "\"blosc\"",
    "\"NaN\"", "\"-Infinity\"", "\"0x7fc00000\"", "\"F\"", "\".\"", "\"v2\"", "\"omero\"",
    "\"must_understand\":false", "\"\\ud800\"", "\"\\u0000\"", "[[[[", "]]]]", "-0", "1e999",
    "\"bioformats2raw.layout\":3", "\"plate\":{}", "\"micrometer\"", "\"t\"", "\"z\"",
  ]

  static func main() {
    let scratch = Scratch()
    let image = PatternImage(times: 2, channels: 2, side: 20, levels: 2)
    let sinks: [any ImageSink] = [
      OMEZarrSink(version: .v04, compression: .bloscZstd, software: "fuzz"),
      OMEZarrSink(version: .v05, compression: .zstd, software: "fuzz"),
      OMEZarrSink(version: .v05, compression: .none, sharded: true, software: "fuzz"),
    ]
    let stores = sinks.enumerated().map { scratch.write(image, with: $1, "\($0).zarr") }
    // Files that may be replaced: the group's and the first array's.
    var files: [(store: URL, file: URL, text: [UInt8])] = []
    for store in stores {
      for name in [".zattrs", ".zgroup", "zarr.json", "0/.zarray", "0/zarr.json"] {
        let file = store.appendingPathComponent(name)
        guard FileManager.default.fileExists(atPath: file.path) else { continue }
        files.append((store, file, scratch.bytes(file)))
      }
    }
    var fuzzer = Fuzzer()
    let names = [".zattrs", ".zarray", "zarr.json"]
    let more = fuzzer.seeds { path in names.contains { path.hasSuffix($0) } }
    let texts = files.map(\.text) + more
    let known = files
    fuzzer.fuzz(
      { generator in
        let file = generator.next(upTo: known.count)
        let text =
          generator.once(in: 3) && !more.isEmpty
          ? more[generator.next(upTo: more.count)] : known[file].text
        return [UInt8(file)]
          + TextMutation.mutated(text, seeds: texts, words: words, using: &generator)
      },
      run: { data in
        let (store, file, text) = known[Int(data.first ?? 0) % known.count]
        write(Data(data.dropFirst()), file)
        defer { write(Data(text), file) }
        return ImageCheck.read { () throws(ImagingError) in try OMEZarr.images(store) }
      })
  }

  private static func write(_ data: Data, _ file: URL) {
    do {
      try data.write(to: file)
    } catch {
      preconditionFailure("cannot write \(file.path): \(error)")
    }
  }
}
