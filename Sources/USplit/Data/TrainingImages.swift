import Experiment
import Foundation
import Imaging

/// The images that a configuration names, checked to belong together.
public struct TrainingImages: Sendable {
  /// One stack of one channel for each target, `[N, 1, H, W]`.
  public let targets: [ImageStack]
  /// The superimposed image `[N, 1, H, W]` when it was acquired, and not made of the targets.
  public let acquired: ImageStack?
  /// Names of the targets.
  public let names: [String]
  /// How each file was read, in words.
  public let notes: [String]

  /// Reads all files.
  ///
  /// - Throws: `ImagingError` when a file cannot be read, or files differ in size or number of
  ///   frames.
  public init(_ configuration: DataConfiguration) throws(ImagingError) {
    var notes: [String] = []
    var targets: [ImageStack] = []
    for source in configuration.targets {
      targets.append(try Self.read(source, role: "target \(source.name)", notes: &notes))
    }
    self.targets = targets
    self.names = configuration.targets.map(\.name)
    self.acquired =
      configuration.input.kind == .acquired
      ? try Self.read(configuration.input.source, role: "input", notes: &notes) : nil
    self.notes = notes
    try check(configuration)
  }

  /// Images that are in memory already.
  ///
  /// - Throws: `ImagingError` when they differ in size or number of frames.
  public init(
    targets: [ImageStack], names: [String], acquired: ImageStack? = nil
  ) throws(ImagingError) {
    precondition(
      targets.count == names.count && targets.count >= 2,
      "\(targets.count) targets with \(names.count) names; at least 2 are needed")
    self.targets = targets
    self.names = names
    self.acquired = acquired
    self.notes = []
    var sources = DataConfiguration()
    sources.targets = names.map { ChannelSource(name: $0, file: $0) }
    try check(sources)
  }

  /// Number of frames N.
  public var frames: Int { targets[0].frames }
  /// Rows of every frame.
  public var height: Int { targets[0].height }
  /// Columns of every frame.
  public var width: Int { targets[0].width }
  /// Size of a pixel; nil when no file says.
  public var pixelSize: PixelSize? {
    (targets + [acquired].compactMap(\.self)).compactMap(\.pixelSize).first
  }

  /// The target planes of a frame, `[T]`.
  public func targetPlanes(frame: Int) -> [Plane] {
    targets.map { $0.plane(frame: frame, channel: 0) }
  }

  private static func read(
    _ source: ChannelSource, role: String, notes: inout [String]
  ) throws(ImagingError) -> ImageStack {
    let stack = try TIFF.read(URL(fileURLWithPath: source.file))
    let channel = try channelIndex(source, stack, role: role)
    notes.append(
      "\(role): \(source.file) read as \(stack.axes): \(stack.frames) "
        + "frame\(stack.frames == 1 ? "" : "s") of \(stack.height) × \(stack.width) pixels"
        + (stack.channels > 1 ? ", channel \(channel) of \(stack.channels)" : ""))
    return stack.channel(channel)
  }

  private static func channelIndex(
    _ source: ChannelSource, _ stack: ImageStack, role: String
  ) throws(ImagingError) -> Int {
    let named = stack.channelNames.compactMap(\.self)
    let list = named.isEmpty ? "" : ", named \(named.joined(separator: ", "))"
    let count = "\(stack.channels) channel\(stack.channels == 1 ? "" : "s")"
    let found = "\(source.file) has \(count)\(list)"
    switch source.channel {
    case .index(let index):
      guard index < stack.channels else {
        throw ImagingError(
          .mismatch,
          "\(role) is channel \(index) (counted from 0), but \(found); choose one that is there")
      }
      return index
    case .name(let name):
      guard let index = stack.channelNames.firstIndex(of: name) else {
        throw ImagingError(
          .mismatch, "\(role) is the channel named \"\(name)\", but \(found); choose one of those")
      }
      return index
    }
  }

  private func check(_ configuration: DataConfiguration) throws(ImagingError) {
    func describe(_ stack: ImageStack) -> String {
      "\(stack.frames) × \(stack.height) × \(stack.width)"
    }
    let first = targets[0]
    var others = Array(zip(targets, configuration.targets).dropFirst())
    if let acquired { others.append((acquired, configuration.input.source)) }
    for (stack, source) in others
    where stack.frames != first.frames || stack.height != first.height
      || stack.width != first.width
    {
      throw ImagingError(
        .mismatch,
        "\(source.file) has \(describe(stack)) (frames × rows × columns), but "
          + "\(configuration.targets[0].file) has \(describe(first)); all channels must show the "
          + "same frames at the same size")
    }
  }
}

extension ImageStack {
  /// One channel alone, `[N, 1, H, W]`.
  func channel(_ index: Int) -> ImageStack {
    guard channels > 1 else { return self }
    var kept: [Float] = []
    kept.reserveCapacity(frames * planeCount)
    for frame in 0..<frames {
      let start = (frame * channels + index) * planeCount
      kept.append(contentsOf: pixels[start..<start + planeCount])
    }
    return ImageStack(
      frames: frames, channels: 1, height: height, width: width, pixels: kept, type: type,
      channelNames: [channelNames[index]], pixelSize: pixelSize, axes: axes)
  }
}
