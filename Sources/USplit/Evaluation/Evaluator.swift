import Experiment
import Imaging

/// A part of the data.
public enum DataPart: String, Choice {
  case test, validation, train
}

/// Splits the frames of a part and compares with the targets, as the authors do: normalised planes,
/// frame by frame, channel by channel.
public struct Evaluator {
  private let model: SplitModel
  private let options: SplitOptions
  private let splitter: Splitter

  /// An evaluator of one model.
  public init(_ model: SplitModel, _ options: SplitOptions) {
    self.model = model
    self.options = options
    self.splitter = Splitter(model, options)
  }

  /// Measures one part of the data.
  ///
  /// Where deviations are predicted, they are compared with the errors against clipped targets.
  ///
  /// A frame of which only a region belongs to the part is split as a whole, so that the region has
  /// its context, and measured in the region.
  ///
  /// - Parameters:
  ///   - data: images prepared with the model's own statistics
  ///   - trivial: whether the input itself is measured as a prediction too
  ///   - seams: whether jumps at the borders of the tiles are measured too
  ///   - progress: called with the share that is done
  ///   - panelCells: sides of the images in a picture, in pixels; nil for the usual ones
  ///   - panel: given a picture of each frame
  ///   - predicted: given the predictions of each region, in the units of the files, and the
  ///     seconds that splitting its whole frame took
  /// - Throws: `ImagingError` when the part is empty or the tiles are impossible, `TorchError` when
  ///   the device fails, what `panel` and `predicted` throw.
  public func evaluate(
    _ data: PreparedData, part: DataPart, trivial: Bool = false, seams: Bool = false,
    progress: (Double) -> Void = { _ in },
    panelCells: ClosedRange<Int>? = nil,
    panel: ((_ frame: Int, _ image: RGBImage) throws -> Void)? = nil,
    predicted: ((FrameRegion, [Plane], _ seconds: Double) throws -> Void)? = nil
  ) throws -> EvaluationReport {
    let regions = data.split.regions(of: part)
    guard !regions.isEmpty else {
      throw ImagingError(
        .tooSmall,
        "the \(part.rawValue) part of the data is empty; choose another part, or train with a "
          + "fraction above 0 for it")
    }
    let measurement = try Measurement(model.description, options, part: part)
    let side = try options.padding.sides(for: model.description.network).kept
    var sheet = ScoreSheet(data.names, deviations: data.normalisation.targetStd)
    var histograms = data.names.map { _ in ErrorHistogram() }
    for (number, region) in regions.enumerated() {
      let pyramid = try data.pyramid(frame: region.frame)
      let began = ContinuousClock.now
      let planes = try splitter.normalised(pyramid, frame: region.frame) {
        progress((Double(number) + $0) / Double(regions.count))
      }
      let seconds = (ContinuousClock.now - began).seconds
      let outputs = planes.map { $0.cropped(to: region) }
      let predictions = Array(outputs.prefix(data.names.count))
      let known = try data.region(region)
      var sample = data.sample(region, known, predictions: predictions, trivial: trivial)
      if seams {
        sample.borders = TileBorders(height: planes[0].height, width: planes[0].width, side: side)
          .within(region)
      }
      let scores = sheet.add(sample)
      for (channel, deviations) in outputs.dropFirst(data.names.count).enumerated() {
        let pairs = zip(predictions[channel].values, sample.clipped[channel].values)
        histograms[channel].add(deviations: deviations.values[...], errors: pairs.map { $0 - $1 })
      }
      guard panel != nil || predicted != nil else { continue }
      let units = zip(predictions.indices, predictions).map { data.inUnits($1, channel: $0) }
      try predicted?(region, units, seconds)
      guard let panel else { continue }
      let picture = Panel.splitPanel(
        input: known.input, predictions: units, targets: known.targets, names: data.names,
        scores: scores.clipped.map {
          $0.rangeInvariantPSNR.map { $0.formatted(digits: 1) + " dB" } ?? ""
        },
        title: "\(part.rawValue) frame \(region.frame)", cells: panelCells)
      try panel(region.frame, picture)
    }
    var report = sheet.report(measurement)
    if options.withDeviation { report.calibration = histograms.map { $0.curve() } }
    return report
  }
}

extension PreparedData {
  /// Normalised predictions of a region with the targets there, to be compared.
  func sample(
    _ region: FrameRegion, _ part: PreparedRegion, predictions: [Plane], trivial: Bool
  ) -> ScoreSheet.Sample {
    func targets(_ planes: [Plane]) -> [Plane] {
      planes.enumerated().map { normalised($1, channel: $0) }
    }
    return ScoreSheet.Sample(
      region: region, predictions: predictions, clipped: targets(part.targets),
      unclipped: targets(part.originals), trivial: trivial ? normalisedInput(part.input) : nil,
      targetChecksum: part.originals.checksum, borders: nil)
  }
}

extension DataSplit {
  /// The regions of a part.
  public func regions(of part: DataPart) -> [FrameRegion] {
    switch part {
    case .test: test
    case .validation: validation
    case .train: train
    }
  }
}

extension Plane {
  func cropped(to region: FrameRegion) -> Plane {
    cropped(row: region.row, column: region.column, height: region.height, width: region.width)
  }

  func mapped(offset: Double, factor: Double) -> Plane {
    let (offset, factor) = (Float(offset), Float(factor))
    return Plane(height: height, width: width, values: values.map { ($0 - offset) * factor })
  }
}

extension PreparedData {
  /// A target plane with mean 0 and deviation 1 over the training part.
  package func normalised(_ plane: Plane, channel: Int) -> Plane {
    plane.mapped(
      offset: normalisation.targetMean[channel], factor: 1 / normalisation.targetStd[channel])
  }

  /// An input in training units as the network sees it.
  package func normalisedInput(_ plane: Plane) -> Plane {
    plane.mapped(offset: inputScale.offset, factor: inputScale.factor)
  }

  /// A normalised target plane in the units of the files.
  package func inUnits(_ plane: Plane, channel: Int) -> Plane {
    let deviation = normalisation.targetStd[channel]
    return plane.mapped(
      offset: -normalisation.targetMean[channel] / deviation, factor: deviation)
  }
}
