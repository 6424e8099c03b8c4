import Imaging
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

extension PreparedData {
  /// Writes the normalised patch whose first pixel is (`row`, `column`) of a frame, which may lie
  /// outside of it, to place `index` of a batch.
  package func copyPatch(frame: Int, row: Int, column: Int, to index: Int, of batch: inout Batch) {
    let area = batch.patch * batch.patch
    let image = frames[frame]
    batch.inputs.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      image.input.copyWindows(
        row: row, column: column, patch: batch.patch, padding: padding,
        offset: Float(inputScale.offset), factor: Float(inputScale.factor),
        into: base + index * batch.images * area)
    }
    batch.targets.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      for (channel, plane) in image.targets.enumerated() {
        plane.copyWindow(
          row: row, column: column, patch: batch.patch, padding: padding,
          offset: Float(normalisation.targetMean[channel]),
          factor: Float(1 / normalisation.targetStd[channel]),
          into: base + (index * batch.channels + channel) * area)
      }
    }
  }

  func emptyBatch(_ count: Int, patch: Int) -> Batch {
    Batch(
      count: count, images: frames[0].input.scales.count, channels: names.count, patch: patch)
  }
}
