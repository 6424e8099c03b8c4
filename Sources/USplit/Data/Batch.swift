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

/// Where a patch begins.
struct PatchOrigin: Sendable {
  /// The frame.
  let frame: Int
  /// First row, which may lie outside of the frame.
  let row: Int
  /// First column, which may lie outside of the frame.
  let column: Int
}

extension PreparedData {
  /// Writes the normalised patch whose first pixel is (`row`, `column`) of a frame, which may lie
  /// outside of it, to place `index` of a batch.
  ///
  /// - Throws: `ImagingError` where a file is broken, or the disk has no room for the zoomed-out
  ///   images.
  package func copyPatch(
    frame: Int, row: Int, column: Int, to index: Int, of batch: inout Batch
  ) throws(ImagingError) {
    try copyPatch(PatchOrigin(frame: frame, row: row, column: column), to: index, of: &batch)
  }

  func copyPatch(
    _ origin: PatchOrigin, to index: Int, of batch: inout Batch
  ) throws(ImagingError) {
    let side = batch.patch
    let area = side * side
    let (images, channels) = (batch.images, batch.channels)
    try batch.inputs.withUnsafeMutableBufferPointer { inputs throws(ImagingError) in
      try batch.targets.withUnsafeMutableBufferPointer { targets throws(ImagingError) in
        guard let inputBase = inputs.baseAddress, let targetBase = targets.baseAddress else {
          return
        }
        try copyPatch(
          origin, side: side, inputs: inputBase + index * images * area,
          targets: targetBase + index * channels * area)
      }
    }
  }

  func emptyBatch(_ count: Int, patch: Int) -> Batch {
    Batch(count: count, images: contexts + 1, channels: names.count, patch: patch)
  }
}
