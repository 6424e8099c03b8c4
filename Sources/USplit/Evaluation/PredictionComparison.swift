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
  ///   - frameNumbers: what the frames are called in the report; counted from 0 when nil
  ///   - tile: side of the tiles that the predictions were put together from, in pixels, for a
  ///     measure of the jumps at their borders; nil for none
  /// - Throws: `ImagingError` when sizes differ or a target shows nothing.
  public static func compare(
    predictions: ImageStack, targets: [ImageStack], names: [String], clipQuantile: Double = 0.995,
    frameNumbers: [Int]? = nil, tile: Int? = nil
  ) throws(ImagingError) -> EvaluationReport {
    precondition(
      frameNumbers.map { $0.count == predictions.frames } ?? true,
      "\(frameNumbers?.count ?? 0) numbers for \(predictions.frames) frames")
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
    let borders = tile.map {
      TileBorders(height: predictions.height, width: predictions.width, side: $0)
    }
    func normalised(_ planes: [Plane]) -> [Plane] {
      planes.enumerated().map { channel, plane in
        plane.mapped(
          offset: normalisation.targetMean[channel], factor: 1 / normalisation.targetStd[channel])
      }
    }
    var sheet = ScoreSheet(names, deviations: normalisation.targetStd)
    for (frame, original) in originals.enumerated() {
      let planes = targets.indices.map { predictions.plane(frame: frame, channel: $0) }
      sheet.add(
        ScoreSheet.Sample(
          region: FrameRegion(
            frame: frameNumbers?[frame] ?? frame, height: predictions.height,
            width: predictions.width),
          predictions: normalised(planes),
          clipped: normalised(try normalisation.prepared(original)),
          unclipped: normalised(original), trivial: nil, targetChecksum: original.checksum,
          borders: borders))
    }
    return sheet.report(Measurement(normalisation))
  }
}
