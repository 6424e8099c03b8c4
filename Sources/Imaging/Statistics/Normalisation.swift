/// The constants that bring pixels to a common scale, computed once from the training frames.
///
/// Order of things: background, clipping, mixing, then `(pixel - mean) / std`. The input has one
/// mean and standard deviation over all channels; each target has its own.
public struct Normalisation: Codable, Sendable, Equatable {
  /// What was asked for.
  public let options: NormalisationOptions
  /// Upper clip value of every channel, `[T]`.
  public var clip: [Double]
  /// Mean that is subtracted from the input.
  public var inputMean: Double
  /// Standard deviation the input is divided by.
  public var inputStd: Double
  /// Multiplied with the normalised input: 1, or T with `inputIsSum`, as the authors double the
  /// normalised average of two channels.
  public var inputGain: Double
  /// Mean of every target, `[T]`.
  public var targetMean: [Double]
  /// Standard deviation of every target, `[T]`.
  public var targetStd: [Double]

  /// Number of targets T.
  public var channels: Int { clip.count }
  /// The normalised input is `(pixel - inputOffset) * inputFactor`.
  public var inputOffset: Float { Float(inputMean) }
  /// The normalised input is `(pixel - inputOffset) * inputFactor`.
  public var inputFactor: Float { Float(inputGain / inputStd) }

  /// Constants that were computed elsewhere, `[T]` each.
  public init(
    options: NormalisationOptions, clip: [Double], inputMean: Double, inputStd: Double,
    inputGain: Double, targetMean: [Double], targetStd: [Double]
  ) {
    self.options = options
    self.clip = clip
    self.inputMean = inputMean
    self.inputStd = inputStd
    self.inputGain = inputGain
    self.targetMean = targetMean
    self.targetStd = targetStd
  }

  /// The constants of training frames, `[frame][channel]`, T channels each.
  ///
  /// Throws where a quantile is outside of 0...1, where a background is too low to be subtracted,
  /// where pixels are not finite and where all pixels of a channel are the same.
  public init(
    training frames: [[Plane]], options: NormalisationOptions = NormalisationOptions()
  ) throws(ImagingError) {
    try self.init(training: frames.map { $0.map { .plane($0) } }, options: options)
  }

  /// The constants of training regions, `[region][channel]`, T channels each, wherever their pixels
  /// are.
  ///
  /// Throws as for planes, and where a file is broken.
  package init(
    training regions: [[ChannelRegion]], options: NormalisationOptions
  ) throws(ImagingError) {
    precondition(!regions.isEmpty, "normalisation needs at least 1 training frame, got 0")
    let channels = regions[0].count
    precondition(channels >= 2, "splitting needs at least 2 channels, got \(channels)")
    for region in regions {
      precondition(
        region.count == channels,
        "a training frame has \(region.count) channels, the first one has \(channels)")
    }
    for (name, value) in [
      ("clip", options.clipQuantile), ("background", options.backgroundQuantile),
    ] {
      guard value >= 0 && value <= 1 else {
        throw ImagingError(.mismatch, "the \(name) quantile is \(value), expected 0 to 1")
      }
    }
    self.options = options
    let regions = try Self.withoutBackground(regions, options)
    let parts = (0..<channels).map { channel in regions.map { $0[channel] } }
    if options.clipPerChannel {
      clip = []
      for part in parts { clip.append(try quantile(part, options.clipQuantile)) }
    } else {
      let joint = try quantile(parts.flatMap(\.self), options.clipQuantile)
      clip = [Double](repeating: joint, count: channels)
    }
    var moments = [Moments](repeating: Moments(), count: channels)
    for channel in 0..<channels {
      for part in parts[channel] {
        moments[channel].add(try Moments(part, limit: Float(clip[channel])))
      }
    }
    try Self.check(moments, clip: clip)
    targetMean = moments.map { options.zeroMean ? 0 : $0.mean }
    targetStd = moments.map(\.standardDeviation)
    if options.inputIsSum {
      inputMean = moments.reduce(0) { $0 + $1.mean }
      inputStd = moments.reduce(0) { $0 + $1.variance }.squareRoot()
      inputGain = Double(channels)
    } else {
      let all = moments.reduce(into: Moments()) { $0.add($1) }
      inputMean = all.mean
      inputStd = all.standardDeviation
      inputGain = 1
    }
    if options.zeroMean { inputMean = 0 }
  }

  /// One frame's channels with the background removed and clipped, ready to be mixed, `[T]` planes.
  ///
  /// Throws where a background is too low to be subtracted.
  public func prepared(_ planes: [Plane]) throws(ImagingError) -> [Plane] {
    precondition(
      planes.count == channels,
      "the normalisation is for \(channels) channels, the frame has \(planes.count)")
    var result: [Plane] = []
    for (channel, plane) in planes.enumerated() {
      let background = try Background(
        of: .plane(plane), options, place: "frame 0, channel \(channel)")
      result.append(prepared(plane, channel: channel, background))
    }
    return result
  }

  /// A part of one channel without the background of its frame, clipped.
  package func prepared(
    _ part: consuming Plane, channel: Int, _ background: Background?
  ) -> Plane {
    var result = part
    let limit = Float(clip[channel])
    result.values.withUnsafeMutableBufferPointer { pixels in
      background?.remove(from: pixels)
      for index in pixels.indices { pixels[index] = min(pixels[index], limit) }
    }
    return result
  }

  private static func withoutBackground(
    _ regions: [[ChannelRegion]], _ options: NormalisationOptions
  ) throws(ImagingError) -> [[ChannelRegion]] {
    var result = regions
    for (index, region) in regions.enumerated() {
      for (channel, part) in region.enumerated() {
        let place = "frame \(index), channel \(channel)"
        if let background = try Background(of: part, options, place: place) {
          result[index][channel] = part.without(background)
        }
      }
    }
    return result
  }

  private static func check(_ moments: [Moments], clip: [Double]) throws(ImagingError) {
    for (channel, moment) in moments.enumerated() {
      guard moment.mean.isFinite, moment.variance.isFinite, clip[channel].isFinite else {
        throw ImagingError(
          .invalidPixels,
          "channel \(channel) of the training frames has pixels that are not finite numbers; "
            + "replace NaN and infinity before training")
      }
      guard moment.variance > 0 else {
        throw ImagingError(
          .invalidPixels,
          "all pixels of channel \(channel) of the training frames are \(moment.mean) (after "
            + "clipping at \(clip[channel])), so there is nothing to learn; expected at least two "
            + "different values: is this the right channel, and is the clip quantile high enough?")
      }
    }
  }
}
