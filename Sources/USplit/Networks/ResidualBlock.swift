import Experiment
import Torch

/// What all blocks of one half of a network have in common.
package struct BlockStyle {
  var filters: Int
  var order: BlockOrder
  var activation: Activation
  var kernel: Int
  var batchNorm: Bool
  var dropout: Double
  var gated: Bool

  package init(
    filters: Int, order: BlockOrder, activation: Activation, kernel: Int, batchNorm: Bool,
    dropout: Double, gated: Bool
  ) {
    self.filters = filters
    self.order = order
    self.activation = activation
    self.kernel = kernel
    self.batchNorm = batchNorm
    self.dropout = dropout
    self.gated = gated
  }

  /// The same blocks with or without their gate.
  func with(gated: Bool) -> BlockStyle {
    var style = self
    style.gated = gated
    return style
  }
}

/// Two rounds of normalisation, activation and convolution, added to what came in.
package struct ResidualBlock {
  private enum Layer {
    case norm(BatchNorm2d)
    case activation(Activation)
    case convolution(Conv2d)
    case dropout(Dropout2d)
  }
  private let layers: [Layer]
  private let gate: Gate?
  private let fast: FastBlock?

  /// - Parameter scope: makes `block.N`, N counting the layers in the style's order
  package init(_ scope: Scope, _ style: BlockStyle) {
    let block = scope["block"]
    var layers: [Layer] = []
    for letter in style.order.rawValue {
      let place = block[layers.count]
      switch letter {
      case "b": if style.batchNorm { layers.append(.norm(BatchNorm2d(place, style.filters))) }
      case "a": layers.append(.activation(style.activation))
      case "c":
        layers.append(
          .convolution(Conv2d(place, style.filters, style.filters, kernel: style.kernel)))
      default: layers.append(.dropout(Dropout2d(style.dropout)))
      }
    }
    self.layers = layers
    self.gate =
      style.gated ? Gate(block[layers.count], style.filters, activation: style.activation) : nil
    self.fast = Self.fast(layers, gate, style)
  }

  /// The block as one operation, where there is one for it.
  private static func fast(_ layers: [Layer], _ gate: Gate?, _ style: BlockStyle) -> FastBlock? {
    guard style.order == .bacdbacd, style.activation == .elu, layers.count == 8,
      case .norm(let norm1) = layers[0], case .convolution(let convolution1) = layers[2],
      case .norm(let norm2) = layers[4], case .convolution(let convolution2) = layers[6]
    else { return nil }
    return FastBlock(
      norms: (norm1, norm2), convolutions: (convolution1, convolution2), gate: gate?.convolution,
      dropout: style.dropout)
  }

  /// - Returns: the shape of `x`, `[B, C, H, W]`
  package func callAsFunction(_ x: Tensor, mode: Mode) -> Tensor {
    if let y = fast?(x, mode: mode) { return y }
    var y = x
    for layer in layers {
      switch layer {
      case .norm(let norm): y = norm(y, mode: mode)
      case .activation(let activation): y = activation(y)
      case .convolution(let convolution): y = convolution(y)
      case .dropout(let dropout): y = dropout(y, mode: mode)
      }
    }
    return (gate.map { $0(y) } ?? y) + x
  }
}

/// A 1 × 1 convolution to twice the channels, whose second half gates the first.
struct Gate {
  let convolution: Conv2d
  private let channels: Int
  private let activation: Activation

  /// - Parameter scope: makes `conv`
  init(_ scope: Scope, _ channels: Int, activation: Activation) {
    self.convolution = Conv2d(scope["conv"], channels, 2 * channels, kernel: 1)
    self.channels = channels
    self.activation = activation
  }

  /// - Returns: the shape of `x`, `[B, C, H, W]`
  func callAsFunction(_ x: Tensor) -> Tensor {
    // Each half by itself: halves of one result would not be contiguous in memory.
    activation(convolution(x, channels: 0..<channels))
      * convolution(x, channels: channels..<2 * channels).sigmoid()
  }
}

/// A residual block after an optional change of size.
struct ResamplingBlock {
  enum Resampling {
    /// `[B, C, H, W]` to `[B, C, H / 2, W / 2]` by a convolution of stride 2.
    case down
    /// `[B, C, H, W]` to `[B, C, 2 H, 2 W]` by a transposed convolution.
    case up
    case none
  }
  private enum Resampler {
    case down(Conv2d)
    case up(ConvTranspose2d)
    case none
  }
  private let resampler: Resampler
  private let block: ResidualBlock

  /// - Parameter scope: makes `pre_conv` (unless the size stays) and `res`
  init(_ scope: Scope, _ style: BlockStyle, _ resampling: Resampling = .none) {
    let place = scope["pre_conv"]
    switch resampling {
    case .down:
      self.resampler = .down(Conv2d(place, style.filters, style.filters, kernel: 3, stride: 2))
    case .up: self.resampler = .up(ConvTranspose2d(place, style.filters, style.filters))
    case .none: self.resampler = .none
    }
    self.block = ResidualBlock(scope["res"], style)
  }

  func callAsFunction(_ x: Tensor, mode: Mode) -> Tensor {
    switch resampler {
    case .down(let convolution): block(convolution(x), mode: mode)
    case .up(let convolution): block(convolution(x), mode: mode)
    case .none: block(x, mode: mode)
    }
  }
}

/// Residual blocks one after another, of which the first may change the size.
struct BlockChain {
  private let blocks: [ResamplingBlock]

  /// - Parameter scope: makes `0`, `1`, …
  init(
    _ scope: Scope, _ style: BlockStyle, count: Int,
    first: ResamplingBlock.Resampling = .none
  ) {
    self.blocks = (0..<count).map { ResamplingBlock(scope[$0], style, $0 == 0 ? first : .none) }
  }

  func callAsFunction(_ x: Tensor, mode: Mode) -> Tensor {
    blocks.reduce(x) { $1($0, mode: mode) }
  }
}
