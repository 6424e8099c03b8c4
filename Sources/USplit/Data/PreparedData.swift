import Experiment
import Foundation
import Imaging

/// Images ready to train with: clipped targets, context pyramids of the input, and the statistics
/// and the split that made them.
///
/// Frames are in memory when they fit, else they stay in their files and parts of them are read as
/// they are needed. The numbers are the same, bit for bit.
public struct PreparedData: Sendable {
  /// One frame.
  public struct Frame: Sendable {
    /// The targets, background removed and clipped, in the units of the files, `[T]`.
    public let targets: [Plane]
    /// The targets as they are in the files, `[T]`.
    public let originals: [Plane]
    /// The superimposed image in training units, at full size and zoomed out.
    public let input: ContextPyramid
    /// The targets at full size and zoomed out, `[T]`; none unless they are mixed anew.
    var zoomedTargets: [ContextPyramid] = []
  }

  let store: FrameStore
  /// Number of frames N.
  public let frameCount: Int
  /// Rows of every frame.
  public let height: Int
  /// Columns of every frame.
  public let width: Int
  /// Which parts train, validate and test.
  public let split: DataSplit
  /// Statistics of the training part.
  public let normalisation: Normalisation
  /// How the input is scaled; its limit is above all pixels that training shows the network.
  public let inputScale: InputScale
  /// What lies beyond the borders.
  public let padding: Imaging.Padding
  /// Zoomed-out images K per patch.
  public let contexts: Int
  /// How training patches are chosen and changed at random.
  public let augmentation: AugmentationConfiguration
  /// Names of the targets.
  public let names: [String]
  /// Size of a pixel, if known.
  public let pixelSize: PixelSize?
  /// How the files' axes were read, such as `TYX`.
  public let axes: String
  /// How patches are normalised that are not changed.
  let scale: PatchScale
  /// Draws changes of brightness; nil for none.
  let jitter: BrightnessJitter?
  /// Where patches have signal; nil where they are chosen anywhere.
  let signal: SignalMap?

  /// Prepares images with all settings of a training.
  ///
  /// - Parameters:
  ///   - memoryLimit: the most bytes that frames may take in memory; nil for half of what is
  ///     available
  ///   - scratch: a folder on the disk for zoomed-out images; nil for the system's
  /// - Throws: `ImagingError` when there is too little to split, a channel shows nothing, or a file
  ///   is broken.
  public init(
    _ images: TrainingImages, _ configuration: Configuration, memoryLimit: Int? = nil,
    scratch: URL? = nil
  ) throws(ImagingError) {
    try self.init(
      images, configuration.data, augmentation: configuration.training.augmentation,
      contexts: configuration.network.contexts, patch: configuration.network.patch,
      memoryLimit: memoryLimit, scratch: scratch)
  }

  /// Splits the frames, computes the statistics of the training part, and prepares all.
  ///
  /// - Parameters:
  ///   - augmentation: how training patches are chosen and changed at random
  ///   - contexts: zoomed-out images K per patch
  ///   - patch: side of a patch in pixels
  ///   - memoryLimit: the most bytes that frames may take in memory, else they stay in their files;
  ///     nil for half of what is available
  ///   - scratch: a folder on the disk that then holds the zoomed-out images; nil for the system's
  ///     folder of temporary files
  /// - Throws: `ImagingError` when there is too little to split, a channel shows nothing, or a file
  ///   is broken.
  public init(
    _ images: TrainingImages, _ configuration: DataConfiguration,
    augmentation: AugmentationConfiguration = AugmentationConfiguration(), contexts: Int,
    patch: Int, memoryLimit: Int? = nil, scratch: URL? = nil
  ) throws(ImagingError) {
    guard images.acquired == nil || !augmentation.remixes else {
      throw ImagingError(
        .mismatch,
        "the input was acquired, and what was acquired cannot be mixed anew; set mixingJitter, now "
          + "\(augmentation.mixingJitter), to 1")
    }
    let split = try DataSplit.make(
      rule: configuration.split.rule.imaging, frames: images.frames, height: images.height,
      width: images.width, validation: configuration.split.validation,
      test: configuration.split.test, patch: patch)
    let limit = memoryLimit ?? Memory.available / 2
    let fits = images.preparedBytes(for: augmentation).map { $0 <= limit } ?? false
    let frames = try fits ? LoadedFrames(images) : nil
    let parts = split.train.map { region in
      images.targets.indices.map { channel in
        frames?.part(region, channel: channel) ?? .stored(images.targets[channel], region)
      }
    }
    var normalisation = try Normalisation(
      training: parts, options: configuration.normalisationOptions)

    let weights =
      images.acquired == nil ? configuration.mixingWeights(targets: images.targets.count) : []
    let inputClip: Double
    var inputDark = 0.0
    if let acquired = images.acquired {
      let parts = split.train.map { frames?.acquiredPart($0) ?? .stored(acquired, $0) }
      inputClip = try quantile(parts, configuration.clipQuantile)
      if augmentation.changesBrightness {
        inputDark = try quantile(parts, BrightnessJitter.darkQuantile)
      }
      var moments = Moments()
      for part in parts { moments.add(try Moments(part, limit: Float(inputClip))) }
      guard moments.variance > 0 else {
        throw ImagingError(
          .invalidPixels,
          "all pixels of the acquired input are \(moments.mean) in the training part; "
            + "is this the right channel?")
      }
      normalisation.inputMean = configuration.zeroMean ? 0 : moments.mean
      normalisation.inputStd = moments.standardDeviation
      normalisation.inputGain = 1
    } else {
      inputClip = zip(weights, normalisation.clip).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let scale = InputScale(
      weights: weights, clip: inputClip, offset: normalisation.inputMean,
      factor: normalisation.inputGain / normalisation.inputStd)

    var jitter: BrightnessJitter?
    if augmentation.changesBrightness {
      var dark = [Double](repeating: 0, count: images.targets.count)
      if configuration.backgroundQuantile == 0 {
        for channel in dark.indices {
          dark[channel] = try quantile(
            parts.map { $0[channel] }, BrightnessJitter.darkQuantile)
        }
      }
      jitter = BrightnessJitter(
        augmentation, normalisation, scale, padding: configuration.imagingPadding, dark: dark,
        inputDark: inputDark)
    }

    let preparation = Preparation(normalisation: normalisation, scale: scale)
    let training = Set(split.train.map(\.frame))
    let remixed = augmentation.remixes && contexts > 0 ? training : []
    let store: FrameStore
    if let frames {
      store = .memory(try frames.prepared(preparation, contexts: contexts, remixed: remixed))
    } else {
      let streamed = StreamedFrames(
        images, preparation, contexts: contexts, remixes: augmentation.remixes,
        scratch: scratch ?? Self.temporaryFolder)
      try streamed.prepare(
        training.union(split.validation.map(\.frame)).sorted(), remixed: remixed)
      store = .files(streamed)
    }
    let signal =
      augmentation.signalPatches > 0
      ? try SignalMap(split.train, patch: patch) { region throws(ImagingError) in
        try store.targets(region)
      } : nil
    self.init(
      images, split: split, preparation, padding: configuration.imagingPadding,
      contexts: contexts, store, augmentation: augmentation, jitter: jitter, signal: signal)
  }

  /// Takes images with a model's own statistics and split; each frame is read when it is asked for.
  ///
  /// - Throws: `ImagingError` when the images have other channels or another size than those the
  ///   model's split was made for.
  public init(_ images: TrainingImages, for model: ModelDescription) throws(ImagingError) {
    guard images.targets.count == model.channels.count else {
      throw ImagingError(
        .mismatch,
        "the model splits \(model.channels.count) targets (\(model.channels.joined(separator: ", "))"
          + "), but \(images.targets.count) were given; give them all, in this order")
    }
    let regions = model.split.train + model.split.validation + model.split.test
    guard images.height == model.height, images.width == model.width,
      regions.allSatisfy({ $0.frame < images.frames })
    else {
      throw ImagingError(
        .mismatch,
        "the model was trained with frames of \(model.height) × \(model.width) pixels, at least "
          + "\((regions.map(\.frame).max() ?? 0) + 1) of them, but the images have \(images.frames) "
          + "of \(images.height) × \(images.width); the parts of its split do not fit them")
    }
    let preparation = Preparation(
      normalisation: model.normalisation, scale: model.inputScale)
    let contexts = model.network.contexts
    self.init(
      images, split: model.split, preparation, padding: model.padding, contexts: contexts,
      .files(
        StreamedFrames(
          images, preparation, contexts: contexts, scratch: Self.temporaryFolder)))
  }

  private init(
    _ images: TrainingImages, split: DataSplit, _ preparation: Preparation,
    padding: Imaging.Padding, contexts: Int, _ store: FrameStore,
    augmentation: AugmentationConfiguration = AugmentationConfiguration(),
    jitter: BrightnessJitter? = nil, signal: SignalMap? = nil
  ) {
    self.store = store
    self.frameCount = images.frames
    self.height = images.height
    self.width = images.width
    self.split = split
    self.normalisation = preparation.normalisation
    self.inputScale = jitter?.widestScale ?? preparation.scale
    self.padding = padding
    self.contexts = contexts
    self.names = images.names
    self.pixelSize = images.pixelSize
    self.axes = images.targets[0].axes
    self.augmentation = augmentation
    self.scale = PatchScale(preparation.normalisation, preparation.scale)
    self.jitter = jitter
    self.signal = signal
  }

  private static var temporaryFolder: URL { FileManager.default.temporaryDirectory }

  // MARK: Frames

  /// Whether all frames are in memory.
  public var isInMemory: Bool {
    if case .memory = store { true } else { false }
  }

  /// A whole frame.
  ///
  /// - Throws: `ImagingError` where a file is broken, or a background is too low to be subtracted.
  public func frame(_ index: Int) throws(ImagingError) -> Frame {
    switch store {
    case .memory(let frames): return frames[index]
    case .files(let streamed):
      let whole = try streamed.region(FrameRegion(frame: index, height: height, width: width))
      return Frame(
        targets: whole.targets, originals: whole.originals,
        input: ContextPyramid(whole.input, contexts: contexts))
    }
  }

  /// A part of a frame.
  ///
  /// - Throws: as `frame(_:)`.
  package func region(_ region: FrameRegion) throws(ImagingError) -> PreparedRegion {
    switch store {
    case .memory(let frames):
      let frame = frames[region.frame]
      return PreparedRegion(
        targets: frame.targets.map { $0.cropped(to: region) },
        originals: frame.originals.map { $0.cropped(to: region) },
        input: frame.input.scales[0].cropped(to: region))
    case .files(let streamed): return try streamed.region(region)
    }
  }

  /// The superimposed image of a frame, at full size and zoomed out.
  ///
  /// - Throws: as `frame(_:)`.
  package func pyramid(frame: Int) throws(ImagingError) -> ContextPyramid {
    try self.frame(frame).input
  }
}
