import Foundation

/// The peak signal-to-noise ratio over many images seen one after the other.
///
/// `20 log10(range / sqrt(mean of the images' mean squared errors))`, the range being that of all
/// targets so far. It is not scale invariant. The authors choose their checkpoint with it
/// (`val_psnr`, one for each channel, averaged).
public struct RunningPSNR: Sendable, Equatable {
  private var sum = 0.0
  private var least = Float.infinity
  private var greatest = -Float.infinity
  /// Images whose error was a number.
  public private(set) var count = 0

  /// Nothing seen yet.
  public init() {}

  /// Takes in one image; where its error is not a number it counts for the range only.
  public mutating func add(target: ArraySlice<Float>, prediction: ArraySlice<Float>) {
    precondition(
      target.count == prediction.count,
      "a target of \(target.count) pixels compared with a prediction of \(prediction.count)")
    guard !target.isEmpty else { return }
    var squares = 0.0
    for (t, p) in zip(target, prediction) {
      let difference = Double(p) - Double(t)
      squares += difference * difference
      least = min(least, t)
      greatest = max(greatest, t)
    }
    guard !squares.isNaN else { return }
    sum += squares / Double(target.count)
    count += 1
  }

  /// Takes in one image.
  public mutating func add(target: Plane, prediction: Plane) {
    ImageMetrics.check(target, prediction)
    add(target: target.values[...], prediction: prediction.values[...])
  }

  /// The ratio in decibel; nil before the first image and while all targets are one constant,
  /// infinite while every prediction is perfect.
  public var value: Double? {
    guard count > 0, greatest > least else { return nil }
    return 20 * log10((Double(greatest) - Double(least)) / (sum / Double(count)).squareRoot())
  }
}
