import Foundation

/// An image in a Zarr store, read region by region: an OME-Zarr pyramid or a plain array.
///
/// May be read from several threads at once.
public struct OMEZarrImage: ImageSource {
  /// What is known of the image.
  public let description: ImageDescription
  /// The folder's path.
  public let place: String
  /// The arrays of the levels, the full size first.
  private let arrays: [ZarrArray]
  /// The axis of each dimension of the arrays; nil for one of size 1 that is left out.
  private let axes: [Axis?]

  /// An image of opened arrays.
  init(description: ImageDescription, place: String, arrays: [ZarrArray], axes: [Axis?]) {
    self.description = description
    self.place = place
    self.arrays = arrays
    self.axes = axes
  }

  /// Bytes of the largest chunk.
  public var packedBytes: Int { arrays.map(\.chunkByteCount).max() ?? 0 }

  /// Reads a rectangle as stored, in the machine's byte order, row by row without gaps.
  ///
  /// - Throws: `ImagingError` that names the chunk's file where one is broken.
  public func read(
    _ region: PlaneRegion, of plane: PlaneIndex, level: Int, into bytes: UnsafeMutableRawPointer
  ) throws(ImagingError) {
    checkRequest(region, of: plane, level: level)
    var origin = [Int](repeating: 0, count: axes.count)
    var shape = [Int](repeating: 1, count: axes.count)
    for (dimension, axis) in axes.enumerated() {
      switch axis {
      case .time: origin[dimension] = plane.time
      case .channel: origin[dimension] = plane.channel
      case .slice: origin[dimension] = plane.slice
      case .row: (origin[dimension], shape[dimension]) = (region.row, region.height)
      case .column: (origin[dimension], shape[dimension]) = (region.column, region.width)
      case nil: break
      }
    }
    let array = arrays[level]
    let rowsComeFirst =
      (axes.firstIndex(of: .row) ?? 0) < (axes.firstIndex(of: .column) ?? 0)
    if rowsComeFirst || region.height == 1 || region.width == 1 {
      return try array.read(origin: origin, shape: shape, into: bytes)
    }
    let scratch = UnsafeMutableRawPointer.allocate(
      byteCount: region.count * array.type.byteCount, alignment: 16)
    defer { scratch.deallocate() }
    try array.read(origin: origin, shape: shape, into: scratch)
    switch array.type.byteCount {
    case 1: transpose(scratch, to: bytes, UInt8.self, region)
    case 2: transpose(scratch, to: bytes, UInt16.self, region)
    case 4: transpose(scratch, to: bytes, UInt32.self, region)
    default: transpose(scratch, to: bytes, UInt64.self, region)
    }
  }

  /// Turns columns that lie one after the other into rows.
  private func transpose<Word: BitwiseCopyable>(
    _ source: UnsafeMutableRawPointer, to target: UnsafeMutableRawPointer, _: Word.Type,
    _ region: PlaneRegion
  ) {
    let size = MemoryLayout<Word>.size
    for row in 0..<region.height {
      for column in 0..<region.width {
        let value = source.loadUnaligned(
          fromByteOffset: (column * region.height + row) * size, as: Word.self)
        target.storeBytes(
          of: value, toByteOffset: (row * region.width + column) * size, as: Word.self)
      }
    }
  }
}
