import CTorch

/// Batch normalisation (Ioffe and Szegedy, 2015): each channel to mean 0 and variance 1, then by a
/// learned factor and offset.
///
/// Training uses the batch's own statistics, or those of all batches of a group of processes, and
/// moves the running ones by a tenth; evaluation uses the running ones.
public struct BatchNorm2d {
  let weight: Tensor
  let bias: Tensor
  let runningMean: Tensor
  let runningVariance: Tensor
  let batches: Tensor

  /// - Parameter scope: makes `weight`, `bias`, `running_mean`, `running_var`, all `[C]`, and
  ///   `num_batches_tracked`
  public init(_ scope: Scope, _ channels: Int) {
    self.weight = scope.parameter("weight", [channels], .constant(1))
    self.bias = scope.parameter("bias", [channels], .constant(0))
    self.runningMean = scope.buffer("running_mean", [channels], value: 0)
    self.runningVariance = scope.buffer("running_var", [channels], value: 1)
    self.batches = scope.buffer("num_batches_tracked", [], value: 0, type: .int64)
  }

  /// - Returns: the shape of `x`, `[B, C, H, W]`
  public func callAsFunction(_ x: Tensor, mode: Mode) -> Tensor {
    count(mode)
    if case .training(_, let group?) = mode {
      return x.batchNormalised(
        weight: weight, bias: bias, runningMean: runningMean, runningVariance: runningVariance,
        momentum: Self.momentum, epsilon: Self.epsilon, over: group)
    }
    return x.batchNormalised(
      weight: weight, bias: bias, runningMean: runningMean, runningVariance: runningVariance,
      training: mode.isTraining, momentum: Self.momentum, epsilon: Self.epsilon)
  }

  static let momentum = 0.1
  static let epsilon = 1e-5

  /// Counts a batch that is trained with.
  func count(_ mode: Mode) {
    // A part that is computed twice has seen one batch, not two.
    guard mode.isTraining, !ct_is_repeating() else { return }
    _ = require("counting a batch", file: #fileID, line: #line) {
      ct_increment(batches.pointer, $0)
    }
  }

  /// What the shim needs to know of it.
  var parts: ct_norm {
    ct_norm(
      weight: weight.pointer, bias: bias.pointer, running_mean: runningMean.pointer,
      running_variance: runningVariance.pointer, momentum: Self.momentum, epsilon: Self.epsilon)
  }
}
