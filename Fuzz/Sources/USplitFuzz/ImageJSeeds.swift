import FuzzTargets

/// Good metadata of ImageJ and tifffile.
enum ImageJSeeds {
  static let inputs: [ImageJInput] = [
    "ImageJ=1.54f\nimages=6\nchannels=2\nslices=3\nhyperstack=true\nmode=composite\n"
      + "unit=\\u00B5m\nspacing=0.5\nfinterval=2\nloop=false\nmin=0.0\nmax=255.0\n",
    "ImageJ=1.11a\nimages=6\nframes=6\nunit=micron\nfps=7.0\n",
    "{\"shape\": [2, 3, 8, 8], \"axes\": \"TCYX\", \"Channel\": {\"Name\": [\"a\", \"b\", \"c\"]}}",
  ].map {
    let (counts, content) = tags
    return ImageJInput(description: Array($0.utf8), counts: counts, content: content)
  }

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
