import Imaging

/// The scores of one frame, or of the region of it that belongs to the part that is measured.
public struct FrameScores: Codable, Equatable, Sendable {
  /// Number of the frame, counted from 0.
  public var frame: Int
  /// What of the frame was measured; nil in reports of older programs.
  public var region: FrameRegion?
  /// Checksum of the targets' pixels there, as they are in the files; nil in reports of older
  /// programs.
  public var targetChecksum: String?
  /// Against targets clipped as in training, as the authors measure, `[T]`.
  public var clipped: [ChannelScores]
  /// Against targets as they are in the files, `[T]`.
  public var unclipped: [ChannelScores]
  /// Of the input itself taken as the prediction of every channel, against clipped targets, `[T]`;
  /// nil when not asked for.
  public var trivial: [ChannelScores]?

  init(
    region: FrameRegion, targetChecksum: String, clipped: [ChannelScores],
    unclipped: [ChannelScores], trivial: [ChannelScores]?
  ) {
    self.frame = region.frame
    self.region = region
    self.targetChecksum = targetChecksum
    self.clipped = clipped
    self.unclipped = unclipped
    self.trivial = trivial
  }
}

/// The PSNR of all frames as a whole: the largest range of their targets over the root of the mean
/// of their squared errors, in dB (`RunningPSNR`, the authors' validation score); nil for a target
/// that is constant throughout.
public struct WholePSNR: Codable, Equatable, Sendable {
  /// Against clipped targets, `[T]`.
  public var clipped: [Double?]
  /// Against targets as they are, `[T]`.
  public var unclipped: [Double?]
  /// Of the input itself, `[T]`.
  public var trivial: [Double?]?
}

/// The scores of several frames, their means and their spread.
public struct EvaluationReport: Codable, Equatable, Sendable {
  /// One figure over the frames, for each channel.
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
  /// Standard deviations over the frames, with n - 1; nil for a single frame.
  public var spread: FrameMeans?
  /// The frames as a whole; nil in reports of older programs.
  public var wholePSNR: WholePSNR?
  /// Scales of the multi-scale structural similarity, fewer than 5 for small images; 0 for images
  /// that have none, nil in reports of older programs.
  public var msSSIMScales: Int?
  /// Errors by predicted deviation, `[T]`; nil where no deviations were predicted.
  public var calibration: [CalibrationCurve]?
  /// What was measured; nil in reports of older programs.
  public var measurement: Measurement?

  init(
    channels: [String], frames: [FrameScores], wholePSNR: WholePSNR, msSSIMScales: Int?,
    measurement: Measurement
  ) {
    func combined(_ combine: ([ChannelScores]) -> ChannelScores) -> FrameMeans {
      func figures(_ scores: [[ChannelScores]]) -> [ChannelScores] {
        channels.indices.map { channel in combine(scores.map { $0[channel] }) }
      }
      let trivial = frames.compactMap(\.trivial)
      return FrameMeans(
        clipped: figures(frames.map(\.clipped)), unclipped: figures(frames.map(\.unclipped)),
        trivial: trivial.isEmpty ? nil : figures(trivial))
    }
    self.channels = channels
    self.frames = frames
    self.mean = combined(ChannelScores.init(meanOf:))
    self.spread = frames.count > 1 ? combined(ChannelScores.init(spreadOf:)) : nil
    self.wholePSNR = wholePSNR
    self.msSSIMScales = msSSIMScales
    self.measurement = measurement
  }

  /// The mean over channels of the range-invariant PSNR, in dB.
  public static func meanPSNR(_ scores: [ChannelScores]) -> Double? {
    ChannelScores(meanOf: scores).rangeInvariantPSNR
  }
}
