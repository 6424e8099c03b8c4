import Foundation
import Imaging
import Synchronization

/// One grey plane as an image, 32-bit floating point unless another type is given.
func image(of plane: Plane, type: PixelType = .float32) -> ImageStack {
  ImageStack(
    frames: 1, channels: 1, height: plane.height, width: plane.width, pixels: plane.values,
    type: type)
}

/// An image that tells how much of it was read at once.
final class WatchedImage: ImageSource {
  private let stack: ImageStack
  private let largest = Mutex(0)
  private let total = Mutex(0)

  init(_ stack: ImageStack) { self.stack = stack }

  /// Most rows that were read at once.
  var mostRows: Int { largest.withLock { $0 } }
  /// All rows that were read, again and again.
  var rows: Int { total.withLock { $0 } }

  var description: ImageDescription { stack.description }
  var place: String { "a watched image" }

  func read(
    _ region: PlaneRegion, of plane: PlaneIndex, level: Int, into bytes: UnsafeMutableRawPointer
  ) {
    largest.withLock { $0 = max($0, region.height) }
    total.withLock { $0 += region.height }
    stack.read(region, of: plane, level: level, into: bytes)
  }
}

/// The bits of all values, for comparisons that -0 and 0 do not pass.
func bits(_ values: [Float]) -> [UInt32] { values.map(\.bitPattern) }
