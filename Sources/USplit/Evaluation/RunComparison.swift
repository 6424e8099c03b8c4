import Imaging

/// How several models split the same frames, against clipped targets.
public struct RunComparison: Codable, Equatable, Sendable {
  /// One score of one run.
  public struct Metric: Codable, Equatable, Sendable {
    /// What it is called, such as `RI-PSNR nuclei`, or `SSIM` for the mean over channels.
    public var name: String
    /// Digits after the point that make sense.
    public var digits: Int
    /// The score of each frame; nil where it cannot be computed.
    public var values: [Double?]
    /// Mean over the frames that have one.
    public var mean: Double?
    /// Standard deviation over these, with n - 1.
    public var spread: Double?
  }

  /// One run.
  public struct Run: Codable, Equatable, Sendable {
    /// What it is called.
    public var name: String
    /// Its scores.
    public var metrics: [Metric]
  }

  /// What distinguishes two runs.
  public struct Pair: Codable, Equatable, Sendable {
    /// One score of both, frame by frame.
    public struct Test: Codable, Equatable, Sendable {
      /// The score.
      public var metric: String
      /// Digits after the point that make sense.
      public var digits: Int
      /// The differences, `run` minus `reference`; nil when no frame has the score in both.
      public var differences: PairedComparison?
    }

    /// The run that is subtracted.
    public var reference: String
    /// The run that it is subtracted from.
    public var run: String
    /// All scores.
    public var tests: [Test]
  }

  /// Names of the channels.
  public var channels: [String]
  /// Numbers of the frames.
  public var frames: [Int]
  /// The runs, in the order they were given in.
  public var runs: [Run]
  /// Each run with the first one, or all pairs.
  public var pairs: [Pair]
  /// What is to be borne in mind.
  public var remarks: [String]

  /// Compares the reports of two runs or more.
  ///
  /// - Parameters:
  ///   - reports: of the runs, with what they are called
  ///   - allPairs: whether every run is compared with every other one, not only with the first
  /// - Throws: `ImagingError` that lists what differs when the runs were not measured on the same
  ///   frames and targets.
  public init(
    _ reports: [(name: String, report: EvaluationReport)], allPairs: Bool = false
  ) throws(ImagingError) {
    precondition(reports.count >= 2, "\(reports.count) runs to compare, at least 2 are needed")
    let first = reports[0]
    for other in reports.dropFirst() {
      let differences = first.report.differences(from: other.report)
      guard differences.isEmpty else {
        throw ImagingError(
          .mismatch,
          "\(first.name) and \(other.name) were not measured on the same images, so they cannot be "
            + "compared frame by frame; different are "
            + differences.joined(separator: "; "))
      }
    }
    let runs = reports.map { Run(name: $0.name, metrics: Self.metrics($0.report)) }
    self.channels = first.report.channels
    self.frames = first.report.frames.map(\.frame)
    self.runs = runs
    self.pairs = runs.indices.flatMap { place in
      (allPairs ? Array(runs[..<place]) : Array(runs[..<min(place, 1)])).map {
        Pair(reference: $0, run: runs[place])
      }
    }
    self.remarks = Self.remarks(reports)
  }

  private static func metrics(_ report: EvaluationReport) -> [Metric] {
    let psnr = ScoreKind.psnr
    let channels = report.channels.enumerated().map { channel, name in
      Metric("\(psnr.name) \(name)", psnr, psnr.values(report, channel: channel))
    }
    let means = ScoreKind.compared.map { Metric($0.name, $0, $0.means(report)) }
    return channels + means
  }
}

extension RunComparison.Metric {
  fileprivate init(_ name: String, _ kind: ScoreKind, _ values: [Double?]) {
    let known = values.compactMap(\.self)
    self.init(
      name: name, digits: kind.digits, values: values, mean: known.mean, spread: known.spread)
  }
}

extension RunComparison.Pair {
  fileprivate init(reference: RunComparison.Run, run: RunComparison.Run) {
    self.reference = reference.name
    self.run = run.name
    self.tests = zip(reference.metrics, run.metrics).map { before, after in
      let differences = zip(before.values, after.values).compactMap { pair -> Double? in
        guard let old = pair.0, let new = pair.1 else { return nil }
        return new - old
      }
      return Test(
        metric: before.name, digits: before.digits, differences: PairedComparison(differences))
    }
  }
}
