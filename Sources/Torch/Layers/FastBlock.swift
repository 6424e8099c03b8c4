import CTorch

/// Normalisation, ELU, 3 × 3 convolution and dropout, twice, an optional gate, and what came in, as one
/// operation on the CPU.
///
/// The same numbers as of the layers one after the other, up to rounding, in less time and memory: of what
/// lies between, only the convolutions' results are kept for the way back, the rest is computed again.
public struct FastBlock {
  private let norms: (BatchNorm2d, BatchNorm2d)
  private let convolutions: (Conv2d, Conv2d)
  private let gate: Conv2d?
  private let dropout: Double

  /// The layers as one operation; nil when they are of another kind.
  ///
  /// - Parameters:
  ///   - gate: a 1 × 1 convolution to twice the channels, whose second half gates the first
  ///   - dropout: probability of a channel to be set to 0 after each convolution, in training
  public init?(
    norms: (BatchNorm2d, BatchNorm2d), convolutions: (Conv2d, Conv2d), gate: Conv2d?,
    dropout: Double
  ) {
    for convolution in [convolutions.0, convolutions.1] {
      let shape = convolution.weight.shape
      guard shape[0] == shape[1], shape[2...] == [3, 3], convolution.stride == 1,
        convolution.padding == 1, convolution.bias != nil
      else { return nil }
    }
    if let gate {
      guard gate.weight.shape[2...] == [1, 1], gate.bias != nil else { return nil }
    }
    self.norms = norms
    self.convolutions = convolutions
    self.gate = gate
    self.dropout = dropout
  }

  /// - Returns: the shape of `x`, `[B, C, H, W]`; nil where the layers have to be computed one by one:
  ///   on a GPU, in short formats, with statistics of several processes, in layouts or with channels
  ///   that the processor's vectors do not divide
  public func callAsFunction(_ x: Tensor, mode: Mode) -> Tensor? {
    var generator: Generator?
    if case .training(let source, let group) = mode {
      guard group == nil else { return nil }
      generator = source
    }
    guard ct_has_block(x.pointer) else { return nil }
    norms.0.count(mode)
    norms.1.count(mode)
    var block = ct_block(
      norm1: norms.0.parts, weight1: convolutions.0.weight.pointer,
      bias1: convolutions.0.bias?.pointer, norm2: norms.1.parts,
      weight2: convolutions.1.weight.pointer, bias2: convolutions.1.bias?.pointer,
      gate_weight: gate?.weight.pointer, gate_bias: gate?.bias?.pointer,
      training: mode.isTraining, dropout: dropout, generator: generator?.handle)
    return Tensor("a residual block of \(x.shape)", file: #fileID, line: #line) {
      ct_residual_block(x.pointer, &block, $0)
    }
  }
}
