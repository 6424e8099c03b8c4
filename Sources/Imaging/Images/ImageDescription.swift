/// The form of the file or folder an image comes from or goes to.
public enum ImageFormat: String, Codable, Sendable, CaseIterable {
  /// TIFF with OME-XML.
  case omeTIFF
  /// TIFF with ImageJ's description.
  case imageJTIFF
  /// TIFF with tifffile's description, or with none.
  case tiff
  /// OME-Zarr 0.4, in Zarr version 2.
  case omeZarr04
  /// OME-Zarr 0.5, in Zarr version 3.
  case omeZarr05
  /// A Zarr array without OME's metadata.
  case zarr
  /// Pixels in memory.
  case memory
}

/// What is known of one channel.
public struct ImageChannel: Sendable, Equatable {
  /// Its name; nil where none is given.
  public var name: String?
  /// The colour it is shown in; nil where none is given.
  public var color: RGBColor?

  /// A channel of the given name and colour.
  public init(name: String? = nil, color: RGBColor? = nil) {
    self.name = name
    self.color = color
  }
}

/// What is known of an image without its pixels: axes, sizes, units, channels, pyramid.
public struct ImageDescription: Sendable, Equatable {
  /// The size of one level of a pyramid.
  public struct Level: Sendable, Equatable {
    /// Rows.
    public let height: Int
    /// Columns.
    public let width: Int

    /// A level of the given size.
    public init(height: Int, width: Int) {
      self.height = height
      self.width = width
    }
  }

  /// Time points T.
  public var times: Int
  /// Channels C.
  public var channels: [ImageChannel]
  /// Slices Z.
  public var slices: Int
  /// Rows Y of every plane.
  public var height: Int
  /// Columns X of every plane.
  public var width: Int
  /// The element type of the pixels as stored.
  public var type: PixelType
  /// The axes as stored, the slowest first; those of size 1 only where the file names them.
  public var axes: [Axis]
  /// Size of a pixel; nil when the file does not say, never invented.
  public var pixelSize: PixelSize?
  /// Seconds from one time point to the next; nil when the file does not say.
  public var timeStep: Double?
  /// The image's own name; nil where it has none.
  public var name: String?
  /// What made the image, such as a program and a model: lines of keys and values.
  public var provenance: [ProvenanceEntry]
  /// The levels of the pyramid, the full size first; there is always one.
  public var levels: [Level]
  /// How the further levels were made, such as `gaussian`; nil where it is not known.
  public var downsampling: String?
  /// The form it is stored in.
  public var format: ImageFormat
  /// What had to be assumed or left out in reading, in whole sentences for the user.
  public var remarks: [String] = []

  /// Whether the meaning of an axis is a guess that does not matter for frames, as that of the pages
  /// of a file without metadata; a remark tells which.
  public var axesAreAssumed = false

  /// One thing that is known about how an image came to be.
  public struct ProvenanceEntry: Sendable, Equatable, Codable {
    /// What it is, such as `usplit_model`.
    public let key: String
    /// Its value, on one line.
    public let value: String

    /// An entry.
    public init(_ key: String, _ value: String) {
      self.key = key
      self.value = value
    }
  }

  /// A description of an image of one level in memory.
  public init(
    times: Int = 1, channels: [ImageChannel] = [ImageChannel()], slices: Int = 1, height: Int,
    width: Int, type: PixelType, axes: [Axis]? = nil, pixelSize: PixelSize? = nil,
    timeStep: Double? = nil, name: String? = nil, provenance: [ProvenanceEntry] = [],
    levels: [Level]? = nil, format: ImageFormat = .memory, remarks: [String] = []
  ) {
    precondition(
      times > 0 && !channels.isEmpty && slices > 0 && height > 0 && width > 0,
      "an image of \(times) time points, \(channels.count) channels, \(slices) slices and "
        + "\(height) × \(width) pixels is empty")
    self.times = times
    self.channels = channels
    self.slices = slices
    self.height = height
    self.width = width
    self.type = type
    let sizes: [(Axis, Int)] = [(.time, times), (.channel, channels.count), (.slice, slices)]
    self.axes = axes ?? sizes.filter { $0.1 > 1 }.map(\.0) + [.row, .column]
    self.pixelSize = pixelSize
    self.timeStep = timeStep
    self.name = name
    self.provenance = provenance
    self.levels = levels ?? [Level(height: height, width: width)]
    self.format = format
    self.remarks = remarks
  }

  /// The size along an axis.
  public func size(_ axis: Axis) -> Int {
    switch axis {
    case .time: times
    case .channel: channels.count
    case .slice: slices
    case .row: height
    case .column: width
    }
  }

  /// The axes as stored, such as `TCYX`.
  public var axesText: String { String(axes.map(\.rawValue)) }

  /// Images that are split one by one: every slice of every time point.
  public var frames: Int { times * slices }

  /// All planes: frames times channels.
  public var planes: Int { frames * channels.count }

  /// The plane of a frame, counted slice by slice through each time point, and a channel.
  public func plane(frame: Int, channel: Int) -> PlaneIndex {
    PlaneIndex(time: frame / slices, channel: channel, slice: frame % slices)
  }

  /// Bytes of all pixels at full size; nil when they cannot be counted in 64 bits.
  public var byteCount: Int? {
    var total = type.byteCount
    for factor in [times, channels.count, slices, height, width] {
      let (next, overflow) = total.multipliedReportingOverflow(by: factor)
      if overflow { return nil }
      total = next
    }
    return total
  }
}
