import Torch

/// Normalised patches with their targets, as plain numbers that may cross threads.
public struct Batch: Sendable {
  /// Number of patches B.
  public let count: Int
  /// Images per patch: the patch and its K context images.
  public let images: Int
  /// Target channels T.
  public let channels: Int
  /// Side P of a patch.
  public let patch: Int
  /// Normalised patches and context images, `[B, 1 + K, P, P]`.
  public var inputs: [Float]
  /// Normalised targets, `[B, T, P, P]`.
  public var targets: [Float]

  /// A batch of zeros.
  public init(count: Int, images: Int, channels: Int, patch: Int) {
    self.count = count
    self.images = images
    self.channels = channels
    self.patch = patch
    self.inputs = [Float](repeating: 0, count: count * images * patch * patch)
    self.targets = [Float](repeating: 0, count: count * channels * patch * patch)
  }

  /// Turns all images of one patch.
  package mutating func turn(_ place: Int, by symmetry: SquareSymmetry) {
    let area = patch * patch
    let (images, channels, side) = (images, channels, patch)
    inputs.withUnsafeMutableBufferPointer { inputs in
      guard let base = inputs.baseAddress else { return }
      symmetry.apply(to: base + place * images * area, count: images, side: side)
    }
    targets.withUnsafeMutableBufferPointer { targets in
      guard let base = targets.baseAddress else { return }
      symmetry.apply(to: base + place * channels * area, count: channels, side: side)
    }
  }

  /// The inputs on a device, `[B, 1 + K, P, P]`.
  ///
  /// - Throws: `TorchError` when the device has no room.
  public func inputTensor(on device: Device) throws(TorchError) -> Tensor {
    try Tensor(inputs, shape: [count, images, patch, patch]).moved(to: device)
  }

  /// The targets on a device, `[B, T, P, P]`.
  ///
  /// - Throws: `TorchError` when the device has no room.
  public func targetTensor(on device: Device) throws(TorchError) -> Tensor {
    try Tensor(targets, shape: [count, channels, patch, patch]).moved(to: device)
  }
}
