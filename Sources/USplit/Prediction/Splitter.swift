import Experiment
import Imaging
import Torch

/// Splits whole images, of any size, tile by tile.
public struct Splitter {
  private let model: SplitModel
  private let options: SplitOptions

  /// A splitter for one model.
  public init(_ model: SplitModel, _ options: SplitOptions) {
    precondition(options.samples >= 1, "\(options.samples) samples; at least 1 is needed")
    precondition(options.batch >= 1, "\(options.batch) patches at once; at least 1 is needed")
    self.model = model
    self.options = options
  }

  /// Splits one frame.
  ///
  /// - Parameters:
  ///   - image: the superimposed image in training units (`InputScale.prepared`)
  ///   - frame: number of the frame; draws differ from frame to frame
  ///   - progress: called after each batch with the share that is done
  /// - Returns: the targets in the units of the training files, `[T]` planes
  /// - Throws: `ImagingError` when the tiling is impossible or the network cannot take patches of
  ///   the size that the padding makes, `TorchError` when the device fails.
  public func callAsFunction(
    _ image: Plane, frame: Int = 0, progress: (Double) -> Void = { _ in }
  ) throws -> [Plane] {
    try self(
      ContextPyramid(image, contexts: model.description.network.contexts), frame: frame,
      progress: progress)
  }

  /// Splits one frame whose context pyramid is there already.
  ///
  /// - Throws: as for an image.
  public func callAsFunction(
    _ pyramid: ContextPyramid, frame: Int = 0, progress: (Double) -> Void = { _ in }
  ) throws -> [Plane] {
    var planes = try normalised(pyramid, frame: frame, progress: progress)
    let normalisation = model.description.normalisation
    for channel in planes.indices {
      let mean = Float(normalisation.targetMean[channel])
      let deviation = Float(normalisation.targetStd[channel])
      planes[channel].values.withUnsafeMutableBufferPointer { pixels in
        for index in pixels.indices { pixels[index] = pixels[index] * deviation + mean }
      }
    }
    return planes
  }

  /// Splits one frame into normalised targets, mean 0 and deviation 1 over the training part.
  package func normalised(
    _ pyramid: ContextPyramid, frame: Int = 0, progress: (Double) -> Void = { _ in }
  ) throws -> [Plane] {
    let image = pyramid.scales[0]
    let network = model.description.network
    let sides = try options.padding.sides(for: network)
    let batch = try options.tilesAtOnce(for: network)
    let grid = try TileGrid(
      height: image.height, width: image.width, patch: sides.patch, inner: sides.kept,
      coverage: options.coverage)
    var planes = [Plane](
      repeating: Plane(height: image.height, width: image.width), count: network.targets)
    let generator = try Generator(
      seed: options.seed &+ UInt64(frame) &* 0x9e37_79b9_7f4a_7c15, device: model.store.device)
    for first in stride(from: 0, to: grid.count, by: batch) {
      let tiles = (first..<min(first + batch, grid.count)).map { grid[$0] }
      let predicted = try predict(tiles, of: grid.patch, pyramid, generator)
      for (index, tile) in tiles.enumerated() {
        grid.stitch(
          predicted, from: index * planes.count * grid.patch * grid.patch, of: tile,
          into: &planes)
      }
      progress(Double(first + tiles.count) / Double(grid.count))
    }
    return planes
  }

  /// The predicted means of some tiles with patches of side P, `[B, T, P, P]`, averaged over the
  /// samples.
  private func predict(
    _ tiles: [TileGrid.Tile], of patch: Int, _ pyramid: ContextPyramid, _ generator: Generator
  ) throws -> [Float] {
    let description = model.description
    var batch = Batch(
      count: tiles.count, images: pyramid.scales.count, channels: 0, patch: patch)
    let window = pyramid.windowCount(patch: patch)
    batch.inputs.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      for (index, tile) in tiles.enumerated() {
        pyramid.copyWindows(
          row: tile.row, column: tile.column, patch: patch, padding: description.padding,
          offset: Float(description.inputScale.offset),
          factor: Float(description.inputScale.factor), into: base + index * window)
      }
    }
    let latents: Latents = options.samplesPosterior ? .sample(generator) : .mean
    let pass = Pass(mode: .evaluation, latents: latents)
    return try withoutGradients { () throws in
      let input = try batch.inputTensor(on: model.store.device)
      var sum = model(input, pass).distribution.mean
      guard options.samplesPosterior, options.samples > 1 else { return try sum.floats() }
      for _ in 1..<options.samples { sum = sum + model(input, pass).distribution.mean }
      return try (sum / Double(options.samples)).floats()
    }
  }
}
