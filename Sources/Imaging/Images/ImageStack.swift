import Foundation

/// Frames with named channels in memory, `[N, C, H, W]`: frame, channel, row, column.
public struct ImageStack: Sendable, Equatable {
  /// Number of frames N.
  public let frames: Int
  /// Number of channels C.
  public let channels: Int
  /// Rows H of every plane.
  public let height: Int
  /// Columns W of every plane.
  public let width: Int
  /// All pixels, frame by frame, channel by channel, row by row.
  public var pixels: [Float]
  /// The element type of the file the stack came from, or of the file to write.
  public var type: PixelType
  /// One name per channel; nil where the file names none.
  public var channelNames: [String?]
  /// Size of a pixel; nil when the file does not say, never invented.
  public var pixelSize: PixelSize?
  /// How the file's axes were read, such as `NYX`; for messages.
  public var axes: String
  /// Slices Z per time point: frames are slices of one time point after the other.
  public var slices = 1
  /// Seconds from one time point to the next; nil when the file does not say.
  public var timeStep: Double?

  /// A stack of the given pixels, `[N, C, H, W]`.
  public init(
    frames: Int, channels: Int, height: Int, width: Int, pixels: [Float],
    type: PixelType = .float32, channelNames: [String?]? = nil, pixelSize: PixelSize? = nil,
    axes: String = "NCYX"
  ) {
    let count = frames * channels * height * width
    precondition(
      pixels.count == count,
      "a stack of \(frames) × \(channels) × \(height) × \(width) needs \(count) pixels, "
        + "got \(pixels.count)")
    let names = channelNames ?? [String?](repeating: nil, count: channels)
    precondition(
      names.count == channels, "\(channels) channels need as many names, got \(names.count)")
    self.frames = frames
    self.channels = channels
    self.height = height
    self.width = width
    self.pixels = pixels
    self.type = type
    self.channelNames = names
    self.pixelSize = pixelSize
    self.axes = axes
  }

  /// Pixels of one plane.
  public var planeCount: Int { height * width }

  /// The plane of one frame and channel.
  public func plane(frame: Int, channel: Int) -> Plane {
    precondition(
      (0..<frames).contains(frame) && (0..<channels).contains(channel),
      "frame \(frame) and channel \(channel) of a stack of \(frames) frames, \(channels) channels")
    let start = (frame * channels + channel) * planeCount
    return Plane(height: height, width: width, values: Array(pixels[start..<start + planeCount]))
  }
}

extension ImageStack {
  /// Reads frames of an image into memory, all channels of them.
  ///
  /// - Parameters:
  ///   - source: the image
  ///   - frames: the frames to read, slices of one time point after the other; nil reads all.
  ///   - channel: the one channel to read; nil reads all.
  /// - Throws: `ImagingError` where the file is broken, holds values that are not finite, or is
  ///   too large for memory.
  public init(
    reading source: some ImageSource, frames: Range<Int>? = nil, channel: Int? = nil
  ) throws(ImagingError) {
    let image = source.description
    let range = frames ?? 0..<image.frames
    precondition(
      !range.isEmpty && range.lowerBound >= 0 && range.upperBound <= image.frames,
      "frames \(range) of \(image.frames)")
    let channels = channel.map { $0..<$0 + 1 } ?? 0..<image.channels.count
    let area = image.height.multipliedReportingOverflow(by: image.width)
    let (count, overflow) = area.partialValue.multipliedReportingOverflow(
      by: range.count * channels.count)
    if area.overflow || overflow || count > Self.mostBytes / 4 {
      throw ImagingError(
        .unsupported,
        "\(source.place): \(range.count) frames × \(channels.count) channels × \(image.height) × "
          + "\(image.width) pixels need more than \(Self.mostBytes >> 30) GiB of memory; read fewer "
          + "frames at a time")
    }
    var pixels: [Float] = []
    pixels.reserveCapacity(count)
    for frame in range {
      for channel in channels {
        pixels += try source.plane(image.plane(frame: frame, channel: channel)).values
      }
    }
    self.init(
      frames: range.count, channels: channels.count, height: image.height, width: image.width,
      pixels: pixels, type: image.type,
      channelNames: channels.map { image.channels[$0].name }, pixelSize: image.pixelSize,
      axes: image.axesText)
    timeStep = image.timeStep
    if range.count == image.frames { slices = image.slices }
  }

  /// Reads the one image of a file or folder into memory.
  ///
  /// - Parameters:
  ///   - url: the file or folder
  ///   - frames: the frames to read; nil reads all
  ///   - options: how the file is read
  /// - Throws: as `ImageFile.image(in:series:_:)` and `init(reading:frames:channel:)`, and where there
  ///   are no such frames.
  public init(
    contentsOf url: URL, frames: Range<Int>? = nil,
    _ options: ImageReadingOptions = ImageReadingOptions()
  ) throws(ImagingError) {
    let image = try ImageFile.image(in: url, options)
    let count = image.description.frames
    if let frames, frames.isEmpty || frames.lowerBound < 0 || frames.upperBound > count {
      throw ImagingError(
        .mismatch,
        "\(url.path) has \(count) frames, frames \(frames.lowerBound)..<\(frames.upperBound) were "
          + "asked for")
    }
    try self.init(reading: image, frames: frames)
  }

  /// The most bytes of pixels, as 32-bit floating point, that are put into memory.
  private static let mostBytes = 64 << 30
}

extension ImageStack: ImageSource {
  /// What is known of the stack as an image.
  public var description: ImageDescription {
    precondition(
      frames.isMultiple(of: slices), "\(frames) frames do not make stacks of \(slices) slices")
    return ImageDescription(
      times: frames / slices, channels: channelNames.map { ImageChannel(name: $0) },
      slices: slices, height: height, width: width, type: type, pixelSize: pixelSize,
      timeStep: timeStep)
  }

  /// What stands for a path.
  public var place: String { "an image in memory" }

  /// Copies a rectangle, rounded and clamped to `type`.
  public func read(
    _ region: PlaneRegion, of plane: PlaneIndex, level: Int, into bytes: UnsafeMutableRawPointer
  ) {
    checkRequest(region, of: plane, level: level)
    let start = ((plane.time * slices + plane.slice) * channels + plane.channel) * planeCount
    pixels.withUnsafeBufferPointer { pixels in
      for row in 0..<region.height {
        let first = start + (region.row + row) * width + region.column
        let values = UnsafeBufferPointer(rebasing: pixels[first..<first + region.width])
        // What does not fit is counted where files are written.
        _ = type.encode(values, to: bytes + row * region.width * type.byteCount)
      }
    }
  }
}
