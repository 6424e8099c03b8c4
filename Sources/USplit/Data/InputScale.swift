import Experiment
import Foundation
import Imaging

/// What the pixels of a superimposed image are.
public enum InputMeaning: String, Choice {
  /// The mean of the target channels.
  case mean
  /// Their sum, as when both structures were labelled with one dye.
  case sum
  /// An image of the kind that the model was trained with, in its units.
  case acquired
}

/// How a superimposed image becomes the numbers that the network sees.
///
/// Training units are those of the weighted sum of targets that training made, or of the acquired
/// image. `(min(pixel, clip) - offset) * factor`.
public struct InputScale: Codable, Equatable, Sendable {
  /// Weights of the targets in the mixture; empty when the input was acquired.
  public let weights: [Double]
  /// Pixels above this (in training units) are set to it: no input of the training had more.
  public let clip: Double
  /// Subtracted from every pixel, in training units.
  public let offset: Double
  /// Multiplied with the difference.
  public let factor: Double

  /// What the pixels of an image are unless somebody says otherwise.
  public var meaning: InputMeaning { weights.isEmpty ? .acquired : .mean }

  /// The factor that brings an image to training units.
  ///
  /// - Throws: `ImagingError` when a model that was trained with acquired images is given a mean
  ///   or a sum, or the reverse.
  public func unitFactor(_ meaning: InputMeaning) throws(ImagingError) -> Double {
    let total = weights.reduce(0, +)
    switch (meaning, weights.isEmpty) {
    case (.acquired, true): return 1
    case (.mean, false): return total
    case (.sum, false): return total / Double(weights.count)
    case (.mean, true), (.sum, true):
      throw ImagingError(
        .mismatch,
        "the model was trained with acquired images, so its input is neither a mean nor a sum of "
          + "the targets; leave out --input-is")
    case (.acquired, false):
      throw ImagingError(
        .mismatch,
        "the model was trained with a mixture of the targets; say --input-is mean or sum")
    }
  }

  /// The image in training units, clipped.
  public func prepared(_ image: Plane, meaning: InputMeaning? = nil) throws(ImagingError) -> Plane {
    let unit = Float(try unitFactor(meaning ?? self.meaning))
    let limit = Float(clip)
    var result = image
    result.values.withUnsafeMutableBufferPointer { pixels in
      for index in pixels.indices { pixels[index] = min(pixels[index] * unit, limit) }
    }
    return result
  }
}
