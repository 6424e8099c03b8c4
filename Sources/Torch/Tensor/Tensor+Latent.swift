import CTorch

extension Tensor {
  /// Standard normal numbers for images, drawn by all threads on the CPU.
  ///
  /// - Parameters:
  ///   - shape: `[B, C, H, W]`
  ///   - generator: what they depend on, not the number of threads
  public static func noise(_ shape: [Int], generator: Generator, device: Device) -> Tensor {
    precondition(shape.count == 4, "noise for images [B, C, H, W], got \(shape)")
    return Tensor("drawing shape \(shape)", file: #fileID, line: #line) {
      ct_noise(shape.map(Int64.init), device.c, generator.handle, $0)
    }
  }

  /// A latent variable of this posterior, and its divergence from a prior, in one pass over memory.
  ///
  /// Both distributions are normal, given as means and raw log-variances, `[B, 2 Z, H, W]`: a raw value
  /// s means the variance exp(s) up to 0 and 1 + s above, plus 1e-6.
  ///
  /// - Parameters:
  ///   - prior: the prior, whose B may be 1
  ///   - noise: standard normal numbers, `[B, Z, H, W]`; nil for the mean
  ///   - maximum: upper bound of the raw log-variances
  ///   - analytic: whether the divergence is that of the distributions, not its estimate at z
  /// - Returns: z, `[B, Z, H, W]`, and with a prior the divergence summed over each image, `[B]`; nil
  ///   where it has to be computed step by step
  public func latent(
    prior: Tensor? = nil, noise: Tensor?, maximum: Double, analytic: Bool = false
  ) -> (z: Tensor, divergence: Tensor?)? {
    guard ct_has_latent(pointer) else { return nil }
    var z: OpaquePointer?
    var divergence: OpaquePointer?
    _ = require("a latent variable of \(shape)", file: #fileID, line: #line) {
      ct_latent(
        pointer, prior?.pointer, noise?.pointer, maximum, analytic, &z, &divergence, $0)
    }
    guard let z else { return nil }
    return (Tensor(owning: z), divergence.map { Tensor(owning: $0) })
  }
}
