/// The element type of an image file.
public enum PixelType: String, Codable, Sendable, CaseIterable {
  case uint8, uint16, uint32, int8, int16, int32, float32, float64

  /// Bytes of one pixel.
  public var byteCount: Int {
    switch self {
    case .uint8, .int8: 1
    case .uint16, .int16: 2
    case .uint32, .int32, .float32: 4
    case .float64: 8
    }
  }

  /// Smallest and largest value, or nil for the floating-point types.
  public var range: ClosedRange<Double>? {
    switch self {
    case .uint8: 0...255
    case .uint16: 0...65535
    case .uint32: 0...4_294_967_295
    case .int8: -128...127
    case .int16: -32768...32767
    case .int32: -2_147_483_648...2_147_483_647
    case .float32, .float64: nil
    }
  }
}

/// The size of a pixel in the specimen.
public struct PixelSize: Codable, Sendable, Equatable {
  /// Extent along x, in `unit`.
  public var width: Double
  /// Extent along y, in `unit`.
  public var height: Double
  /// The unit's name in full, such as `micrometer`.
  public var unit: String

  /// A pixel size in the given unit.
  public init(width: Double, height: Double, unit: String) {
    self.width = width
    self.height = height
    self.unit = unit
  }
}

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
