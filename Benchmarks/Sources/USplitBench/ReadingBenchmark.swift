import Foundation
import Imaging

/// How long it takes to read all pixels of a file as stored, plane by plane and tile by tile.
struct ReadingBenchmark {
  /// What is written as JSON.
  private struct Record: Codable {
    var pixels: Int
    var type: PixelType
    /// Seconds of each reading of whole planes, opening included.
    var planes: [Double] = []
    /// Seconds of each reading of tiles, opening included.
    var tiles: [Double] = []
    /// Sum of some bytes of the whole planes, which tells that the same was read.
    var sum: UInt64 = 0
  }

  private let file: URL
  private let tile: Int
  private let repeats: Int

  init(_ arguments: inout Arguments) throws {
    let path = arguments.text("file", "")
    guard !path.isEmpty else { throw ArgumentError("--file names no file") }
    file = URL(fileURLWithPath: path)
    tile = try arguments.number("tile", 512)
    repeats = try arguments.number("repeats", 1)
    try arguments.finish()
  }

  func run() throws {
    let description = try open().description
    var record = Record(
      pixels: description.planes * description.height * description.width, type: description.type)
    let whole = max(description.height, description.width)
    record.sum = try read(by: whole)  // nothing is cold afterwards
    _ = try read(by: tile)
    let clock = ContinuousClock()
    for _ in 0..<repeats {
      for (side, key) in [(whole, \Record.planes), (tile, \Record.tiles)] {
        let start = clock.now
        _ = try read(by: side)
        record[keyPath: key].append((clock.now - start) / .seconds(1))
      }
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    print(String(decoding: try encoder.encode(record), as: UTF8.self))
  }

  private func open() throws(ImagingError) -> any ImageSource {
    if OMEZarr.isStore(file) { return try OMEZarr.images(file)[0] }
    return try TIFF.images(file)[0]
  }

  /// Opens the file and reads squares of a side, row by row; the sum of every 4096th byte of each.
  private func read(by side: Int) throws(ImagingError) -> UInt64 {
    let image = try open()
    let description = image.description
    let area = min(side, description.height) * min(side, description.width)
    let bytes = UnsafeMutableRawBufferPointer.allocate(
      byteCount: area * description.type.byteCount, alignment: 16)
    defer { bytes.deallocate() }
    guard let target = bytes.baseAddress else { return 0 }
    var sum: UInt64 = 0
    for index in 0..<description.planes {
      let plane = description.plane(
        frame: index / description.channels.count, channel: index % description.channels.count)
      for row in stride(from: 0, to: description.height, by: side) {
        for column in stride(from: 0, to: description.width, by: side) {
          let region = PlaneRegion(
            row: row, column: column, height: min(side, description.height - row),
            width: min(side, description.width - column))
          try image.read(region, of: plane, level: 0, into: target)
          // Enough to see that it was read, too little to be measured.
          for place in stride(from: 0, to: region.count * description.type.byteCount, by: 4096) {
            sum &+= UInt64(bytes[place])
          }
        }
      }
    }
    return sum
  }
}
