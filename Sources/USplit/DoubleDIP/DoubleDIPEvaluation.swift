import Imaging
import Torch

/// Measures how well a ``DoubleDIP`` splits the images that a network was or would be trained for.
///
/// As the μSplit paper did, random parts of each image are separated, each by itself. Layers come
/// in any order: to each target goes the layer with which the mean range-invariant PSNR over all
/// targets is highest, so the targets themselves choose, which flatters the scores. That PSNR knows
/// neither scale nor shift; the other scores do, and for them a layer counts as the share of its
/// target in the mixture, divided by the target's weight (1 for an acquired input).
public struct DoubleDIPEvaluation {
  private let settings: DoubleDIPSettings
  private let cropsPerFrame: Int
  private let device: Device

  /// An evaluation that separates some parts of each frame.
  public init(_ settings: DoubleDIPSettings, cropsPerFrame: Int, device: Device) {
    precondition(cropsPerFrame >= 1, "\(cropsPerFrame) crops per frame; at least 1 is needed")
    self.settings = settings
    self.cropsPerFrame = cropsPerFrame
    self.device = device
  }

  /// Separates and measures crops of one part of the data.
  ///
  /// - Parameters:
  ///   - data: prepared images
  ///   - part: which part of them
  ///   - secondsInAll: time for all crops together, divided evenly; what one leaves is not used by
  ///     the others. Nil leaves each the time limit of the settings
  ///   - panel: given a picture of each crop
  ///   - progress: called with the share that is done
  ///   - shouldStop: asked after each iteration; true leaves the remaining crops as they are then
  /// - Returns: a `FrameScores` for each crop, with the input's own scores as `trivial`; several have
  ///   the same frame number where a frame has several crops
  /// - Throws: `ImagingError` when the part is empty, `DoubleDIPError`, `TorchError`, what `panel`
  ///   throws.
  public func evaluate(
    _ data: PreparedData, part: DataPart, secondsInAll: Double? = nil,
    panel: ((_ crop: FrameRegion, _ image: RGBImage) throws -> Void)? = nil,
    progress: (Double) -> Void = { _ in }, shouldStop: () -> Bool = { false }
  ) throws -> EvaluationReport {
    if let secondsInAll, !(secondsInAll > 0 && secondsInAll < 1e9) {
      throw DoubleDIPError(
        .settings, "\(secondsInAll) s for all crops; a number above 0 is needed")
    }
    let crops = crops(of: data.split.regions(of: part))
    guard !crops.isEmpty else {
      throw ImagingError(
        .tooSmall,
        "the \(part.rawValue) part of the data is empty; choose another part, or divide the data "
          + "with a fraction above 0 for it")
    }
    var sheet = ScoreSheet(data.names, deviations: data.normalisation.targetStd)
    for (number, crop) in crops.enumerated() {
      var settings = settings
      settings.seed = settings.seed &+ UInt64(number) &* 0x9e37_79b9_7f4a_7c15
      if let secondsInAll {
        let share = secondsInAll / Double(crops.count)
        settings.timeLimit = settings.timeLimit > 0 ? min(settings.timeLimit, share) : share
      }
      let part = try data.region(crop)
      let layers = try DoubleDIP(settings, device: device)
        .separate(
          part.input, layers: part.targets.count,
          progress: { progress((Double(number) + $0.done) / Double(crops.count)) },
          shouldStop: shouldStop)
      let predictions = assigned(layers, to: part.targets, data)
      let scores = sheet.add(data.sample(crop, part, predictions: predictions, trivial: true))
      progress(Double(number + 1) / Double(crops.count))
      try panel?(crop, picture(of: predictions, part, crop, scores, data))
    }
    return sheet.report(Measurement(data.normalisation, part: part))
  }

  /// Random squares within each region, or what fits of them.
  private func crops(of regions: [FrameRegion]) -> [FrameRegion] {
    var generator = SeededGenerator(seed: settings.seed)
    return regions.flatMap { region in
      (0..<cropsPerFrame).map { _ in
        let height = min(settings.crop, region.height)
        let width = min(settings.crop, region.width)
        return FrameRegion(
          frame: region.frame,
          row: region.row + Int.random(in: 0...region.height - height, using: &generator),
          column: region.column + Int.random(in: 0...region.width - width, using: &generator),
          height: height, width: width)
      }
    }
  }

  /// Normalised predictions, `[T]`, in the order of the targets that agrees with them best.
  private func assigned(_ layers: [Plane], to targets: [Plane], _ data: PreparedData) -> [Plane] {
    let scores = targets.map { target in
      layers.map { ImageMetrics.rangeInvariantPSNR(target: target, prediction: $0) ?? 0 }
    }
    let order = Self.bestOrder(scores)
    return order.enumerated().map { channel, layer in
      let weights = data.inputScale.weights
      let weight = weights.isEmpty || weights[channel] == 0 ? 1 : weights[channel]
      return data.normalised(
        layers[layer].mapped(offset: 0, factor: 1 / weight), channel: channel)
    }
  }

  /// The permutation with the greatest sum.
  ///
  /// - Parameter scores: `scores[i][j]` for giving place `i` to `j`
  package static func bestOrder(_ scores: [[Double]]) -> [Int] {
    var best: (order: [Int], sum: Double)?
    func extend(_ order: [Int], _ sum: Double) {
      guard order.count < scores.count else {
        if best.map({ sum > $0.sum }) ?? true { best = (order, sum) }
        return
      }
      for (next, score) in scores[order.count].enumerated() where !order.contains(next) {
        extend(order + [next], sum + score)
      }
    }
    extend([], 0)
    return best?.order ?? []
  }

  private func picture(
    of predictions: [Plane], _ part: PreparedRegion, _ crop: FrameRegion, _ scores: FrameScores,
    _ data: PreparedData
  ) -> RGBImage {
    Panel.splitPanel(
      input: part.input,
      predictions: predictions.enumerated().map { data.inUnits($1, channel: $0) },
      targets: part.targets, names: data.names,
      scores: scores.clipped.map {
        $0.rangeInvariantPSNR.map { $0.formatted(digits: 1) + " dB" } ?? ""
      },
      title: "Double-DIP, frame \(crop.frame), rows from \(crop.row), columns from \(crop.column)",
      footers: ["Separated without training data; the order of the layers is the best one."])
  }
}
