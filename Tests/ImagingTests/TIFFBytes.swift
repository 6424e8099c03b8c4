import Foundation
import Imaging

/// TIFF files made byte by byte, right ones and wrong ones.
struct TIFFBytes {
  /// One page of one strip.
  struct Page {
    var height = 2
    var width = 3
    var bits = 8
    var format = 1
    var samples = 1
    var photometric = 1
    var subfileType = 0
    var compression = 1
    var resolution: (perUnit: Int, unit: Int)?
    var description: String?
    var hasColorMap = false
    /// Whether each sample has a plane of its own.
    var isPlanar = false
    /// The size of tiles; nil stores strips.
    var tile: (height: Int, width: Int)?
    /// Rows of a strip; nil stores one strip.
    var rowsPerStrip: Int?
    /// Differences of neighbours (2), or of the bytes of floating point (3).
    var predictor = 1
    /// Strips or tiles as they lie in the file; nil stores the values in one strip.
    var segments: [[UInt8]]?
    /// Reduced copies, each a directory of its own.
    var below: [Page] = []
    /// The place of a reduced copy in place of those of `below`.
    var belowAt: UInt64?
    /// Samples, row by row, as bit patterns.
    var values: [UInt64] = [1, 2, 3, 4, 5, 6]
  }

  var isBigEndian = false
  /// Whether offsets have 64 bits.
  var isBig = false
  var pages: [Page]
  /// What the last page names as the next one's place; 0 ends the file.
  var afterLast: UInt32 = 0

  init(_ pages: [Page], isBigEndian: Bool = false) {
    self.pages = pages
    self.isBigEndian = isBigEndian
  }

  /// A plain stack of pages of 2 × 3 pixels of 8 bits, page p holding 10 p + 0, 1, … 5.
  init(pages count: Int, description: String? = nil) {
    self.init(
      (0..<count).map { page in
        Page(
          description: page == 0 ? description : nil,
          values: (0..<6).map { UInt64(10 * page + $0) })
      })
  }

  /// The file.
  var data: Data {
    var bytes = isBigEndian ? Array("MM".utf8) : Array("II".utf8)
    bytes += number(isBig ? 43 : 42, 2)
    if isBig { bytes += number(8, 2) + number(0, 2) }
    var link = bytes.count
    bytes += number(0, word)
    for page in pages {
      let directory = append(page, to: &bytes)
      bytes.replaceSubrange(link..<link + word, with: number(UInt64(directory), word))
      link = bytes.count - word
    }
    if !pages.isEmpty {
      bytes.replaceSubrange(link..<link + word, with: number(UInt64(afterLast), word))
    }
    return Data(bytes)
  }

  /// Bytes of an offset.
  private var word: Int { isBig ? 8 : 4 }

  /// Writes the file into a folder.
  func write(_ name: String = "made.tif", in folder: URL) throws -> URL {
    let url = folder.appendingPathComponent(name)
    try data.write(to: url)
    return url
  }

  private func append(_ page: Page, to bytes: inout [UInt8]) -> Int {
    let below = page.below.map { UInt64(append($0, to: &bytes)) }
    let type: UInt64 = isBig ? 16 : 4
    var places: [UInt64] = []
    let segments =
      page.segments ?? [page.values.flatMap { number($0, page.bits / 8) }]
    for segment in segments {
      places.append(UInt64(bytes.count))
      bytes += segment
      if !bytes.count.isMultiple(of: 2) { bytes.append(0) }
    }
    var entries: [(tag: UInt64, type: UInt64, count: Int, value: [UInt8])] = [
      (254, 4, 1, number(UInt64(page.subfileType), 4)),
      (256, 4, 1, number(UInt64(page.width), 4)),
      (257, 4, 1, number(UInt64(page.height), 4)),
      (258, 3, page.samples, (0..<page.samples).flatMap { _ in number(UInt64(page.bits), 2) }),
      (259, 3, 1, number(UInt64(page.compression), 2)),
      (262, 3, 1, number(UInt64(page.photometric), 2)),
      (277, 3, 1, number(UInt64(page.samples), 2)),
      (284, 3, 1, number(page.isPlanar ? 2 : 1, 2)),
      (317, 3, 1, number(UInt64(page.predictor), 2)),
      (
        339, 3, page.samples,
        (0..<page.samples).flatMap { _ in number(UInt64(page.format), 2) }
      ),
    ]
    if let text = page.description {
      entries.append((270, 2, text.utf8.count + 1, Array(text.utf8) + [0]))
    }
    let counts = segments.map { UInt64($0.count) }
    let tags: (places: UInt64, counts: UInt64) = page.tile == nil ? (273, 279) : (324, 325)
    entries.append((tags.places, type, places.count, places.flatMap { number($0, word) }))
    entries.append((tags.counts, type, counts.count, counts.flatMap { number($0, word) }))
    if let tile = page.tile {
      entries.append((322, 4, 1, number(UInt64(tile.width), 4)))
      entries.append((323, 4, 1, number(UInt64(tile.height), 4)))
    } else {
      entries.append((278, 4, 1, number(UInt64(page.rowsPerStrip ?? page.height), 4)))
    }
    if let resolution = page.resolution {
      let rational = number(UInt64(resolution.perUnit), 4) + number(1, 4)
      entries += [
        (282, 5, 1, rational), (283, 5, 1, rational),
        (296, 3, 1, number(UInt64(resolution.unit), 2)),
      ]
    }
    if page.hasColorMap {
      entries.append((320, 3, 768, [UInt8](repeating: 0, count: 1536)))
    }
    let subdirectories = page.belowAt.map { [$0] } ?? below
    if !subdirectories.isEmpty {
      entries.append((330, type, subdirectories.count, subdirectories.flatMap { number($0, word) }))
    }
    entries.sort { $0.tag < $1.tag }
    var fields: [UInt8] = number(UInt64(entries.count), isBig ? 8 : 2)
    for entry in entries {
      var value = entry.value
      if value.count > word {
        value = number(UInt64(bytes.count), word)
        bytes += entry.value
        if !bytes.count.isMultiple(of: 2) { bytes.append(0) }
      }
      value += [UInt8](repeating: 0, count: word - value.count)
      fields += number(entry.tag, 2) + number(entry.type, 2)
      fields += number(UInt64(entry.count), word) + value
    }
    let directory = bytes.count
    bytes += fields + number(0, word)
    return directory
  }

  private func number(_ value: UInt64, _ size: Int) -> [UInt8] {
    let bytes = (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
    return isBigEndian ? bytes.reversed() : bytes
  }
}

extension ImageStack {
  /// Frames and channels.
  var counts: [Int] { [frames, channels] }
}
