/// Dropout of single numbers (Srivastava et al., 2014), in training only.
public struct Dropout {
  let probability: Double

  /// - Parameter probability: of a number to be set to 0
  public init(_ probability: Double) {
    requireFraction(probability)
    self.probability = probability
  }

  /// - Returns: the shape of `x`
  public func callAsFunction(_ x: Tensor, mode: Mode) -> Tensor {
    guard case .training(let generator, _) = mode, probability > 0 else { return x }
    return x.dropped(probability, wholeChannels: false, generator: generator)
  }
}

/// Dropout of whole channels (Tompson et al., 2015), in training only.
public struct Dropout2d {
  let probability: Double

  /// - Parameter probability: of a channel of a sample to be set to 0
  public init(_ probability: Double) {
    requireFraction(probability)
    self.probability = probability
  }

  /// - Returns: the shape of `x`, `[B, C, H, W]`
  public func callAsFunction(_ x: Tensor, mode: Mode) -> Tensor {
    guard case .training(let generator, _) = mode, probability > 0 else { return x }
    return x.dropped(probability, wholeChannels: true, generator: generator)
  }
}

private func requireFraction(_ probability: Double) {
  precondition(
    (0..<1).contains(probability), "a dropout probability is in 0..<1, got \(probability)")
}
