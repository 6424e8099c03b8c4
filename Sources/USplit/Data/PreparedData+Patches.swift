import Imaging

extension PreparedData {
  /// Writes the normalised patch whose first pixel is (`row`, `column`) of a frame, which may lie
  /// outside of it, to place `index` of a batch.
  ///
  /// - Parameter turn: what the patch is turned by afterwards
  /// - Throws: `ImagingError` where a file is broken, or the disk has no room for the zoomed-out
  ///   images.
  package func copyPatch(
    frame: Int, row: Int, column: Int, turn: SquareSymmetry = .identity, to index: Int,
    of batch: inout Batch
  ) throws(ImagingError) {
    try copyPatch(
      PatchOrigin(frame: frame, row: row, column: column, turn: turn), scale, to: index, of: &batch)
  }

  /// Writes the patch to place `index` of a batch, normalised with a scale.
  func copyPatch(
    _ origin: PatchOrigin, _ scale: PatchScale, to index: Int, of batch: inout Batch
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
          origin, scale, side: side, inputs: inputBase + index * images * area,
          targets: targetBase + index * channels * area)
      }
    }
  }

  /// A batch of zeros for patches and their targets.
  func emptyBatch(_ count: Int, patch: Int) -> Batch {
    Batch(count: count, images: contexts + 1, channels: names.count, patch: patch)
  }

  /// Writes a normalised patch with its context images, and its normalised targets.
  ///
  /// - Parameters:
  ///   - scale: how pixels are normalised
  ///   - side: of the patch, in pixels
  ///   - inputs: room for the patch and its context images, `[1 + K, P, P]`
  ///   - targets: room for the targets, `[T, P, P]`
  func copyPatch(
    _ origin: PatchOrigin, _ scale: PatchScale, side: Int, inputs: UnsafeMutablePointer<Float>,
    targets: UnsafeMutablePointer<Float>
  ) throws(ImagingError) {
    switch store {
    case .memory(let frames):
      try frames[origin.frame].copyPatch(
        origin, scale, side: side, padding: padding, inputs: inputs, targets: targets)
    case .files(let streamed):
      try streamed.copyPatch(
        origin, scale, side: side, padding: padding, inputs: inputs, targets: targets)
    }
  }
}

extension PreparedData.Frame {
  fileprivate func copyPatch(
    _ origin: PatchOrigin, _ scale: PatchScale, side: Int, padding: Imaging.Padding,
    inputs: UnsafeMutablePointer<Float>, targets output: UnsafeMutablePointer<Float>
  ) throws(ImagingError) {
    let area = side * side
    for (channel, plane) in targets.enumerated() {
      plane.copyWindow(
        row: origin.row, column: origin.column, patch: side, padding: padding,
        offset: scale.targets[channel].offset, factor: scale.targets[channel].factor,
        into: output + channel * area)
    }
    let full = targets[0].size
    for zoom in input.scales.indices {
      let start = origin.start(
        scale: zoom, side: side, frame: full, size: input.scales[zoom].size)
      try scale.writeInput(count: area, padding: padding, into: inputs + zoom * area) {
        layer, scale, padding, output in
        let plane =
          switch layer {
          case .input: input.scales[zoom]
          case .target(let channel):
            zoom == 0 ? targets[channel] : zoomedTargets[channel].scales[zoom]
          }
        plane.copyWindow(
          row: start.row, column: start.column, patch: side, padding: padding,
          offset: scale.offset, factor: scale.factor, into: output)
      }
    }
  }
}

extension Plane {
  fileprivate var size: ImageDescription.Level {
    ImageDescription.Level(height: height, width: width)
  }
}
