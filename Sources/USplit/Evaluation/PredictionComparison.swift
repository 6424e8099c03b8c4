import Imaging

extension Evaluator {
  /// Compares images that were split before with targets, both in the units of the files.
  ///
  /// Without a model there are no training statistics: targets are clipped at a quantile of all
  /// their pixels together, and both are normalised by the mean and deviation of these targets.
  ///
  /// - Parameters:
  ///   - predictions: `[N, T, H, W]`
  ///   - targets: one stack for each channel, `[N, 1, H, W]`
  ///   - names: of the channels
  ///   - clipQuantile: above which target pixels are clipped; 1 clips none
  /// - Throws: `ImagingError` when sizes differ or a target shows nothing.
  public static func compare(
    predictions: ImageStack, targets: [ImageStack], names: [String], clipQuantile: Double = 0.995
  ) throws(ImagingError) -> EvaluationReport {
    guard predictions.channels == targets.count else {
      throw ImagingError(
        .mismatch,
        "the prediction has \(predictions.channels) channels, but \(targets.count) targets were "
          + "given; give one target for each channel, in the same order")
    }
    for (name, target) in zip(names, targets)
    where target.frames != predictions.frames || target.height != predictions.height
      || target.width != predictions.width
    {
      throw ImagingError(
        .mismatch,
        "target \(name) has \(target.frames) × \(target.height) × \(target.width) (frames × rows × "
          + "columns), the prediction \(predictions.frames) × \(predictions.height) × "
          + "\(predictions.width); both must show the same frames at the same size")
    }
    let originals = (0..<predictions.frames).map { frame in
      targets.map { $0.plane(frame: frame, channel: 0) }
    }
    let normalisation = try Normalisation(
      training: originals, options: NormalisationOptions(clipQuantile: clipQuantile))
    var frames: [FrameScores] = []
    for (frame, original) in originals.enumerated() {
      let clipped = try normalisation.prepared(original)
      func scores(_ targets: [Plane]) -> [ChannelScores] {
        targets.enumerated().map { channel, target in
          let mean = normalisation.targetMean[channel]
          let deviation = normalisation.targetStd[channel]
          let prediction = predictions.plane(frame: frame, channel: channel)
          return ChannelScores(
            target: target.mapped(offset: mean, factor: 1 / deviation),
            prediction: prediction.mapped(offset: mean, factor: 1 / deviation),
            deviation: deviation)
        }
      }
      frames.append(
        FrameScores(
          frame: frame, clipped: scores(clipped), unclipped: scores(original), trivial: nil))
    }
    return EvaluationReport(channels: names, frames: frames)
  }
}
