import Experiment
import Imaging

/// All frames in memory, as they are in the files.
struct LoadedFrames {
  /// The targets, `[N][T]`.
  private let targets: [[Plane]]
  /// The acquired input, `[N]`; nil where the input is mixed.
  private let acquired: [Plane]?

  /// Reads all frames.
  ///
  /// - Throws: `ImagingError` where a file is broken or holds values that are not finite.
  init(_ images: TrainingImages) throws(ImagingError) {
    var targets: [[Plane]] = []
    var acquired: [Plane] = []
    for frame in 0..<images.frames {
      targets.append(try images.targetPlanes(frame: frame))
      if let series = images.acquired { acquired.append(try series.plane(frame: frame)) }
    }
    self.targets = targets
    self.acquired = images.acquired == nil ? nil : acquired
  }

  /// A target in a region.
  func part(_ region: FrameRegion, channel: Int) -> ChannelRegion {
    .plane(targets[region.frame][channel].cropped(to: region))
  }

  /// The acquired input in a region.
  func acquiredPart(_ region: FrameRegion) -> ChannelRegion? {
    acquired.map { .plane($0[region.frame].cropped(to: region)) }
  }

  /// The frames ready to train with.
  ///
  /// - Parameter remixed: frames whose targets are zoomed out too, to be mixed anew
  /// - Throws: `ImagingError` where a background is too low to be subtracted.
  func prepared(
    _ preparation: Preparation, contexts: Int, remixed: Set<Int>
  ) throws(ImagingError) -> [PreparedData.Frame] {
    var frames: [PreparedData.Frame] = []
    for (index, originals) in targets.enumerated() {
      let targets = try preparation.normalisation.prepared(originals)
      let input = try preparation.input(targets, acquired: acquired?[index])
      var frame = PreparedData.Frame(
        targets: targets, originals: originals, input: ContextPyramid(input, contexts: contexts))
      if remixed.contains(index) {
        frame.zoomedTargets = targets.map { ContextPyramid($0, contexts: contexts) }
      }
      frames.append(frame)
    }
    return frames
  }
}

extension TrainingImages {
  /// Bytes of all frames in memory, as they are, prepared and zoomed out, the targets too where
  /// patches are mixed anew; nil for more than can be counted.
  public func preparedBytes(
    for augmentation: AugmentationConfiguration = AugmentationConfiguration()
  ) -> Int? {
    // The zoomed-out copies of an image take a third of it; some of them may be one pixel wide.
    let planes = (augmentation.remixes ? 3 : 2) * targets.count + 2
    return [frames, height, width, planes, MemoryLayout<Float>.size].reduce(1) { product, factor in
      guard let (result, overflow) = product?.multipliedReportingOverflow(by: factor) else {
        return nil
      }
      return overflow ? nil : result
    }
  }
}
