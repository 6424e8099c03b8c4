import Experiment
import Imaging

/// Images ready to train with: clipped targets, context pyramids of the input, and the statistics
/// and the split that made them.
public struct PreparedData: Sendable {
  /// One frame.
  public struct Frame: Sendable {
    /// The targets, background removed and clipped, in the units of the files, `[T]`.
    public let targets: [Plane]
    /// The targets as they are in the files, `[T]`.
    public let originals: [Plane]
    /// The superimposed image in training units, at full size and zoomed out.
    public let input: ContextPyramid
  }

  /// All frames.
  public let frames: [Frame]
  /// Which parts train, validate and test.
  public let split: DataSplit
  /// Statistics of the training part.
  public let normalisation: Normalisation
  /// How the input is scaled.
  public let inputScale: InputScale
  /// What lies beyond the borders.
  public let padding: Imaging.Padding
  /// Names of the targets.
  public let names: [String]
  /// Size of a pixel, if known.
  public let pixelSize: PixelSize?
  /// How the files' axes were read, such as `NYX`.
  public let axes: String

  /// Splits the frames, computes the statistics of the training part, and prepares all.
  ///
  /// - Parameters:
  ///   - contexts: zoomed-out images K per patch
  ///   - patch: side of a patch in pixels
  /// - Throws: `ImagingError` when there is too little to split, or a channel shows nothing.
  public init(
    _ images: TrainingImages, _ configuration: DataConfiguration, contexts: Int, patch: Int
  ) throws(ImagingError) {
    let split = try DataSplit.make(
      rule: configuration.split.rule.imaging, frames: images.frames, height: images.height,
      width: images.width, validation: configuration.split.validation,
      test: configuration.split.test, patch: patch)
    let training = split.train.map { region in images.targets.map { $0.planes(in: region)[0] } }
    var normalisation = try Normalisation(
      training: training, options: configuration.normalisationOptions)

    let weights =
      images.acquired == nil ? configuration.mixingWeights(targets: images.targets.count) : []
    let inputClip: Double
    if let acquired = images.acquired {
      let planes = split.train.map { acquired.planes(in: $0)[0] }
      inputClip = quantile(planes, configuration.clipQuantile)
      var moments = Moments()
      for plane in planes { moments.add(Moments(plane.values, limit: Float(inputClip))) }
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

    try self.init(
      images, split: split, normalisation: normalisation, scale: scale,
      padding: configuration.imagingPadding, contexts: contexts)
  }

  /// Prepares images with a model's own statistics and split.
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
    try self.init(
      images, split: model.split, normalisation: model.normalisation, scale: model.inputScale,
      padding: model.padding, contexts: model.network.contexts)
  }

  private init(
    _ images: TrainingImages, split: DataSplit, normalisation: Normalisation, scale: InputScale,
    padding: Imaging.Padding, contexts: Int
  ) throws(ImagingError) {
    var frames: [Frame] = []
    for index in 0..<images.frames {
      let originals = images.targetPlanes(frame: index)
      let targets = try normalisation.prepared(originals)
      let input: Plane
      if let acquired = images.acquired {
        input = try scale.prepared(acquired.plane(frame: index, channel: 0))
      } else {
        input = mixed(targets, weights: scale.weights)
      }
      frames.append(
        Frame(
          targets: targets, originals: originals, input: ContextPyramid(input, contexts: contexts)))
    }
    self.frames = frames
    self.split = split
    self.normalisation = normalisation
    self.inputScale = scale
    self.padding = padding
    self.names = images.names
    self.pixelSize = images.pixelSize
    self.axes = images.targets[0].axes
  }
}

extension DataConfiguration {
  /// Weights of the targets in the mixture; empty when the input is acquired.
  public func mixingWeights(targets: Int) -> [Double] {
    guard input.kind == .mixed else { return [] }
    return input.weights.isEmpty
      ? [Double](repeating: 1 / Double(targets), count: targets) : input.weights
  }

  /// The padding as the image library knows it.
  public var imagingPadding: Imaging.Padding {
    switch padding {
    case .reflect: .reflect
    case .constant: .constant(Float(paddingValue))
    }
  }

  var normalisationOptions: NormalisationOptions {
    NormalisationOptions(
      clipQuantile: clipQuantile, clipPerChannel: clipPerChannel,
      backgroundQuantile: backgroundQuantile, clipBackgroundToZero: clipBackgroundToZero,
      inputIsSum: inputIsSum, zeroMean: zeroMean)
  }
}

extension Experiment.SplitRule {
  var imaging: Imaging.SplitRule {
    switch self {
    case .automatic: .automatic
    case .leading: .leading
    case .startingTest: .startingTest
    case .dealt: .dealt
    case .regions: .regions
    }
  }
}
