import Imaging

/// How well one predicted channel of one frame agrees with its target.
public struct ChannelScores: Codable, Equatable, Sendable {
  /// PSNR after the best scaling and shift, in dB: that of the paper's tables; nil for a constant
  /// target.
  public var rangeInvariantPSNR: Double?
  /// PSNR against the target's range, in dB; nil for a constant target.
  public var psnr: Double?
  /// Structural similarity of the normalised images; nil below 7 × 7 pixels.
  public var ssim: Double?
  /// Root of the mean squared error in normalised units, those of the training targets' deviation.
  public var rmse: Double
  /// Root of the mean squared error in the units of the files.
  public var rmseInUnits: Double

  /// Compares two normalised planes.
  init(target: Plane, prediction: Plane, deviation: Double) {
    self.rangeInvariantPSNR = Self.finite(
      ImageMetrics.rangeInvariantPSNR(target: target, prediction: prediction))
    self.psnr = Self.finite(ImageMetrics.psnr(target: target, prediction: prediction))
    self.ssim = ImageMetrics.ssim(target: target, prediction: prediction)
    self.rmse = ImageMetrics.rmse(target: target, prediction: prediction)
    self.rmseInUnits = rmse * deviation
  }

  /// Means of several scores; a figure that one lacks counts only where it is there.
  init(meanOf scores: [ChannelScores]) {
    func mean(_ value: (ChannelScores) -> Double?) -> Double? {
      let values = scores.compactMap(value)
      return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }
    self.rangeInvariantPSNR = mean(\.rangeInvariantPSNR)
    self.psnr = mean(\.psnr)
    self.ssim = mean(\.ssim)
    self.rmse = mean(\.rmse) ?? 0
    self.rmseInUnits = mean(\.rmseInUnits) ?? 0
  }

  /// JSON has no infinity: a perfect prediction counts as 200 dB.
  private static func finite(_ value: Double?) -> Double? { value.map { min($0, 200) } }
}

/// The scores of one frame, or of the region of it that belongs to the part that is measured.
public struct FrameScores: Codable, Equatable, Sendable {
  /// Number of the frame, counted from 0.
  public var frame: Int
  /// Against targets clipped as in training, as the authors measure, `[T]`.
  public var clipped: [ChannelScores]
  /// Against targets as they are in the files, `[T]`.
  public var unclipped: [ChannelScores]
  /// Of the input itself taken as the prediction of every channel, against clipped targets, `[T]`;
  /// nil when not asked for.
  public var trivial: [ChannelScores]?

  init(
    frame: Int, clipped: [ChannelScores], unclipped: [ChannelScores], trivial: [ChannelScores]?
  ) {
    self.frame = frame
    self.clipped = clipped
    self.unclipped = unclipped
    self.trivial = trivial
  }
}

/// The scores of several frames and their means.
public struct EvaluationReport: Codable, Equatable, Sendable {
  /// Means over the frames, for each channel.
  public struct FrameMeans: Codable, Equatable, Sendable {
    /// Against clipped targets, `[T]`.
    public var clipped: [ChannelScores]
    /// Against targets as they are, `[T]`.
    public var unclipped: [ChannelScores]
    /// Of the input itself, `[T]`.
    public var trivial: [ChannelScores]?
  }

  /// Names of the channels.
  public var channels: [String]
  /// Each frame.
  public var frames: [FrameScores]
  /// Means over the frames.
  public var mean: FrameMeans

  init(channels: [String], frames: [FrameScores]) {
    func means(_ scores: [[ChannelScores]]) -> [ChannelScores] {
      channels.indices.map { channel in ChannelScores(meanOf: scores.map { $0[channel] }) }
    }
    self.channels = channels
    self.frames = frames
    let trivial = frames.compactMap(\.trivial)
    self.mean = FrameMeans(
      clipped: means(frames.map(\.clipped)), unclipped: means(frames.map(\.unclipped)),
      trivial: trivial.isEmpty ? nil : means(trivial))
  }

  /// The mean over channels of the range-invariant PSNR, in dB.
  public static func meanPSNR(_ scores: [ChannelScores]) -> Double? {
    ChannelScores(meanOf: scores).rangeInvariantPSNR
  }

  /// All scores as lines of text in columns.
  public func table() -> String {
    var rows = [["frame", "channel", "targets", "RI-PSNR", "PSNR", "SSIM", "RMSE", "RMSE/units"]]
    func add(_ frame: String, _ scores: [ChannelScores], _ kind: String) {
      for (name, score) in zip(channels, scores) {
        rows.append([
          frame, name, kind, Self.text(score.rangeInvariantPSNR, digits: 2),
          Self.text(score.psnr, digits: 2), Self.text(score.ssim, digits: 3),
          Self.text(score.rmse, digits: 3), Self.text(score.rmseInUnits, digits: 2),
        ])
      }
    }
    for frame in frames {
      add(String(frame.frame), frame.clipped, "clipped")
      add(String(frame.frame), frame.unclipped, "as they are")
    }
    add("mean", mean.clipped, "clipped")
    add("mean", mean.unclipped, "as they are")
    if let trivial = mean.trivial { add("mean", trivial, "input itself") }
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    var lines = rows.map { row in
      zip(row, widths).enumerated().map { column, cell in
        let space = String(repeating: " ", count: cell.1 - cell.0.count)
        return column < 3 ? cell.0 + space : space + cell.0
      }.joined(separator: "  ")
    }
    if let all = Self.meanPSNR(mean.clipped) {
      var line = "range-invariant PSNR, mean over channels: \(Self.text(all, digits: 2)) dB"
      if let trivial = mean.trivial.flatMap(Self.meanPSNR) {
        line += ", of the input itself: \(Self.text(trivial, digits: 2)) dB"
      }
      lines.append(line)
    }
    return lines.joined(separator: "\n")
  }

  /// A number with fixed digits after the point; a dash when there is none.
  static func text(_ value: Double?, digits: Int) -> String {
    guard let value else { return "-" }
    return value.formatted(digits: digits)
  }
}

extension Double {
  /// With a fixed number of digits after the point, in every locale.
  package func formatted(digits: Int) -> String {
    guard isFinite, abs(self) < 1e15 else { return "\(self)" }
    let scale = (0..<digits).reduce(1.0) { result, _ in result * 10 }
    let rounded = (abs(self) * scale).rounded()
    let whole = String(Int(rounded / scale))
    let sign = self < 0 && rounded > 0 ? "-" : ""
    guard digits > 0 else { return sign + whole }
    let rest = String(Int(rounded.truncatingRemainder(dividingBy: scale)))
    return sign + whole + "." + String(repeating: "0", count: digits - rest.count) + rest
  }
}
