import Foundation
import Synchronization

/// One level of a pyramid as a Zarr array: its axes, its chunks and the files they are kept in.
struct OMEZarrLevel {
  /// The axes, in the order T, C, Z, Y, X.
  let axes: [Axis]
  /// Elements along each axis.
  let shape: [Int]
  /// Elements of a chunk along each axis.
  let chunkShape: [Int]
  /// Elements of a file along each axis: of a shard, or of a chunk where there are no shards.
  let fileShape: [Int]

  private let image: ImageDescription
  private let number: Int
  private let size: ImageDescription.Level

  private static let chunkSide = 512
  private static let shardSide = 4096
  /// The most bytes of pixels that are read at once, but at least one file's.
  private static let mostBytes = 64 << 20

  /// A level of an image.
  ///
  /// - Parameter isSharded: whether a file holds many chunks
  init(_ image: ImageDescription, level: Int, isSharded: Bool) {
    self.image = image
    number = level
    size = image.levels[level]
    axes = Self.axes(of: image)
    var sides: [(size: Int, chunk: Int, file: Int)] = []
    for axis in axes {
      switch axis {
      case .time, .channel, .slice: sides.append((image.size(axis), 1, 1))
      case .row, .column:
        let length = axis == .row ? size.height : size.width
        let chunk = min(Self.chunkSide, length)
        let chunks = min(Self.shardSide / chunk, (length + chunk - 1) / chunk)
        sides.append((length, chunk, isSharded ? chunk * chunks : chunk))
      }
    }
    shape = sides.map(\.size)
    chunkShape = sides.map(\.chunk)
    fileShape = sides.map(\.file)
  }

  /// The axes an image is written with.
  static func axes(of image: ImageDescription) -> [Axis] {
    Axis.allCases.filter {
      image.axes.contains($0) || image.size($0) > 1 || $0 == .row || $0 == .column
    }
  }

  /// The axes' names.
  var names: [String] { axes.map { String($0.rawValue).lowercased() } }

  /// Rows of pixels of one file.
  private var fileHeight: Int { fileShape[axes.count - 2] }
  /// Columns of pixels of one file.
  private var fileWidth: Int { fileShape[axes.count - 1] }

  /// Writes all pixels, a band of files after the other.
  ///
  /// - Parameter wrote: called with the number of pixels that were written since the last call
  func write(
    _ source: any ImageSource, to writer: ZarrArrayWriter,
    _ wrote: (Int) throws(ImagingError) -> Void
  ) throws(ImagingError) {
    let fileBytes = fileHeight * fileWidth * image.type.byteCount
    let step = max(1, Self.mostBytes / fileBytes) * fileWidth
    let capacity = fileHeight * min(step, size.width) * image.type.byteCount
    let bytes = UnsafeMutableRawPointer.allocate(byteCount: max(capacity, 1), alignment: 16)
    defer { bytes.deallocate() }
    for time in 0..<image.times {
      for channel in image.channels.indices {
        for slice in 0..<image.slices {
          let plane = PlaneIndex(time: time, channel: channel, slice: slice)
          for row in stride(from: 0, to: size.height, by: fileHeight) {
            for column in stride(from: 0, to: size.width, by: step) {
              let region = PlaneRegion(
                row: row, column: column, height: min(fileHeight, size.height - row),
                width: min(step, size.width - column))
              try source.read(region, of: plane, level: number, into: bytes)
              try write(region, of: plane, bytes, to: writer)
              try wrote(region.count)
            }
          }
        }
      }
    }
  }

  /// Writes the files that a rectangle of pixels fills, side by side and in parallel.
  private func write(
    _ region: PlaneRegion, of plane: PlaneIndex, _ bytes: UnsafeMutableRawPointer,
    to writer: ZarrArrayWriter
  ) throws(ImagingError) {
    let files = (region.width + fileWidth - 1) / fileWidth
    // Read only until all are done.
    nonisolated(unsafe) let pixels = UnsafeRawPointer(bytes)
    try Pieces(files, bytesOfEach: fileHeight * fileWidth * image.type.byteCount)
      .forEach { file throws(ImagingError) in
        try write(file: file, of: region, plane, pixels, to: writer)
      }
  }

  private func write(
    file: Int, of region: PlaneRegion, _ plane: PlaneIndex, _ pixels: UnsafeRawPointer,
    to writer: ZarrArrayWriter
  ) throws(ImagingError) {
    var index: [Int] = []
    for axis in axes {
      switch axis {
      case .time: index.append(plane.time)
      case .channel: index.append(plane.channel)
      case .slice: index.append(plane.slice)
      case .row: index.append(region.row / fileHeight)
      case .column: index.append(region.column / fileWidth + file)
      }
    }
    let pixelBytes = image.type.byteCount
    let byteCount = fileHeight * fileWidth * pixelBytes
    let isWhole = region.height == fileHeight && region.width == fileWidth
    if isWhole {
      return try writer.write(
        chunk: index, UnsafeRawBufferPointer(start: pixels, count: byteCount))
    }
    let content = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: 16)
    defer { content.deallocate() }
    let width = min(fileWidth, region.width - file * fileWidth)
    // What is outside the image is 0.
    if region.height < fileHeight || width < fileWidth {
      content.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
    }
    for row in 0..<region.height {
      let start = (row * region.width + file * fileWidth) * pixelBytes
      (content + row * fileWidth * pixelBytes).copyMemory(
        from: pixels + start, byteCount: width * pixelBytes)
    }
    try writer.write(chunk: index, UnsafeRawBufferPointer(start: content, count: byteCount))
  }
}
