import Foundation

/// Writes images as OME-Zarr: a group with one array per level of the pyramid.
///
/// Axes are in the order T, C, Z, Y, X: those that the image names and those of more than one
/// element. Chunks hold up to 512 × 512 pixels of one plane.
public struct OMEZarrSink: ImageSink {
  /// The version to write.
  public let version: OMEZarr.Version
  /// How chunks are compressed.
  public let compression: ZarrCompression
  /// Whether chunks are gathered in files of up to 4096 × 4096 pixels; version 0.5 only.
  public let isSharded: Bool
  /// The program that writes, with its version.
  public let software: String

  /// A sink for one version.
  public init(
    version: OMEZarr.Version, compression: ZarrCompression = .bloscZstd, sharded: Bool = false,
    software: String
  ) {
    self.version = version
    self.compression = compression
    isSharded = sharded
    self.software = software
  }

  /// Writes an image.
  ///
  /// A folder that is there is replaced only where `overwrite` is true and it is a Zarr store with
  /// nothing else in it. Memory holds some chunks side by side, or one shard, not the image.
  ///
  /// - Throws: `ImagingError` as `ImageSink` says; of kind `unsupported` for shards in version 0.4.
  public func write(
    _ image: any ImageSource, to url: URL, overwrite: Bool,
    progress: (Double) throws(ImagingError) -> Void
  ) throws(ImagingError) {
    try check(image.description, place: image.place)
    try OMEZarrReplacement.write(to: url, overwrite: overwrite) { folder throws(ImagingError) in
      let description = image.description
      var written = OMEZarrProgress(description)
      for level in description.levels.indices {
        let grid = OMEZarrLevel(description, level: level, isSharded: isSharded)
        let writer = try ZarrArrayWriter(
          folder: folder.appendingPathComponent("\(level)", isDirectory: true), shape: grid.shape,
          chunkShape: grid.chunkShape, shardShape: isSharded ? grid.fileShape : nil,
          type: description.type, compression: compression, zarrFormat: version == .v04 ? 2 : 3,
          dimensionNames: grid.names)
        try grid.write(image, to: writer) { pixels throws(ImagingError) in
          try progress(written.share(after: pixels))
        }
        try writer.finish()
      }
      let metadata = OMEZarrMetadata(
        description, version: version, software: software,
        windows: try OMEZarrWindow.windows(of: image))
      try metadata.write(to: folder)
    }
  }

  /// Why a store cannot hold an image; nil but for shards in version 0.4.
  public func obstacle(to image: ImageDescription) -> WritingObstacle? {
    guard isSharded, version == .v04 else { return nil }
    return WritingObstacle(
      "OME-Zarr 0.4 has no shards", advice: "write version 0.5 or leave them out")
  }

  /// What OME-Zarr has no place for: a time step or a distance of slices without the axis, a pixel
  /// size in units that are none of length, channels without a colour among those with a name.
  public func losses(of image: ImageDescription) -> [String] {
    var losses: [String] = []
    let axes = OMEZarrLevel.axes(of: image)
    if image.timeStep != nil, !axes.contains(.time) {
      losses.append("the time step is left out, since there is one time point")
    }
    if let size = image.pixelSize {
      if OMEZarrUnit.length(size.unit) == nil {
        losses.append("the pixel size in \(size.unit) is lost when it is read again")
      } else if size.depth != nil, !axes.contains(.slice) {
        losses.append("the distance of slices is left out, since there is one slice")
      }
    }
    if image.channels.contains(where: { $0.name != nil || $0.color != nil }),
      image.channels.contains(where: { $0.color == nil })
    {
      losses.append("channels without a colour are given one, which OME-Zarr asks for")
    }
    return losses
  }
}

/// Counts what is written of all levels.
private struct OMEZarrProgress {
  private let total: Double
  private var done = 0.0

  init(_ image: ImageDescription) {
    let pixels = image.levels.reduce(0) { $0 + Double($1.height) * Double($1.width) }
    total = pixels * Double(image.times) * Double(image.slices) * Double(image.channels.count)
  }

  /// The share that is written once so many more pixels are.
  mutating func share(after pixels: Int) -> Double {
    done += Double(pixels)
    return min(1, done / total)
  }
}
