import CTorch

/// A convolution with zero padding: `[B, Cin, H, W]` to `[B, Cout, H / stride, W / stride]`.
///
/// Initialised uniformly in ±1/√(Cin k²), as in PyTorch.
public struct Conv2d {
  let weight: Tensor
  let bias: Tensor?
  let stride: Int
  let padding: Int

  /// - Parameters:
  ///   - scope: makes `weight`, `[Cout, Cin, k, k]`, and `bias`, `[Cout]`
  ///   - kernel: side k of the window, odd
  ///   - padding: zeros on each side; half the window by default, which keeps the size at stride 1
  public init(
    _ scope: Scope, _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1,
    padding: Int? = nil, bias: Bool = true
  ) {
    let fanIn = InitialValue.fanIn(inputs * kernel * kernel)
    self.weight = scope.parameter("weight", [outputs, inputs, kernel, kernel], fanIn)
    self.bias = bias ? scope.parameter("bias", [outputs], fanIn) : nil
    self.stride = stride
    self.padding = padding ?? kernel / 2
  }

  /// Channels Cin of what goes in.
  public var inputChannels: Int { weight.size(1) }

  /// - Returns: `[B, Cout, H / stride, W / stride]`
  public func callAsFunction(_ x: Tensor) -> Tensor {
    x.convolved(weight: weight, bias: bias, stride: stride, padding: padding)
  }

  /// The convolution with only some of the output channels.
  ///
  /// - Returns: `[B, channels.count, H / stride, W / stride]`
  public func callAsFunction(_ x: Tensor, channels: Range<Int>) -> Tensor {
    x.convolved(
      weight: weight.sliced(0, channels), bias: bias?.sliced(0, channels), stride: stride,
      padding: padding)
  }
}

extension Conv2d {
  /// The convolution and the ELU of its result.
  ///
  /// - Parameter x: `[B, Cin, H, W]`
  /// - Returns: `[B, Cout, H / stride, W / stride]`
  public func elu(of x: Tensor) -> Tensor {
    let what = "convolving \(x.shape) with weights \(weight.shape)"
    return Tensor(what, file: #fileID, line: #line) {
      ct_conv2d_elu(
        x.pointer, weight.pointer, bias?.pointer, Int32(stride), Int32(padding), $0)
    }
  }

  /// A 1 × 1 convolution of two maps joined along their channels, the first with zeros around it up to
  /// the size of the second.
  ///
  /// - Parameters:
  ///   - first: `[B, C, h, w]`, the middle of what the second shows
  ///   - second: `[B, D, H, W]`, with C + D the convolution's channels
  /// - Returns: `[B, Cout, H, W]`
  public func callAsFunction(joining first: Tensor, _ second: Tensor) -> Tensor {
    precondition(weight.shape[2...] == [1, 1], "maps are joined by 1 × 1 convolutions")
    let what = "joining \(first.shape) and \(second.shape)"
    return Tensor(what, file: #fileID, line: #line) {
      ct_merge(first.pointer, second.pointer, weight.pointer, bias?.pointer, $0)
    }
  }
}

/// The transposed convolution that doubles the size: `[B, Cin, H, W]` to `[B, Cout, 2 H, 2 W]`.
public struct ConvTranspose2d {
  let weight: Tensor
  let bias: Tensor

  /// - Parameter scope: makes `weight`, `[Cin, Cout, 3, 3]`, and `bias`, `[Cout]`
  public init(_ scope: Scope, _ inputs: Int, _ outputs: Int) {
    // PyTorch takes the fan-in of a transposed convolution from its output channels.
    let fanIn = InitialValue.fanIn(outputs * 9)
    self.weight = scope.parameter("weight", [inputs, outputs, 3, 3], fanIn)
    self.bias = scope.parameter("bias", [outputs], fanIn)
  }

  /// - Returns: `[B, Cout, 2 H, 2 W]`
  public func callAsFunction(_ x: Tensor) -> Tensor {
    x.convolvedTransposed(weight: weight, bias: bias, stride: 2, padding: 1, outputPadding: 1)
  }
}
