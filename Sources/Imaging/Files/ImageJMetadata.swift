import CImageIO

/// ImageJ's binary metadata, tags 50838 and 50839: labels of planes, display ranges, colours.
///
/// The second tag starts with a header of its own, `IJIJ` and pairs of a four-letter type and a
/// number of entries; the first tag holds the size of the header and then of every entry.
struct ImageJMetadata {
  /// One label per plane; shorter than the planes when the rest have none.
  var labels: [String] = []
  /// Smallest and largest value shown, per channel.
  var ranges: [ClosedRange<Float>] = []
  /// Colours per channel, as full-scale red, green and blue.
  var colors: [RGBColor] = []
  /// The colours of channels as read; nil for one whose table does not run from black to a colour.
  private(set) var tables: [RGBColor?] = []
  /// The property `Info` as read: text of any sort, often lines of keys and values.
  private(set) var info: String?

  /// Metadata to write.
  init(labels: [String], ranges: [ClosedRange<Float>], colors: [RGBColor]) {
    self.labels = labels
    self.ranges = ranges
    self.colors = colors
  }

  /// The metadata of an open file's current page; nil when it has none or they are broken.
  init?(_ handle: OpaquePointer) {
    var counts: UnsafePointer<UInt32>?
    var count: UInt32 = 0
    var bytes: UnsafePointer<UInt8>?
    var size: UInt32 = 0
    guard cimageio_tiff_imagej(handle, &counts, &count, &bytes, &size) != 0,
      let counts, let bytes
    else { return nil }
    self.init(
      counts: UnsafeBufferPointer(start: counts, count: Int(count)).map(Int.init),
      bytes: Array(UnsafeBufferPointer(start: bytes, count: Int(size))))
  }

  /// Labels, colours and `Info` in the two tags' contents; nil when they do not fit each other.
  init?(counts: [Int], bytes: [UInt8]) {
    guard let headerSize = counts.first, headerSize >= 4, headerSize <= bytes.count else {
      return nil
    }
    let isBigEndian = bytes.starts(with: Array("IJIJ".utf8))
    guard isBigEndian || bytes.starts(with: Array("JIJI".utf8)) else { return nil }
    func word(_ offset: Int) -> Int {
      let four = bytes[offset..<offset + 4]
      return (isBigEndian ? Array(four) : four.reversed()).reduce(0) { $0 << 8 | Int($1) }
    }
    var entry = 1
    var offset = headerSize
    for field in stride(from: 4, to: headerSize - 7, by: 8) {
      let type = withUnsafeBytes(of: UInt32(word(field)).bigEndian) {
        String(decoding: $0, as: UTF8.self)
      }
      for _ in 0..<word(field + 4) {
        guard entry < counts.count, counts[entry] >= 0, offset + counts[entry] <= bytes.count
        else { return nil }
        let content = bytes[offset..<offset + counts[entry]]
        switch type {
        case "labl": labels.append(Self.text(content, isBigEndian: isBigEndian))
        case "info": info = info ?? Self.text(content, isBigEndian: isBigEndian)
        case "luts": tables.append(RGBColor(table: content))
        default: break
        }
        offset += counts[entry]
        entry += 1
      }
    }
  }

  /// The two tags' contents, low byte first.
  func encoded() -> (counts: [UInt32], bytes: [UInt8]) {
    let labelEntries = labels.map { $0.utf16.flatMap(Self.bytes) }
    let rangeEntry = ranges.flatMap { [Double($0.lowerBound), Double($0.upperBound)] }
      .flatMap { Self.bytes($0.bitPattern) }
    let colorEntries = colors.map { color in
      [color.red, color.green, color.blue].flatMap { part in
        (0..<256).map { UInt8($0 * Int(part) / 255) }
      }
    }
    var header = Array("JIJI".utf8)
    var entries: [[UInt8]] = []
    let fields = [
      ("labl", labelEntries), ("rang", ranges.isEmpty ? [] : [rangeEntry]), ("luts", colorEntries),
    ]
    for (type, content) in fields where !content.isEmpty {
      header += Array(type.utf8).reversed()
      header += Self.bytes(UInt32(content.count))
      entries += content
    }
    return (
      [UInt32(header.count)] + entries.map { UInt32($0.count) }, header + entries.joined()
    )
  }

  private static func bytes<Word: FixedWidthInteger>(_ word: Word) -> [UInt8] {
    withUnsafeBytes(of: word.littleEndian, Array.init)
  }

  private static func text(_ bytes: ArraySlice<UInt8>, isBigEndian: Bool) -> String {
    let content = Array(bytes)
    let units = stride(from: 0, to: content.count - 1, by: 2).map { index -> UInt16 in
      let pair = [UInt16(content[index]), UInt16(content[index + 1])]
      return isBigEndian ? pair[0] << 8 | pair[1] : pair[1] << 8 | pair[0]
    }
    return String(decoding: units, as: UTF16.self)
  }
}
