import Experiment
import Imaging

/// The frames of one image that are split, from wherever the image is to a file.
public struct SplitJob: Sendable {
  /// The image.
  public let source: any ImageSource
  /// Number of the channel to split.
  public let channel: Int
  /// Numbers of the frames to split, ascending.
  public let frames: [Int]
  /// What the pixels are.
  public let meaning: InputMeaning
  /// How they are split.
  public let options: SplitOptions
  /// How much memory pixels may take.
  public let memory: PixelMemory
  private let selection: FrameSubset

  /// How far a job is.
  public enum Event: Sendable {
    /// A frame is made smaller, for the surroundings of its patches; the share that is done.
    case zooming(frame: Int, done: Double)
    /// A frame is split; the shares of the frame and of all frames that are done.
    case splitting(frame: Int, done: Double, all: Double)
  }

  /// A job.
  ///
  /// - Throws: `ImagingError` where the frames do not make an image: slices that differ from time
  ///   point to time point.
  public init(
    _ source: any ImageSource, channel: Int, frames: [Int], meaning: InputMeaning,
    _ options: SplitOptions, memory: PixelMemory = .standard
  ) throws(ImagingError) {
    precondition(options.coverage == .everyPixel, "a file has no pixels that are not predicted")
    self.source = source
    self.channel = channel
    self.frames = frames
    self.meaning = meaning
    self.options = options
    self.memory = memory
    self.selection = try FrameSubset(frames, of: source.description, place: source.place)
  }

  /// What is known of the result: a channel for each target, after all targets those of their
  /// deviations and draws where these are asked for; everything else as in the image.
  public func result(
    targets: [String], type: PixelType, provenance: [ImageDescription.ProvenanceEntry]
  ) -> ImageDescription {
    let image = source.description
    let made = Set(provenance.map(\.key))
    var axes = image.axes
    if !axes.contains(.channel) {
      axes.insert(.channel, at: axes.firstIndex { $0 != .time } ?? 0)
    }
    var result = ImageDescription(
      times: selection.times.count,
      channels: options.outputs(targets: targets.count).map {
        ImageChannel(name: $0.name(ofTarget: targets[$0.target]))
      },
      slices: selection.slices.count, height: image.height, width: image.width, type: type,
      axes: axes, pixelSize: selection.pixelSize(of: image),
      timeStep: selection.timeStep(of: image),
      name: image.name,
      provenance: image.provenance.filter { !made.contains($0.key) } + provenance)
    result.axesAreAssumed = image.axesAreAssumed && result.frames > 1
    return result
  }

  /// Conditions that the result depends on, but for the files and the device.
  public var conditions: [SplitCondition] {
    let image = source.description
    return [
      SplitCondition(
        "image's shape",
        "\(image.axesText), \(image.times) × \(image.slices) × \(image.channels.count) × "
          + "\(image.height) × \(image.width), \(image.type.rawValue)"),
      SplitCondition("channel", channel),
      SplitCondition("choice of frames", frames.map(String.init).joined(separator: ",")),
      SplitCondition("meaning of the input", meaning.rawValue),
      SplitCondition("padding of the tiles", "\(options.padding)"),
      SplitCondition("batch", options.batch),
      SplitCondition("latents", options.samplesPosterior ? "sample" : "mean"),
      SplitCondition("number of samples", options.samples),
      SplitCondition("seed", options.seed),
    ]
      // Splits that were begun before there was a choice go on.
      + (options.precision == .float32
        ? [] : [SplitCondition("precision", options.precision.rawValue)])
      + (options.turns > 1 ? [SplitCondition("number of turns", options.turns)] : [])
      + (options.withDeviation ? [SplitCondition("deviations", "predicted")] : [])
      + (options.keepsSamples ? [SplitCondition("samples", "kept")] : [])
  }

  /// Splits all frames that are not done yet, or the part of them that falls to this process.
  ///
  /// The batches of tiles of all frames are dealt to the ranks in runs of the same length. Each batch
  /// is the same whoever computes it, and so are the pixels.
  ///
  /// - Parameters:
  ///   - model: what splits them
  ///   - partial: where the pixels go, made for `result`
  ///   - shouldStop: asked now and then; what is done by then is saved
  ///   - progress: told how far it is
  /// - Returns: whether the part is done
  /// - Throws: `ImagingError` where the image cannot be read or the disk takes no more, `TorchError`
  ///   when the device fails.
  public func run(
    _ model: SplitModel, into partial: PartialSplit, shouldStop: () -> Bool = { false },
    progress: (Event) -> Void = { _ in }
  ) throws -> Bool {
    let splitter = Splitter(model, options)
    let image = source.description
    let grid = try splitter.grid(
      for: ImageDescription.Level(height: image.height, width: image.width))
    let batches = grid.batches(of: try options.tilesAtOnce(for: model.description.network))
    guard partial.frames <= frames.count, partial.batches <= batches else {
      throw ImagingError(
        .mismatch,
        "the journal in \(partial.folder.path) tells of \(partial.frames) frames and "
          + "\(partial.batches) batches of \(frames.count) frames of \(batches) batches each; begin "
          + "anew with --force")
    }
    let share = partial.share(of: frames.count * batches)
    partial.begin(frames: share.lowerBound / batches, batches: share.lowerBound % batches)
    for place in partial.frames..<frames.count {
      let frame = frames[place]
      let end = min(batches, share.upperBound - place * batches)
      guard end > partial.batches else { break }
      guard let pyramid = try pyramid(frame, model, partial, shouldStop, progress) else {
        try partial.save()
        return false
      }
      let writer = TileWriter(
        partial, model.description, grid, frame: place,
        outputs: options.outputs(targets: model.description.network.targets))
      let isDone = try splitter.predict(
        pyramid, frame: frame, batches: partial.batches..<end,
        progress: { done in
          let all = (Double(place) + done) * Double(batches) - Double(share.lowerBound)
          progress(.splitting(frame: frame, done: done, all: all / Double(share.count)))
        }, shouldStop: shouldStop, deliver: { try writer.write($0) })
      guard isDone else {
        try partial.save()
        return false
      }
      if end == batches { try partial.finishFrame() }
    }
    try partial.save()
    return true
  }

  /// The frame in training units; nil when it was stopped.
  private func pyramid(
    _ frame: Int, _ model: SplitModel, _ partial: PartialSplit, _ shouldStop: () -> Bool,
    _ progress: (Event) -> Void
  ) throws(ImagingError) -> StreamedPyramid? {
    let scale = model.description.inputScale
    var isStopped = shouldStop()
    if isStopped { return nil }
    do throws(ImagingError) {
      return try StreamedPyramid(
        source, plane: source.description.plane(frame: frame, channel: channel),
        contexts: model.description.network.contexts, scratch: partial.folder,
        bandBytes: memory.bandBytes,
        progress: { share throws(ImagingError) in
          progress(.zooming(frame: frame, done: share))
          isStopped = shouldStop()
          if isStopped { throw ImagingError(.truncated, "stopped") }
        },
        prepare: { [meaning] plane throws(ImagingError) in
          try scale.prepared(plane, meaning: meaning)
        })
    } catch {
      if isStopped { return nil }
      throw error
    }
  }
}

/// Writes predicted tiles of one frame to the file of the result.
private struct TileWriter: Sendable {
  private let partial: PartialSplit
  private let model: ModelDescription
  private let grid: TileGrid
  private let frame: Int
  private let outputs: [SplitOutput]

  init(
    _ partial: PartialSplit, _ model: ModelDescription, _ grid: TileGrid, frame: Int,
    outputs: [SplitOutput]
  ) {
    precondition(
      partial.image.description.channels.count == outputs.count,
      "\(outputs.count) planes for \(partial.image.description.channels.count) channels")
    self.partial = partial
    self.model = model
    self.grid = grid
    self.frame = frame
    self.outputs = outputs
  }

  func write(_ predicted: PredictedTiles) throws(ImagingError) {
    var clamped = 0
    for (index, tile) in predicted.tiles.enumerated() {
      let region = PlaneRegion(
        row: tile.rows.lowerBound, column: tile.columns.lowerBound, height: tile.rows.count,
        width: tile.columns.count)
      for (place, output) in outputs.enumerated() {
        var values = grid.kept(
          of: tile, at: index, in: predicted, plane: place, of: outputs.count)
        model.denormalise(&values, output)
        clamped += try partial.image.write(
          values, region, of: partial.image.description.plane(frame: frame, channel: place))
      }
    }
    try partial.finish(batches: predicted.number + 1, clampedPixels: clamped)
  }
}
