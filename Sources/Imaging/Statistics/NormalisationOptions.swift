/// How training frames are clipped and normalised.
///
/// The defaults are those of the authors' program for all data sets of the paper.
public struct NormalisationOptions: Codable, Sendable, Equatable {
  /// Pixels above this quantile of the training frames are set to it; 1 is their maximum.
  public var clipQuantile: Double
  /// One clip value per channel instead of one for all channels together.
  public var clipPerChannel: Bool
  /// Quantile of every single frame and channel that is subtracted as background, rounded toward
  /// zero; 0 subtracts nothing.
  public var backgroundQuantile: Double
  /// Sets pixels below the background to zero.
  public var clipBackgroundToZero: Bool
  /// Normalises the input with the statistics of a sum of the channels: the sum of their means and
  /// the Euclidean norm of their standard deviations.
  public var inputIsSum: Bool
  /// Uses 0 for every mean.
  public var zeroMean: Bool

  /// Options; the defaults are the authors'.
  public init(
    clipQuantile: Double = 0.995, clipPerChannel: Bool = false, backgroundQuantile: Double = 0,
    clipBackgroundToZero: Bool = false, inputIsSum: Bool = false, zeroMean: Bool = false
  ) {
    self.clipQuantile = clipQuantile
    self.clipPerChannel = clipPerChannel
    self.backgroundQuantile = backgroundQuantile
    self.clipBackgroundToZero = clipBackgroundToZero
    self.inputIsSum = inputIsSum
    self.zeroMean = zeroMean
  }
}
