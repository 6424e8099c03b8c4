import Experiment

/// What one plane of a result tells of its target.
package struct SplitOutput: Sendable, Equatable {
  /// What a plane tells.
  package enum Kind: Sendable, Equatable {
    /// The mean of the draws, or the only prediction.
    case mean
    /// The standard deviation.
    case deviation
    /// One of the draws, counted from 1.
    case sample(Int)
  }

  /// Number of the target.
  package let target: Int
  /// What it tells of it.
  package let kind: Kind

  /// What the plane is called.
  ///
  /// - Parameter name: the target's
  package func name(ofTarget name: String) -> String {
    switch kind {
    case .mean: name
    case .deviation: "\(name) deviation"
    case .sample(let number): "\(name) sample \(number)"
    }
  }
}

extension SplitOptions {
  /// The planes that are predicted for each frame, in their order: the means of all targets, then
  /// their deviations, then the first draw of all, the second, and so on.
  package func outputs(targets: Int) -> [SplitOutput] {
    var kinds = [SplitOutput.Kind.mean]
    if withDeviation { kinds.append(.deviation) }
    if keepsSamples { kinds += (1...samples).map { .sample($0) } }
    return kinds.flatMap { kind in (0..<targets).map { SplitOutput(target: $0, kind: kind) } }
  }

  /// The number of planes that are predicted for each frame.
  package func outputs(of network: NetworkConfiguration) -> Int {
    network.targets * (1 + (withDeviation ? 1 : 0) + (keepsSamples ? samples : 0))
  }
}

extension ModelDescription {
  /// Brings normalised values of a plane to the units of the training files.
  func denormalise(_ values: inout [Float], _ output: SplitOutput) {
    let mean =
      output.kind == .deviation ? 0 : Float(normalisation.targetMean[output.target])
    let deviation = Float(normalisation.targetStd[output.target])
    values.withUnsafeMutableBufferPointer { pixels in
      for index in pixels.indices { pixels[index] = pixels[index] * deviation + mean }
    }
  }
}
