import Foundation
import Imaging

/// An image whose pixels follow from their place, to write good files with.
public struct PatternImage: ImageSource {
  /// What is known of the image.
  public let description: ImageDescription
  /// A name for messages.
  public let place = "pattern"

  /// An image of the given sizes with a name, sizes of pixels, colours and `levels` levels.
  public init(
    times: Int = 1, channels: Int = 2, slices: Int = 1, side: Int = 40, levels: Int = 1,
    type: PixelType = .uint16
  ) {
    description = ImageDescription(
      times: times,
      channels: (0..<channels).map {
        ImageChannel(name: "channel \($0) <α>", color: RGBColor.channels[$0 % 6])
      },
      slices: slices, height: side, width: side + 3, type: type,
      pixelSize: PixelSize(width: 0.2, height: 0.2, depth: 0.5, unit: "micrometer"),
      timeStep: times > 1 ? 1.5 : nil, name: "pattern & more",
      levels: (0..<levels).map {
        ImageDescription.Level(height: side >> $0, width: (side + 3) >> $0)
      })
  }

  /// Reads a rectangle; runs of the same value among values that differ.
  public func read(
    _ region: PlaneRegion, of plane: PlaneIndex, level: Int, into bytes: UnsafeMutableRawPointer
  ) {
    checkRequest(region, of: plane, level: level)
    let width = description.type.byteCount
    for row in 0..<region.height {
      for column in 0..<region.width {
        let (y, x) = (region.row + row, region.column + column)
        let value = y % 8 < 4 ? 3 : y &* 31 &+ x &* 7 &+ plane.channel &* 13 &+ plane.slice &+ level
        for byte in 0..<width {
          let place = (row * region.width + column) * width + byte
          bytes.storeBytes(
            // Small exponents keep floating point finite.
            of: byte == width - 1 ? 0 : UInt8(truncatingIfNeeded: value >> (8 * byte)),
            toByteOffset: place, as: UInt8.self)
        }
      }
    }
  }
}
