import Torch

/// Two rounds of convolution, batch normalisation and rectified units (Ronneberger et al., 2015;
/// normalised as in the authors' program).
struct DoubleConv {
  private let convolutions: [Conv2d]
  private let norms: [BatchNorm2d]
  private let layout: Layout

  /// - Parameters:
  ///   - scope: makes `double_conv.0`, `.1`, `.3` and `.4`
  ///   - inputs: channels of what comes in
  ///   - outputs: channels of what goes out
  ///   - middle: channels in between; those of the outputs by default
  init(_ scope: Scope, from inputs: Int, to outputs: Int, middle: Int? = nil) {
    let layers = scope["double_conv"]
    let middle = middle ?? outputs
    self.convolutions = [
      Conv2d(layers[0], inputs, middle, kernel: 3, bias: false),
      Conv2d(layers[3], middle, outputs, kernel: 3, bias: false),
    ]
    self.norms = [BatchNorm2d(layers[1], middle), BatchNorm2d(layers[4], outputs)]
    self.layout = scope.layout
  }

  /// - Parameter x: `[B, inputs, H, W]`
  /// - Returns: `[B, outputs, H, W]`
  func callAsFunction(_ x: Tensor, mode: Mode) -> Tensor {
    var y = x
    for (convolution, norm) in zip(convolutions, norms) {
      // One channel lies the same in both layouts, so LibTorch cannot know which one is meant.
      y = norm(convolution(y).arranged(layout), mode: mode).rectified()
    }
    return y
  }
}

extension Tensor {
  /// `x` above 0, 0 below.
  func rectified() -> Tensor { leakyReLU(slope: 0) }

  /// The middle of the image where it is larger than `size`, zeros around it where it is smaller.
  ///
  /// Of an odd number of rows or columns the larger half is cut before the image, the smaller half
  /// of zeros put there, as PyTorch does it with paddings below 0.
  func fitted(to size: Size) -> Tensor {
    let current = spatialSize
    let common = Size(
      height: min(current.height, size.height), width: min(current.width, size.width))
    return centerCropped(to: common, rounding: .up).zeroPadded(to: size)
  }
}
