import Experiment
import Foundation
import Imaging

/// The images that a configuration names, checked to belong together; their pixels are read when
/// they are needed.
public struct TrainingImages: Sendable {
  /// The frames of each target.
  public let targets: [FrameSeries]
  /// The superimposed image when it was acquired, and not made of the targets.
  public let acquired: FrameSeries?
  /// Names of the targets.
  public let names: [String]
  /// How each file was read, in words.
  public let notes: [String]
  /// What had to be assumed or left out in reading, in words, with the files.
  public let warnings: [String]

  /// Opens all files.
  ///
  /// - Throws: `ImagingError` when a file cannot be read, or files differ in size or number of
  ///   frames.
  public init(_ configuration: DataConfiguration) throws(ImagingError) {
    var sources = configuration.targets
    if configuration.input.kind == .acquired { sources.append(configuration.input.source) }
    var files = try OpenedFiles(sources)
    var targets: [FrameSeries] = []
    for source in configuration.targets {
      targets.append(try files.series(of: source, role: "target \(source.name)"))
    }
    self.targets = targets
    self.names = configuration.targets.map(\.name)
    self.acquired =
      configuration.input.kind == .acquired
      ? try files.series(of: configuration.input.source, role: "input") : nil
    self.notes = files.notes
    self.warnings = files.warnings
    try check(configuration)
  }

  /// Images that are in memory already.
  ///
  /// - Throws: `ImagingError` when they differ in size or number of frames.
  public init(
    targets: [ImageStack], names: [String], acquired: ImageStack? = nil
  ) throws(ImagingError) {
    try self.init(
      targets: targets.map { FrameSeries($0) }, names: names,
      acquired: acquired.map { FrameSeries($0) })
  }

  /// Frames that were opened already.
  ///
  /// - Throws: `ImagingError` when they differ in size or number of frames.
  public init(
    targets: [FrameSeries], names: [String], acquired: FrameSeries? = nil
  ) throws(ImagingError) {
    precondition(
      targets.count == names.count && targets.count >= 2,
      "\(targets.count) targets with \(names.count) names; at least 2 are needed")
    self.targets = targets
    self.names = names
    self.acquired = acquired
    self.notes = []
    self.warnings = []
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
  ///
  /// - Throws: `ImagingError` where a file is broken or holds values that are not finite.
  public func targetPlanes(frame: Int) throws(ImagingError) -> [Plane] {
    var planes: [Plane] = []
    for target in targets { planes.append(try target.plane(frame: frame)) }
    return planes
  }

  private func check(_ configuration: DataConfiguration) throws(ImagingError) {
    func describe(_ series: FrameSeries) -> String {
      "\(series.frames) × \(series.height) × \(series.width)"
    }
    let first = targets[0]
    var others = Array(zip(targets, configuration.targets).dropFirst())
    if let acquired { others.append((acquired, configuration.input.source)) }
    for (series, source) in others
    where series.frames != first.frames || series.height != first.height
      || series.width != first.width
    {
      throw ImagingError(
        .mismatch,
        "\(source.file) has \(describe(series)) (frames × rows × columns), but "
          + "\(configuration.targets[0].file) has \(describe(first)); all channels must show the "
          + "same frames at the same size")
    }
  }
}

/// The files of some sources, each opened once however many channels of it are meant.
private struct OpenedFiles {
  private struct Key: Hashable {
    let file: String
    let axes: String
  }

  /// Bytes that all files together may keep of what they decoded.
  private static let cacheBytes = 256 << 20
  /// Bytes that each file may keep in any case.
  private static let leastCacheBytes = 1 << 20

  private let listed: [String: [URL]]
  private let bytesPerFile: Int
  private var opened: [Key: [any ImageSource]] = [:]
  /// How each file was read, in words.
  private(set) var notes: [String] = []
  /// Files by what there is to say of them, in the order of the first.
  private var remarks: [(text: String, files: [String])] = []

  /// What there is to say of files, each thing once.
  var warnings: [String] {
    remarks.map { remark in
      let files = remark.files.prefix(3).joined(separator: ", ")
      let more = remark.files.count > 3 ? " and \(remark.files.count - 3) more" : ""
      return "\(files)\(more): \(remark.text)"
    }
  }

  /// Lists the files.
  init(_ sources: [ChannelSource]) throws(ImagingError) {
    var listed: [String: [URL]] = [:]
    for source in sources where listed[source.file] == nil {
      listed[source.file] = try ImageListing.images(at: source.file)
    }
    self.listed = listed
    let count = listed.values.reduce(0) { $0 + $1.count }
    bytesPerFile = max(Self.leastCacheBytes, Self.cacheBytes / max(count, 1))
  }

  /// The frames of a source.
  mutating func series(
    of source: ChannelSource, role: String
  ) throws(ImagingError) -> FrameSeries {
    let images = try images(of: source)
    let first = images[0].description
    let channel = try channelIndex(source, images[0], role: role)
    for image in images.dropFirst()
    where try channelIndex(source, image, role: role) != channel {
      throw ImagingError(
        .mismatch,
        "\(image.place) has its channels in another order than \(images[0].place); images whose "
          + "frames follow each other must have the same channels")
    }
    let series = try FrameSeries(images, channel: channel, place: source.file)
    let many = images.count > 1 ? "\(images.count) images, " : ""
    notes.append(
      "\(role): \(source.file) read as \(many)\(first.axesText): \(series.frames) "
        + "frame\(series.frames == 1 ? "" : "s") of \(series.height) × \(series.width) pixels"
        + (first.channels.count > 1 ? ", channel \(channel) of \(first.channels.count)" : ""))
    if images.count > 1, let last = images.last {
      notes.append("\(role): from \(images[0].place) to \(last.place), in this order")
    }
    return series
  }

  private mutating func images(of source: ChannelSource) throws(ImagingError) -> [any ImageSource] {
    let key = Key(file: source.file, axes: source.axes)
    if let known = opened[key] { return known }
    var options = ImageReadingOptions(axes: try source.reading())
    options.cacheBytes = bytesPerFile
    let files = try ImageFile.open(listed[source.file] ?? [], options) { $1 }
    for file in files {
      if let remark = file.remark { note(remark, of: file.url.path) }
      for image in file.content {
        for remark in image.description.remarks { note(remark, of: file.url.path) }
      }
    }
    let images = files.flatMap(\.content)
    opened[key] = images
    return images
  }

  private mutating func note(_ remark: String, of file: String) {
    guard let known = remarks.firstIndex(where: { $0.text == remark }) else {
      return remarks.append((remark, [file]))
    }
    if !remarks[known].files.contains(file) { remarks[known].files.append(file) }
  }

  private func channelIndex(
    _ source: ChannelSource, _ image: any ImageSource, role: String
  ) throws(ImagingError) -> Int {
    let names = image.description.channels.map(\.name)
    let named = names.compactMap(\.self)
    let list = named.isEmpty ? "" : ", named \(named.joined(separator: ", "))"
    let count = "\(names.count) channel\(names.count == 1 ? "" : "s")"
    let found = "\(image.place) has \(count)\(list)"
    switch source.channel {
    case .index(let index):
      guard index < names.count else {
        throw ImagingError(
          .mismatch,
          "\(role) is channel \(index) (counted from 0), but \(found); choose one that is there")
      }
      return index
    case .name(let name):
      guard let index = names.firstIndex(of: name) else {
        throw ImagingError(
          .mismatch, "\(role) is the channel named \"\(name)\", but \(found); choose one of those")
      }
      return index
    }
  }
}

extension ChannelSource {
  /// How the axes are to be read; nil for those that the files name.
  ///
  /// - Throws: `ImagingError` when the text makes no sense.
  public func reading() throws(ImagingError) -> AxesReading? {
    axes.isEmpty ? nil : try AxesReading(axes)
  }
}
