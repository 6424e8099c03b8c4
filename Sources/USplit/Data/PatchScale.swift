import Experiment
import Imaging

/// What is subtracted from pixels, and what the difference is multiplied with.
struct LinearScale: Sendable {
  let offset: Float
  let factor: Float

  /// The scale that `(pixel - mean) * factor` is, of pixels that first become
  /// `gain * pixel + shift`.
  init(mean: Double, factor: Double, gain: Double = 1, shift: Double = 0) {
    self.offset = Float((mean - shift) / gain)
    self.factor = Float(factor * gain)
  }
}

/// How the pixels of a patch become numbers of a batch: those of the targets, and those of the
/// input and its zoomed-out copies.
struct PatchScale: Sendable {
  /// A target's part in an input that is mixed for the patch.
  struct Share: Sendable {
    let scale: LinearScale
    /// What lies beyond the borders.
    let padding: Imaging.Padding
  }

  /// Where the input comes from.
  enum Input: Sendable {
    /// It is there.
    case ready(LinearScale)
    /// It is the sum of the targets' parts, one each.
    case mixed([Share])
  }

  /// The image that a window is cut from.
  enum Layer {
    case input
    case target(Int)
  }

  /// Scale of each target.
  let targets: [LinearScale]
  let input: Input

  init(targets: [LinearScale], input: Input) {
    self.targets = targets
    self.input = input
  }

  /// The scale of a patch that is not changed.
  init(_ normalisation: Normalisation, _ scale: InputScale) {
    targets = zip(normalisation.targetMean, normalisation.targetStd).map {
      LinearScale(mean: $0, factor: 1 / $1)
    }
    input = .ready(LinearScale(mean: scale.offset, factor: scale.factor))
  }

  /// Writes the normalised window of the input, or of a zoomed-out copy of it.
  ///
  /// - Parameters:
  ///   - count: pixels of the window
  ///   - padding: what lies beyond the borders of the input
  ///   - output: room for as many floats
  ///   - copy: writes the window of an image with a scale, and what lies beyond its borders
  func writeInput(
    count: Int, padding: Imaging.Padding, into output: UnsafeMutablePointer<Float>,
    copy: (Layer, LinearScale, Imaging.Padding, UnsafeMutablePointer<Float>) throws(ImagingError)
      -> Void
  ) throws(ImagingError) {
    switch input {
    case .ready(let scale): try copy(.input, scale, padding, output)
    case .mixed(let shares):
      let part = UnsafeMutablePointer<Float>.allocate(capacity: count)
      defer { part.deallocate() }
      for (channel, share) in shares.enumerated() {
        guard channel > 0 else {
          try copy(.target(0), share.scale, share.padding, output)
          continue
        }
        try copy(.target(channel), share.scale, share.padding, part)
        for index in 0..<count { output[index] += part[index] }
      }
    }
  }
}
