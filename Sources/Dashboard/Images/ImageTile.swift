import Foundation
import Imaging

/// A square part of some planes of a level, as it is sent.
struct ImageTile: Sendable {
  /// Rows and columns of a tile that is not cut off by the level's border.
  static let side = 256
  /// The most channels of one answer.
  static let mostChannels = 32

  /// The part of the level.
  let region: PlaneRegion
  /// The type of the values.
  let type: SentType
  /// The values in the machine's byte order, channel after channel, row by row.
  let bytes: Data

  /// The rectangle of a tile; nil where the level has no such tile.
  static func region(x: Int, y: Int, of level: ImageDescription.Level) -> PlaneRegion? {
    let (column, row) = (x * side, y * side)
    guard column < level.width, row < level.height else { return nil }
    return PlaneRegion(
      row: row, column: column, height: min(side, level.height - row),
      width: min(side, level.width - column))
  }

  /// Reads a tile.
  ///
  /// - Parameters:
  ///   - region: the rectangle, inside each of the planes
  ///   - planes: planes of one image, at least one
  /// - Throws: `ImagingError` where the image cannot be read.
  init(_ region: PlaneRegion, of planes: [ViewedPixels]) throws(ImagingError) {
    let type = SentType(planes[0].source.description.type)
    let planeBytes = region.count * type.byteCount
    let memory = UnsafeMutableRawBufferPointer.allocate(
      byteCount: planes.count * planeBytes, alignment: 16)
    // What is sent is what was read into, without another copy.
    let bytes = memory.baseAddress.map {
      Data(
        bytesNoCopy: $0, count: memory.count,
        deallocator: .custom { start, _ in start.deallocate() })
    }
    for (number, plane) in planes.enumerated() {
      guard let start = memory.baseAddress else { break }
      try plane.read(region, sentInto: start + number * planeBytes)
    }
    self.region = region
    self.type = type
    self.bytes = bytes ?? Data()
  }
}
