import Imaging

/// Gathers the scores of one frame after the other into a report.
struct ScoreSheet {
  /// One frame, or a region of one, all planes normalised.
  struct Sample {
    /// What of which frame.
    var region: FrameRegion
    /// `[T]`.
    var predictions: [Plane]
    /// Targets clipped as in training, `[T]`.
    var clipped: [Plane]
    /// Targets as they are in the files, `[T]`.
    var unclipped: [Plane]
    /// The input itself; nil when it is not measured.
    var trivial: Plane?
    /// Checksum of the targets as they are in the files.
    var targetChecksum: String
    /// Borders of the tiles inside the region; nil when seams are not measured.
    var borders: TileBorders?
  }

  private let channels: [String]
  /// Deviations of the targets, in the units of the files.
  private let deviations: [Double]
  private var frames: [FrameScores] = []
  private var clipped: [RunningPSNR]
  private var unclipped: [RunningPSNR]
  private var trivial: [RunningPSNR]
  private var scales: Int?

  init(_ channels: [String], deviations: [Double]) {
    self.channels = channels
    self.deviations = deviations
    self.clipped = channels.map { _ in RunningPSNR() }
    self.unclipped = clipped
    self.trivial = clipped
  }

  /// Compares a frame, and gives its scores.
  @discardableResult
  mutating func add(_ sample: Sample) -> FrameScores {
    let trivialPlanes = sample.trivial.map { [Plane](repeating: $0, count: channels.count) }
    let scores = FrameScores(
      region: sample.region, targetChecksum: sample.targetChecksum,
      clipped: compare(
        sample.predictions, sample.clipped, borders: sample.borders, running: &clipped),
      unclipped: compare(
        sample.predictions, sample.unclipped, borders: sample.borders, running: &unclipped),
      trivial: trivialPlanes.map {
        compare($0, sample.clipped, borders: nil, running: &trivial)
      })
    frames.append(scores)
    let scales = ImageMetrics.msSSIMScales(
      height: sample.region.height, width: sample.region.width)
    self.scales = min(self.scales ?? scales, scales)
    return scores
  }

  private func compare(
    _ predictions: [Plane], _ targets: [Plane], borders: TileBorders?,
    running: inout [RunningPSNR]
  ) -> [ChannelScores] {
    channels.indices.map { channel in
      running[channel].add(target: targets[channel], prediction: predictions[channel])
      return ChannelScores(
        target: targets[channel], prediction: predictions[channel],
        deviation: deviations[channel], borders: borders)
    }
  }

  /// The report of all frames so far.
  func report(_ measurement: Measurement) -> EvaluationReport {
    func values(_ running: [RunningPSNR]) -> [Double?] {
      running.map { ChannelScores.finite($0.value) }
    }
    let hasTrivial = frames.contains { $0.trivial != nil }
    return EvaluationReport(
      channels: channels, frames: frames,
      wholePSNR: WholePSNR(
        clipped: values(clipped), unclipped: values(unclipped),
        trivial: hasTrivial ? values(trivial) : nil),
      msSSIMScales: scales, measurement: measurement)
  }
}

extension [Plane] {
  /// A checksum of all pixels (FNV-1a, 32 bits at a time): whether two evaluations saw the same
  /// targets.
  var checksum: String {
    var checksum = Checksum()
    for plane in self {
      for value in plane.values { checksum.add(UInt64(value.bitPattern)) }
    }
    return checksum.text
  }
}
