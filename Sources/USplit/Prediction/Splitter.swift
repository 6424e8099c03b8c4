import Experiment
import Foundation
import Imaging
import Synchronization
import Torch

/// Splits whole images, of any size, tile by tile.
///
/// While one batch of tiles is computed, another thread reads what the next need, and a third hands
/// on what is done. The same tiles share a batch wherever the image is, in memory or in a file, so
/// the numbers are the same.
public struct Splitter {
  private let model: SplitModel
  private let options: SplitOptions

  /// Batches that wait for the network, and results that wait to be handed on.
  static let batchesAhead = 2

  /// A splitter for one model.
  ///
  /// Deviations can only be asked for where the model has some (``ModelDescription/predictsDeviation(samples:)``).
  public init(_ model: SplitModel, _ options: SplitOptions) {
    precondition(options.samples >= 1, "\(options.samples) samples; at least 1 is needed")
    precondition([1, 2, 4, 8].contains(options.turns), "\(options.turns) turns; 1, 2, 4 or 8 are")
    precondition(options.batch >= 1, "\(options.batch) patches at once; at least 1 is needed")
    precondition(
      !options.withDeviation || model.description.predictsDeviation(samples: options.samples),
      "the model predicts no deviations")
    precondition(
      !options.keepsSamples || options.samplesPosterior && options.turns == 1,
      "samples are kept of what is drawn, in 1 turn; asked for are \(options.turns)")
    self.model = model
    self.options = options
  }

  /// Splits one frame.
  ///
  /// - Parameters:
  ///   - image: the superimposed image in training units (`InputScale.prepared`)
  ///   - frame: number of the frame; draws differ from frame to frame
  ///   - progress: called after each batch with the share that is done
  /// - Returns: the targets in the units of the training files, `[T]` planes, and their deviations
  ///   and draws after them where these are asked for (`SplitOptions.outputs(targets:)`)
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
    let outputs = options.outputs(targets: model.description.network.targets)
    for (place, output) in outputs.enumerated() {
      model.description.denormalise(&planes[place].values, output)
    }
    return planes
  }

  /// Splits one frame into normalised targets, mean 0 and deviation 1 over the training part, and
  /// their deviations and draws where these are asked for.
  package func normalised(
    _ pyramid: ContextPyramid, frame: Int = 0, progress: (Double) -> Void = { _ in }
  ) throws -> [Plane] {
    let size = pyramid.sizes[0]
    let grid = try grid(for: size)
    let planes = StitchedPlanes(size, count: options.outputs(of: model.description.network))
    _ = try predict(pyramid, frame: frame, progress: progress) { planes.stitch($0, grid) }
    return planes.value
  }

  /// The tiles of an image.
  ///
  /// - Throws: `ImagingError` when the tiling is impossible.
  package func grid(for size: ImageDescription.Level) throws(ImagingError) -> TileGrid {
    let sides = try options.padding.sides(for: model.description.network)
    return try TileGrid(
      height: size.height, width: size.width, patch: sides.patch, inner: sides.kept,
      coverage: options.coverage)
  }

  /// Computes the tiles of one frame, batch by batch.
  ///
  /// - Parameters:
  ///   - pyramid: the frame in training units
  ///   - frame: number of the frame
  ///   - numbers: of the batches; nil for all
  ///   - progress: called after each batch with the share of all that is done
  ///   - shouldStop: asked after each batch; what is computed by then is handed on
  ///   - deliver: given the results in order, on a thread of its own
  /// - Returns: whether these batches are done
  /// - Throws: `ImagingError` and `TorchError` as for an image, what `deliver` throws.
  package func predict(
    _ pyramid: any PyramidRows, frame: Int, batches numbers: Range<Int>? = nil,
    progress: (Double) -> Void = { _ in }, shouldStop: () -> Bool = { false },
    deliver: @escaping @Sendable (PredictedTiles) throws -> Void
  ) throws -> Bool {
    let grid = try grid(for: pyramid.sizes[0])
    let size = try options.tilesAtOnce(for: model.description.network)
    let count = grid.batches(of: size)
    let autocast = try Autocast(options.precision.type, on: model.store.device)
    let reader = TileReader(pyramid, grid, model.description, batchSize: size)
    let numbers = numbers ?? 0..<count
    precondition(numbers.upperBound <= count, "batches \(numbers) of \(count)")
    let input = reader.start(numbers, room: Self.batchesAhead)
    let output = DeliveryThread(room: Self.batchesAhead, deliver)
    var done = numbers.lowerBound
    do {
      while let batch = try input.next() {
        let values = try predict(batch, frame: frame, autocast)
        guard
          output.push(PredictedTiles(number: batch.number, tiles: batch.tiles, values: values))
        else { break }
        done = batch.number + 1
        progress(Double(done) / Double(count))
        if shouldStop() { break }
      }
    } catch {
      input.cancel()
      // The first error is told; one of the other thread comes of it or is as good.
      try? output.end()
      throw error
    }
    input.cancel()
    try output.end()
    return done == numbers.upperBound
  }

  /// The predicted means of some tiles with patches of side P, `[B, T, P, P]`, averaged over the
  /// samples and turns; behind them calibrated deviations and draws where these are asked for.
  private func predict(
    _ batch: TileBatch, frame: Int, _ autocast: Autocast
  ) throws -> [Float] {
    let device = model.store.device
    let latents: Latents
    if options.samplesPosterior {
      // Each batch has a seed of its own, so that work can go on at any of them.
      let seed =
        options.seed &+ UInt64(frame) &* 0x9e37_79b9_7f4a_7c15
        &+ UInt64(batch.number) &* 0xd1b5_4a32_d192_ed03
      latents = .sample(try Generator(seed: seed, device: device))
    } else {
      latents = .mean
    }
    let count = options.samplesPosterior ? options.samples : 1
    let pass = Pass(mode: .evaluation, latents: latents)
    var values =
      options.keepsSamples
      ? try model.drawn(
        batch.input, pass, count: count, withDeviation: options.withDeviation, autocast)
      : try model.averaged(
        batch.input, turns: options.turns, pass, count: count,
        withDeviation: options.withDeviation, autocast)
    if options.withDeviation, let scales = model.description.calibration?.scales(of: options) {
      let area = batch.input.patch * batch.input.patch
      values.withUnsafeMutableBufferPointer { values in
        let outputs = options.outputs(of: model.description.network)
        for first in stride(from: 0, to: values.count, by: outputs * area) {
          for (channel, scale) in scales.enumerated() {
            let start = first + (scales.count + channel) * area
            scale.apply(to: UnsafeMutableBufferPointer(rebasing: values[start..<start + area]))
          }
        }
      }
    }
    return values
  }
}

/// Planes that another thread fills tile by tile.
private final class StitchedPlanes: Sendable {
  private let planes: Mutex<[Plane]>

  init(_ size: ImageDescription.Level, count: Int) {
    planes = Mutex(
      [Plane](repeating: Plane(height: size.height, width: size.width), count: count))
  }

  var value: [Plane] { planes.withLock { $0 } }

  func stitch(_ predicted: PredictedTiles, _ grid: TileGrid) {
    planes.withLock { planes in
      let length = planes.count * grid.patch * grid.patch
      for (index, tile) in predicted.tiles.enumerated() {
        grid.stitch(predicted.values, from: index * length, of: tile, into: &planes)
      }
    }
  }
}
