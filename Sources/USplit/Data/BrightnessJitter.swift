import Experiment
import Foundation
import Imaging

/// Draws random changes of brightness: a factor and an offset for all images of a patch, and new
/// shares of the targets in its input.
///
/// A target pixel t becomes `gain * t + shift`; the input is changed such that it is what the
/// changed targets make.
struct BrightnessJitter: Sendable {
  /// The quantile of the training pixels that stands for an image without light.
  static let darkQuantile = 0.01

  private let settings: AugmentationConfiguration
  private let normalisation: Normalisation
  private let scale: InputScale
  private let padding: Imaging.Padding
  /// The grey level of each target that a factor leaves as it is.
  private let dark: [Double]
  /// That of an acquired input.
  private let inputDark: Double

  /// - Parameters:
  ///   - scale: of the input, as it is without any change
  ///   - dark: the grey level without light, of each target
  ///   - inputDark: that of the input; not asked for when it is mixed
  init(
    _ settings: AugmentationConfiguration, _ normalisation: Normalisation, _ scale: InputScale,
    padding: Imaging.Padding, dark: [Double], inputDark: Double
  ) {
    self.settings = settings
    self.normalisation = normalisation
    self.scale = scale
    self.padding = padding
    self.dark = dark
    self.inputDark = inputDark
  }

  /// The scale of the input with a limit that no changed input exceeds.
  var widestScale: InputScale {
    let gain = 1 + settings.intensityJitter
    let shift = settings.offsetJitter
    let limit: Double
    if scale.weights.isEmpty {
      limit = inputDark + gain * (scale.clip - inputDark) + shift / scale.factor
    } else {
      let channels = zip(scale.weights, dark.indices)
      let rises = dark.indices.map { normalisation.clip[$0] - dark[$0] }
      let darkest = channels.reduce(0) {
        $0 + $1.0 * (dark[$1.1] + shift * normalisation.targetStd[$1.1])
      }
      let rise =
        settings.remixes
        ? scale.weights.reduce(0, +) * (rises.max() ?? 0)
        : channels.reduce(0) { $0 + $1.0 * rises[$1.1] }
      limit = darkest + gain * rise
    }
    return InputScale(
      weights: scale.weights, clip: max(limit, scale.clip), offset: scale.offset,
      factor: scale.factor)
  }

  /// The scale of a patch that is changed at random.
  func draw(_ random: inout SeededGenerator) -> PatchScale {
    var gain = 1.0
    var shift = 0.0
    if settings.intensityJitter > 0 {
      let bound = log(1 + settings.intensityJitter)
      gain = exp(random.uniform(-bound...bound))
    }
    if settings.offsetJitter > 0 {
      shift = random.uniform(-settings.offsetJitter...settings.offsetJitter)
    }
    guard settings.remixes else {
      return changed(gains: dark.map { _ in gain }, inputGain: gain, shift: shift, remixes: false)
    }
    let gains = shares(&random).map { $0 * gain }
    return changed(gains: gains, inputGain: gain, shift: shift, remixes: true)
  }

  /// By how much each target's weight in the mixture differs from the usual one; the weights' sum
  /// stays.
  private func shares(_ random: inout SeededGenerator) -> [Double] {
    let spread = random.uniform() * log(settings.mixingJitter)
    let places = dark.map { _ in random.uniform() }
    let (least, most) = (places.min() ?? 0, places.max() ?? 0)
    let favours = places.map { exp(most > least ? spread * ($0 - least) / (most - least) : 0) }
    let total = scale.weights.reduce(0, +)
    let sum = zip(scale.weights, favours).reduce(0) { $0 + $1.0 * $1.1 }
    return favours.map { $0 * total / sum }
  }

  private func changed(
    gains: [Double], inputGain: Double, shift: Double, remixes: Bool
  ) -> PatchScale {
    let deviations = normalisation.targetStd
    let shifts = dark.indices.map { dark[$0] * (1 - gains[$0]) + shift * deviations[$0] }
    let targets = dark.indices.map {
      LinearScale(
        mean: normalisation.targetMean[$0], factor: 1 / deviations[$0], gain: gains[$0],
        shift: shifts[$0])
    }
    if scale.weights.isEmpty {
      let shift = inputDark * (1 - inputGain) + shift / scale.factor
      return PatchScale(
        targets: targets,
        input: .ready(
          LinearScale(mean: scale.offset, factor: scale.factor, gain: inputGain, shift: shift)))
    }
    let inputShift = zip(scale.weights, shifts).reduce(0) { $0 + $1.0 * $1.1 }
    guard remixes else {
      return PatchScale(
        targets: targets,
        input: .ready(
          LinearScale(mean: scale.offset, factor: scale.factor, gain: inputGain, shift: inputShift)
        ))
    }
    // The input Σ wᵢ (gainᵢ tᵢ + shiftᵢ), normalised, as Σ (tᵢ - offset) · factorᵢ.
    let weights = zip(scale.weights, gains).map { $0 * $1 }
    let offset = (scale.offset - inputShift) / weights.reduce(0, +)
    let shares = weights.indices.map { channel in
      PatchScale.Share(
        scale: LinearScale(mean: offset, factor: weights[channel] * scale.factor),
        padding: padding(gain: gains[channel]))
    }
    return PatchScale(targets: targets, input: .mixed(shares))
  }

  /// What lies beyond the borders of a target that is mixed into the input: a constant is that of
  /// the mixture, whatever the weights' sum is.
  private func padding(gain: Double) -> Imaging.Padding {
    guard case .constant(let value) = padding else { return padding }
    let total = scale.weights.reduce(0, +)
    return .constant(Float(Double(value) * (gain - 1 + 1 / total) / gain))
  }
}
