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
    /// Samples, row by row, as bit patterns.
    var values: [UInt64] = [1, 2, 3, 4, 5, 6]
  }

  var isBigEndian = false
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
    bytes += number(42, 2)
    var link = bytes.count
    bytes += number(0, 4)
    for page in pages {
      let directory = append(page, to: &bytes)
      bytes.replaceSubrange(link..<link + 4, with: number(UInt64(directory), 4))
      link = bytes.count - 4
    }
    if !pages.isEmpty {
      bytes.replaceSubrange(link..<link + 4, with: number(UInt64(afterLast), 4))
    }
    return Data(bytes)
  }

  /// Writes the file into a folder.
  func write(_ name: String = "made.tif", in folder: URL) throws -> URL {
    let url = folder.appendingPathComponent(name)
    try data.write(to: url)
    return url
  }

  private func append(_ page: Page, to bytes: inout [UInt8]) -> Int {
    let pixels = bytes.count
    let size = page.values.count * page.bits / 8
    for value in page.values { bytes += number(value, page.bits / 8) }
    if !bytes.count.isMultiple(of: 2) { bytes.append(0) }
    var entries: [(tag: UInt64, type: UInt64, count: Int, value: [UInt8])] = [
      (254, 4, 1, number(UInt64(page.subfileType), 4)),
      (256, 4, 1, number(UInt64(page.width), 4)),
      (257, 4, 1, number(UInt64(page.height), 4)),
      (258, 3, page.samples, (0..<page.samples).flatMap { _ in number(UInt64(page.bits), 2) }),
      (259, 3, 1, number(UInt64(page.compression), 2)),
      (262, 3, 1, number(UInt64(page.photometric), 2)),
    ]
    if let text = page.description {
      entries.append((270, 2, text.utf8.count + 1, Array(text.utf8) + [0]))
    }
    entries += [
      (273, 4, 1, number(UInt64(pixels), 4)),
      (277, 3, 1, number(UInt64(page.samples), 2)),
      (278, 4, 1, number(UInt64(page.height), 4)),
      (279, 4, 1, number(UInt64(size), 4)),
    ]
    if let resolution = page.resolution {
      let rational = number(UInt64(resolution.perUnit), 4) + number(1, 4)
      entries += [
        (282, 5, 1, rational), (283, 5, 1, rational),
        (296, 3, 1, number(UInt64(resolution.unit), 2)),
      ]
    }
    entries.append(
      (
        339, 3, page.samples,
        (0..<page.samples).flatMap { _ in number(UInt64(page.format), 2) }
      ))
    if page.hasColorMap {
      entries.append((320, 3, 768, [UInt8](repeating: 0, count: 1536)))
      entries.sort { $0.tag < $1.tag }
    }
    var fields: [UInt8] = number(UInt64(entries.count), 2)
    for entry in entries {
      var value = entry.value
      if value.count > 4 {
        value = number(UInt64(bytes.count), 4)
        bytes += entry.value
        if !bytes.count.isMultiple(of: 2) { bytes.append(0) }
      }
      value += [UInt8](repeating: 0, count: 4 - value.count)
      fields += number(entry.tag, 2) + number(entry.type, 2)
      fields += number(UInt64(entry.count), 4) + value
    }
    let directory = bytes.count
    bytes += fields + number(0, 4)
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
