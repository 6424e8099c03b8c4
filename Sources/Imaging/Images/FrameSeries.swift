/// One channel of one or more images of one size, whose frames follow each other.
///
/// Frames are counted slice by slice through each time point of the first image, then of the next
/// one. Pixels are read region by region, from several threads at once where asked to.
public struct FrameSeries: Sendable {
  /// The channel of one of the images.
  private struct Part: Sendable {
    let image: any ImageSource
    let description: ImageDescription
    let channel: Int
    /// Number of its first frame.
    let first: Int
  }

  private let parts: [Part]
  /// Where the images are, for messages.
  public let place: String
  /// Number of frames N.
  public let frames: Int
  /// Rows of every frame.
  public let height: Int
  /// Columns of every frame.
  public let width: Int
  /// Size of a pixel, that of the first image that says it; nil when none does.
  public let pixelSize: PixelSize?
  /// How the axes of the first image are stored, such as `TCYX`.
  public let axes: String
  /// Slices of each time point; 1 where images differ in that.
  public let slices: Int
  /// Seconds from one time point to the next; nil where it is not known, or there are several
  /// images.
  public let timeStep: Double?
  /// Whether it is a guess in any of the images what the frames are.
  public let axesAreAssumed: Bool

  /// The frames of some images.
  ///
  /// - Parameters:
  ///   - images: one or more images
  ///   - channel: which channel of each
  ///   - place: where they are, for messages; nil takes the place of the first
  /// - Throws: `ImagingError` when they differ in size, or one has no such channel.
  public init(
    _ images: [any ImageSource], channel: Int = 0, place: String? = nil
  ) throws(ImagingError) {
    precondition(!images.isEmpty, "a series of frames needs at least 1 image, got 0")
    var parts: [Part] = []
    var frames = 0
    for image in images {
      let description = image.description
      let first = parts.first?.description ?? description
      guard description.height == first.height, description.width == first.width else {
        throw ImagingError(
          .mismatch,
          "\(image.place) has \(description.height) × \(description.width) pixels, but "
            + "\(images[0].place) has \(first.height) × \(first.width); images whose frames follow "
            + "each other must have one size")
      }
      guard description.channels.indices.contains(channel) else {
        throw ImagingError(
          .mismatch,
          "\(image.place) has \(description.channels.count) channels, so there is no channel "
            + "\(channel) (counted from 0)")
      }
      parts.append(Part(image: image, description: description, channel: channel, first: frames))
      let (sum, overflow) = frames.addingReportingOverflow(description.frames)
      if overflow {
        throw ImagingError(.unsupported, "\(image.place): its frames cannot be counted in 64 bits")
      }
      frames = sum
    }
    let first = parts[0].description
    self.parts = parts
    self.place = place ?? images[0].place
    self.frames = frames
    self.height = first.height
    self.width = first.width
    self.pixelSize = parts.lazy.compactMap(\.description.pixelSize).first
    self.axes = first.axesText
    let slices = Set(parts.map(\.description.slices))
    self.slices = slices.count == 1 ? first.slices : 1
    self.timeStep = parts.count == 1 ? first.timeStep : nil
    self.axesAreAssumed = parts.contains { $0.description.axesAreAssumed }
  }

  /// The frames of a stack of one channel, with the values it has in memory.
  public init(_ stack: ImageStack) {
    precondition(stack.channels == 1, "a series is of 1 channel, the stack has \(stack.channels)")
    var exact = stack
    exact.type = .float32  // a stack of integers rounds what is read from it
    self.parts = [Part(image: exact, description: exact.description, channel: 0, first: 0)]
    self.place = exact.place
    self.frames = stack.frames
    self.height = stack.height
    self.width = stack.width
    self.pixelSize = stack.pixelSize
    self.axes = stack.axes
    self.slices = stack.slices
    self.timeStep = stack.timeStep
    self.axesAreAssumed = false
  }

  /// Whether every pixel is a whole number from -32768 to 65535.
  public var isSixteenBit: Bool {
    parts.allSatisfy {
      !$0.description.type.isFloatingPoint && $0.description.type.byteCount <= 2
    }
  }

  /// The whole frame as a region.
  public func wholeFrame(_ frame: Int) -> FrameRegion {
    FrameRegion(frame: frame, height: height, width: width)
  }

  /// Reads a rectangle of a frame into an array of as many values, row by row.
  ///
  /// - Throws: `ImagingError` where a file is cut off, broken or gone, or a pixel is NaN, infinite
  ///   or beyond 32-bit floating point.
  public func read(
    _ region: FrameRegion, into values: inout [Float]
  ) throws(ImagingError) {
    precondition(
      (0..<frames).contains(region.frame), "frame \(region.frame) of \(frames) frames")
    let after = parts.partitioningIndex { $0.first > region.frame }
    let part = parts[after - 1]
    let plane = part.description.plane(frame: region.frame - part.first, channel: part.channel)
    try part.image.read(
      PlaneRegion(
        row: region.row, column: region.column, height: region.height, width: region.width),
      of: plane, into: &values)
  }

  /// Reads a rectangle of a frame.
  ///
  /// - Throws: as `read(_:into:)`.
  public func plane(_ region: FrameRegion) throws(ImagingError) -> Plane {
    var result = Plane(height: region.height, width: region.width)
    try read(region, into: &result.values)
    return result
  }

  /// Reads a whole frame.
  ///
  /// - Throws: as `read(_:into:)`.
  public func plane(frame: Int) throws(ImagingError) -> Plane { try plane(wholeFrame(frame)) }

  /// Reads frames into memory, `[N, 1, H, W]`.
  ///
  /// - Parameter frames: which, in this order; nil reads all
  /// - Throws: as `read(_:into:)`.
  public func stack(frames chosen: [Int]? = nil) throws(ImagingError) -> ImageStack {
    let chosen = chosen ?? Array(0..<frames)
    var pixels: [Float] = []
    pixels.reserveCapacity(chosen.count * height * width)
    for frame in chosen { pixels += try plane(frame: frame).values }
    return ImageStack(
      frames: chosen.count, channels: 1, height: height, width: width, pixels: pixels,
      pixelSize: pixelSize, axes: axes)
  }
}

extension Array {
  /// The first index from which on all elements satisfy a condition that none before does.
  fileprivate func partitioningIndex(where isAfter: (Element) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if isAfter(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
