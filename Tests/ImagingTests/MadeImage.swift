import Foundation
import Imaging
import Synchronization

/// An image whose pixels are computed from their place, so that it needs no memory.
final class MadeImage: ImageSource {
  let description: ImageDescription
  let place = "a made image"
  /// Regions that may be read before reading fails.
  private let readsBeforeFailure: Int
  private let log = Mutex<(reads: Int, largest: Int)>((0, 0))

  /// Pixels of the largest region that was read.
  var largestRegion: Int { log.withLock(\.largest) }

  init(_ description: ImageDescription, readsBeforeFailure: Int = .max) {
    self.description = description
    self.readsBeforeFailure = readsBeforeFailure
  }

  /// A pixel's value, a whole number from 0 to 119.
  static func value(_ plane: PlaneIndex, level: Int = 0, row: Int, column: Int) -> Int {
    let place = plane.time * 11 + plane.channel * 101 + plane.slice * 53 + level * 17
    return (row * 31 + column * 7 + place) % 120
  }

  func read(
    _ region: PlaneRegion, of plane: PlaneIndex, level: Int, into bytes: UnsafeMutableRawPointer
  ) throws(ImagingError) {
    checkRequest(region, of: plane, level: level)
    let fails = log.withLock { log in
      if log.reads == readsBeforeFailure { return true }
      log.reads += 1
      log.largest = max(log.largest, region.count)
      return false
    }
    if fails { throw ImagingError(.truncated, "\(place) is cut off") }
    switch description.type {
    case .uint8: fill(bytes, region, plane, level) { UInt8($0) }
    case .uint16: fill(bytes, region, plane, level) { UInt16($0) }
    case .uint32: fill(bytes, region, plane, level) { UInt32($0) }
    case .int8: fill(bytes, region, plane, level) { Int8($0) }
    case .int16: fill(bytes, region, plane, level) { Int16($0) }
    case .int32: fill(bytes, region, plane, level) { Int32($0) }
    case .float16: fill(bytes, region, plane, level) { [0x3c00, 0xc000][$0 % 2] as UInt16 }
    case .float32: fill(bytes, region, plane, level) { Float($0) }
    case .float64: fill(bytes, region, plane, level) { Double($0) }
    }
  }

  private func fill<Element>(
    _ bytes: UnsafeMutableRawPointer, _ region: PlaneRegion, _ plane: PlaneIndex, _ level: Int,
    _ element: (Int) -> Element
  ) {
    let target = bytes.bindMemory(to: Element.self, capacity: region.count)
    for row in 0..<region.height {
      for column in 0..<region.width {
        target[row * region.width + column] = element(
          Self.value(plane, level: level, row: region.row + row, column: region.column + column))
      }
    }
  }
}
