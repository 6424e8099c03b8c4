import Foundation
import Imaging
import Synchronization

/// The element types that pixels are sent in.
enum SentType: String, Sendable {
  case uint8, uint16, float32

  /// The type that holds the pixels of an image, exactly or as 32-bit floating point.
  init(_ type: PixelType) {
    switch type {
    case .uint8: self = .uint8
    case .uint16: self = .uint16
    default: self = .float32
    }
  }

  /// The same as a type of images.
  var pixelType: PixelType {
    switch self {
    case .uint8: .uint8
    case .uint16: .uint16
    case .float32: .float32
    }
  }

  /// Bytes of one pixel.
  var byteCount: Int {
    switch self {
    case .uint8: 1
    case .uint16: 2
    case .float32: 4
    }
  }
}

/// One level of one plane, wherever its pixels are kept.
struct ViewedPixels: Sendable {
  /// The image that has them.
  let source: any ImageSource
  /// The plane in that image.
  let plane: PlaneIndex
  /// The level in that image.
  let level: Int

  /// The level's size.
  var size: ImageDescription.Level { source.description.levels[level] }

  /// Reads a rectangle in the type that is sent, whatever the values, row by row without gaps.
  ///
  /// - Parameters:
  ///   - region: a rectangle inside the level
  ///   - target: room for its pixels
  func read(_ region: PlaneRegion, sentInto target: UnsafeMutableRawPointer) throws(ImagingError) {
    let type = source.description.type
    guard SentType(type).rawValue != type.rawValue else {
      return try readStored(region, into: target)
    }
    let values = target.bindMemory(to: Float.self, capacity: region.count)
    try read(region, type, into: values)
  }

  /// Reads a rectangle as 32-bit floating point, whatever the values.
  func values(_ region: PlaneRegion) throws(ImagingError) -> [Float] {
    let type = source.description.type
    var failure: ImagingError?
    let values = [Float](unsafeUninitializedCapacity: region.count) { buffer, count in
      guard let target = buffer.baseAddress else { return }
      do throws(ImagingError) {
        if type == .float32 {
          try readStored(region, into: UnsafeMutableRawPointer(target))
        } else {
          try read(region, type, into: target)
        }
        count = region.count
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return values
  }

  private func read(
    _ region: PlaneRegion, _ type: PixelType, into target: UnsafeMutablePointer<Float>
  ) throws(ImagingError) {
    let stored = UnsafeMutableRawPointer.allocate(
      byteCount: region.count * type.byteCount, alignment: 16)
    defer { stored.deallocate() }
    try readStored(region, into: stored)
    type.convert(stored, count: region.count, to: target)
  }

  /// Pieces of more bytes are decoded one at a time, whatever image they are of.
  private static let large = 16 << 20
  private static let turn = Mutex(())

  private func readStored(
    _ region: PlaneRegion, into target: UnsafeMutableRawPointer
  ) throws(ImagingError) {
    guard source.packedBytes > Self.large else {
      return try source.read(region, of: plane, level: level, into: target)
    }
    let result = Self.turn.withLock { _ -> Result<Void, ImagingError> in
      do throws(ImagingError) {
        return .success(try source.read(region, of: plane, level: level, into: target))
      } catch {
        return .failure(error)
      }
    }
    try result.get()
  }
}
