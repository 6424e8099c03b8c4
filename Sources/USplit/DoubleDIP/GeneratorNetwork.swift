import Imaging
import Torch

/// A deep image prior (Ulyanov, Vedaldi and Lempitsky, 2018): a convolutional network that turns
/// noise into an image and takes up structure before noise while it is fitted to one.
///
/// The "skip" encoder-decoder of that publication as the program of Double-DIP has it: each level
/// halves the image by a strided convolution and doubles it again by linear interpolation with
/// aligned corners; all convolutions mirror the image at its border and are followed by batch
/// normalisation and a leaky ReLU of slope 0.2; a last sigmoid keeps pixels within 0 and 1.
public struct GeneratorNetwork {
  private let levels: [GeneratorLevel]
  private let last: Conv2d

  /// A network for the noise and with the channels of the settings.
  ///
  /// Weights begin as in PyTorch, as they do in the program.
  public init(_ scope: Scope, _ settings: DoubleDIPSettings) {
    var levels: [GeneratorLevel] = []
    for level in settings.channels.indices {
      levels.append(GeneratorLevel(scope["levels"][level], level: level, settings))
    }
    self.levels = levels
    self.last = Conv2d(scope["last"], settings.channels[0], 1, kernel: 1)
  }

  /// - Parameter noise: `[1, inputChannels, H, W]`, H and W as `size(for:_:)` gives them
  /// - Returns: `[1, 1, H, W]` within 0 and 1
  public func callAsFunction(_ noise: Tensor, mode: Mode) -> Tensor {
    var x = noise
    var skipped: [Tensor?] = []
    for level in levels {
      skipped.append(level.skipped(x, mode: mode))
      x = level.halved(x, mode: mode)  // [1, channels, H / 2, W / 2]
    }
    for (level, skipped) in zip(levels, skipped).reversed() {
      x = level.doubled(x, skipped: skipped, mode: mode)  // [1, channels, 2 H, 2 W]
    }
    return last(x).sigmoid()
  }

  /// The smallest size that holds the image and can be halved at every level.
  ///
  /// A multiple of 2^depth, so large that the mirrored margin fits at the lowest level.
  static func size(for image: Plane, _ settings: DoubleDIPSettings) -> Size {
    let unit = 1 << settings.channels.count
    let least = (settings.kernel / 2 + 1) * unit
    func side(_ extent: Int) -> Int { max(least, (extent + unit - 1) / unit * unit) }
    return Size(height: side(image.height), width: side(image.width))
  }
}

/// What one level does on the way down and on the way up.
private struct GeneratorLevel {
  private let skip: MirroredConvolution?
  private let halving: MirroredConvolution
  private let down: MirroredConvolution
  private let joinedNorm: BatchNorm2d
  private let up: MirroredConvolution
  private let mixing: MirroredConvolution

  init(_ scope: Scope, level: Int, _ settings: DoubleDIPSettings) {
    let channels = settings.channels
    let (own, skipping) = (channels[level], settings.skipChannels[level])
    let above = level == 0 ? settings.inputChannels : channels[level - 1]
    let below = level + 1 < channels.count ? channels[level + 1] : own
    let kernel = settings.kernel
    self.skip =
      skipping > 0 ? MirroredConvolution(scope["skip"], above, skipping, kernel: 1) : nil
    self.halving = MirroredConvolution(scope["halving"], above, own, kernel: kernel, stride: 2)
    self.down = MirroredConvolution(scope["down"], own, own, kernel: kernel)
    self.joinedNorm = BatchNorm2d(scope["joined"], skipping + below)
    self.up = MirroredConvolution(scope["up"], skipping + below, own, kernel: kernel)
    self.mixing = MirroredConvolution(scope["mixing"], own, own, kernel: 1)
  }

  /// What goes past the levels below, at the size of `x`; nil when nothing does.
  func skipped(_ x: Tensor, mode: Mode) -> Tensor? { skip?(x, mode: mode) }

  /// The way down, to half the size.
  func halved(_ x: Tensor, mode: Mode) -> Tensor { down(halving(x, mode: mode), mode: mode) }

  /// The way up, to twice the size.
  func doubled(_ x: Tensor, skipped: Tensor?, mode: Mode) -> Tensor {
    let larger = x.upsampled(.bilinear)
    let joined = skipped.map { Tensor.concatenated([$0, larger]) } ?? larger
    return mixing(up(joinedNorm(joined, mode: mode), mode: mode), mode: mode)
  }
}

/// A convolution that mirrors the image at its border, batch normalisation, leaky ReLU.
private struct MirroredConvolution {
  private let convolution: Conv2d
  private let norm: BatchNorm2d
  private let margin: Int

  init(_ scope: Scope, _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1) {
    self.convolution = Conv2d(
      scope["convolution"], inputs, outputs, kernel: kernel, stride: stride, padding: 0)
    self.norm = BatchNorm2d(scope["norm"], outputs)
    self.margin = kernel / 2
  }

  func callAsFunction(_ x: Tensor, mode: Mode) -> Tensor {
    norm(convolution(x.reflectionPadded(margin)), mode: mode).leakyReLU(slope: 0.2)
  }
}
