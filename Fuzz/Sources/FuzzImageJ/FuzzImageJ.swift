import Foundation
import Fuzzing
import ImageSeeds
import Imaging

/// Feeds broken descriptions and tags of ImageJ to the reader of TIFF, in a file that is otherwise
/// good.
///
/// An input is the length of the description and the number of counts, 16 bits each, and then the
/// description, the counts (tag 50838) and the content (tag 50839).
@main
enum FuzzImageJ {
  private static let words = [
    "ImageJ=1.54f", "images=6", "channels=2", "slices=3", "frames=2", "hyperstack=true",
    "mode=composite", "mode=color", "unit=\\u00B5m", "unit=inch", "spacing=0.5", "finterval=2",
    "tunit=min", "fps=5", "zunit=nm", "yunit=mm", "min=0", "max=1e400", "\\u", "\\uD800", "=",
  ]

  static func main() {
    let scratch = Scratch()
    var fuzzer = Fuzzer()
    let texts = [
      "ImageJ=1.54f\nimages=6\nchannels=2\nslices=3\nhyperstack=true\nmode=composite\n"
        + "unit=\\u00B5m\nspacing=0.5\nfinterval=2\nloop=false\nmin=0.0\nmax=255.0\n",
      "ImageJ=1.11a\nimages=6\nframes=6\nunit=micron\nfps=7.0\n",
      "{\"shape\": [2, 3, 8, 8], \"axes\": \"TCYX\", \"Channel\": {\"Name\": [\"a\", \"b\", \"c\"]}}",
    ].map { Array($0.utf8) }
    let tags = tags
    fuzzer.fuzz(
      { generator in
        var text = texts[generator.next(upTo: texts.count)]
        var (counts, content) = tags
        if generator.once(in: 2) {
          text = TextMutation.mutated(text, seeds: texts, words: words, using: &generator)
        }
        if generator.once(in: 2) {
          content = Mutation.mutated(content, seeds: [content, counts], using: &generator)
        }
        if generator.once(in: 2) {
          counts = Mutation.mutated(counts, seeds: [counts], using: &generator)
        }
        text = Array(text.prefix(0xFFFF))
        counts = Array(counts.prefix(4 * 0x3FFF))
        return word(text.count) + word(counts.count) + text + counts
          + content.prefix(Mutation.sizeLimit / 2)
      },
      run: { data in
        var tiff = SmallTIFF()
        var rest = [UInt8](data)[...]
        func number() -> Int {
          let two = rest.prefix(2)
          rest = rest.dropFirst(2)
          return two.reversed().reduce(0) { $0 << 8 | Int($1) }
        }
        let (length, counts) = (number(), number())
        tiff.description = Array(rest.prefix(length))
        rest = rest.dropFirst(length)
        tiff.imagej = (Array(rest.prefix(counts)), Array(rest.dropFirst(counts)))
        let url = scratch.write(tiff.data, "fuzz.tif")
        return ImageCheck.read { () throws(ImagingError) in try TIFF.images(url) }
      })
  }

  private static func word(_ number: Int) -> [UInt8] { [UInt8(number & 0xFF), UInt8(number >> 8)] }

  /// Six labels, ranges of two channels and their tables of colours.
  private static var tags: (counts: [UInt8], content: [UInt8]) {
    func four(_ number: Int) -> [UInt8] { (0..<4).map { UInt8(number >> (8 * $0) & 0xFF) } }
    let labels = (0..<6).map { "c:\($0 % 2 + 1)/2 - nuclei".utf16.flatMap(LittleEndian.bytes) }
    let ranges = [0.0, 255, 10, 4000].flatMap { LittleEndian.bytes($0.bitPattern) }
    let tables = (0..<2).map { part in (0..<768).map { UInt8($0 / 256 == part ? $0 % 256 : 0) } }
    let head =
      Array("JIJIlbal".utf8) + four(6) + Array("gnar".utf8) + four(1) + Array("stul".utf8) + four(2)
    let entries = labels + [ranges] + tables
    return (([head.count] + entries.map(\.count)).flatMap(four), head + entries.flatMap { $0 })
  }
}

/// Numbers with the low byte first.
private enum LittleEndian {
  static func bytes<Word: FixedWidthInteger>(_ word: Word) -> [UInt8] {
    withUnsafeBytes(of: word.littleEndian, Array.init)
  }
}
