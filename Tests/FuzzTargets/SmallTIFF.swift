import Foundation

/// A TIFF file of small pages with any description and ImageJ's tags, low byte first.
public struct SmallTIFF {
  /// Pages.
  public var pages = 6
  /// Rows and columns of a page of 16 bits.
  public var side = 8
  /// The first page's tag 270; nil for none.
  public var description: [UInt8]?
  /// The first page's tags 50838, as 32-bit numbers, and 50839; nil for none.
  public var imagej: (counts: [UInt8], content: [UInt8])?

  /// Six pages without a description.
  public init() {}

  /// The file.
  public var data: Data {
    var data = Data([0x49, 0x49, 42, 0, 0, 0, 0, 0])
    func append<Word: FixedWidthInteger>(_ word: Word) {
      withUnsafeBytes(of: word.littleEndian) { data.append(contentsOf: $0) }
    }
    func place(_ bytes: [UInt8]) -> UInt32 {
      let start = data.count
      data.append(contentsOf: bytes)
      if data.count % 2 == 1 { data.append(0) }
      return UInt32(start)
    }
    var link = 4
    for page in 0..<pages {
      let area = side * side
      let strip = place((0..<2 * area).map { UInt8(truncatingIfNeeded: $0 &* 5 &+ page) })
      // Tag, type, count, value or place.
      var entries: [(UInt16, UInt16, UInt32, UInt32)] = [
        (256, 4, 1, UInt32(side)), (257, 4, 1, UInt32(side)), (258, 3, 1, 16), (259, 3, 1, 1),
        (262, 3, 1, 1), (273, 4, 1, strip), (277, 3, 1, 1), (278, 4, 1, UInt32(side)),
        (279, 4, 1, UInt32(2 * area)),
      ]
      if page == 0, let description {
        // Short values stand in the entry itself.
        let text = description + [UInt8](repeating: 0, count: max(1, 5 - description.count))
        entries.append((270, 2, UInt32(text.count), place(text)))
      }
      if page == 0, let imagej, imagej.counts.count >= 8, imagej.content.count > 4 {
        let count = imagej.counts.count / 4
        entries.append((50838, 4, UInt32(count), place(Array(imagej.counts.prefix(4 * count)))))
        entries.append((50839, 1, UInt32(imagej.content.count), place(imagej.content)))
      }
      let directory = UInt32(data.count)
      withUnsafeBytes(of: directory.littleEndian) {
        data.replaceSubrange(link..<link + 4, with: $0)
      }
      append(UInt16(entries.count))
      for entry in entries.sorted(by: { $0.0 < $1.0 }) {
        append(entry.0)
        append(entry.1)
        append(entry.2)
        if entry.1 == 3 {
          append(UInt16(truncatingIfNeeded: entry.3))
          append(UInt16(0))
        } else {
          append(entry.3)
        }
      }
      link = data.count
      append(UInt32(0))
    }
    return data
  }
}
