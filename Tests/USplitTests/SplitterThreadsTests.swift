import Experiment
import Imaging
import Synchronization
import TestSupport
import Testing
import Torch
import USplit

@Suite("Splitting with threads and files")
struct SplitterThreadsTests {
  private func image(_ height: Int, _ width: Int) throws -> Plane {
    let values = try Tiny.noise([height, width]).floats()
    return Plane(height: height, width: width, values: values.map { 100 + 10 * $0 })
  }

  /// Tile by tile and batch by batch, as it is said to be done, without threads.
  private func plain(_ model: SplitModel, _ image: Plane, _ options: SplitOptions) throws -> [Plane]
  {
    let description = model.description
    let sides = try options.padding.sides(for: description.network)
    let grid = try TileGrid(
      height: image.height, width: image.width, patch: sides.patch, inner: sides.kept)
    let pyramid = ContextPyramid(image, contexts: description.network.contexts)
    var planes = [Plane](
      repeating: Plane(height: image.height, width: image.width), count: description.network.targets
    )
    let size = try options.tilesAtOnce(for: description.network)
    for first in stride(from: 0, to: grid.count, by: size) {
      let tiles = (first..<min(first + size, grid.count)).map { grid[$0] }
      let windows = tiles.flatMap {
        pyramid.windows(
          row: $0.row, column: $0.column, patch: grid.patch, padding: description.padding,
          offset: Float(description.inputScale.offset),
          factor: Float(description.inputScale.factor))
      }
      let input = Tensor(
        windows, shape: [tiles.count, pyramid.scales.count, grid.patch, grid.patch])
      let values = try withoutGradients { () throws in
        try model(input, Pass(mode: .evaluation, latents: .mean)).distribution.mean.floats()
      }
      for (index, tile) in tiles.enumerated() {
        grid.stitch(
          values, from: index * planes.count * grid.patch * grid.patch, of: tile, into: &planes)
      }
    }
    return planes
  }

  @Test(
    "threads and files change no bit of the result",
    arguments: [ContextVariant.vanilla, .lean, .regular, .deep],
    [Experiment.Padding.reflect, .constant])
  func bitIdentical(variant: ContextVariant, padding: Experiment.Padding) throws {
    let configuration = Tiny.configuration {
      $0.network.context = variant
      $0.network.contexts = variant == .vanilla ? 0 : variant == .deep ? 1 : 2
      if variant == .deep { $0.network.latentChannels = [4, 4, 4] }
      $0.data.padding = padding
      $0.data.paddingValue = 90
    }
    let model = try Tiny.model(configuration)
    let folder = try TemporaryFolder()
    for (height, width) in [(37, 35), (1, 40), (40, 1), (9, 21)] {
      let image = try image(height, width)
      let stack = ImageStack(
        frames: 1, channels: 1, height: height, width: width, pixels: image.values)
      for tiles in [TilePadding.inner(keeping: 8), .outer(4)] {
        guard (try? tiles.sides(for: configuration.network)) != nil else { continue }
        let options = SplitOptions(tiles)
        let expected = try plain(model, image, options)
        let splitter = Splitter(model, options)
        let inMemory = try splitter.normalised(
          ContextPyramid(image, contexts: configuration.network.contexts))
        #expect(inMemory == expected, "\(height) × \(width), \(tiles)")
        let streamed = try StreamedPyramid(
          stack, plane: PlaneIndex(), contexts: configuration.network.contexts,
          scratch: folder.url, bandBytes: 0)
        let found = Collected(expected.map(\.values.count))
        let grid = try splitter.grid(for: streamed.sizes[0])
        #expect(try splitter.predict(streamed, frame: 0) { found.add($0, grid, width) })
        #expect(found.planes == expected.map(\.values), "\(height) × \(width), \(tiles)")
      }
    }
  }

  /// Planes put together from tiles by another thread.
  private final class Collected: Sendable {
    private let content: Mutex<[[Float]]>

    init(_ counts: [Int]) {
      content = Mutex(counts.map { [Float](repeating: .nan, count: $0) })
    }

    var planes: [[Float]] { content.withLock { $0 } }

    func add(_ predicted: PredictedTiles, _ grid: TileGrid, _ width: Int) {
      content.withLock { planes in
        for (index, tile) in predicted.tiles.enumerated() {
          for target in planes.indices {
            for row in tile.rows {
              for column in tile.columns {
                let place =
                  ((index * planes.count + target) * grid.patch + row - tile.row) * grid.patch
                  + column - tile.column
                planes[target][row * width + column] = predicted.values[place]
              }
            }
          }
        }
      }
    }
  }

  @Test("an image that breaks off and a result that nobody takes end the work with their errors")
  func failures() throws {
    struct Broken: PyramidRows {
      let whole: ContextPyramid
      var sizes: [ImageDescription.Level] { whole.sizes }
      func rows(_ rows: Range<Int>, scale: Int) throws(ImagingError) -> [Float] {
        if rows.upperBound > 40 { throw ImagingError(.truncated, "row 40 is cut off") }
        return whole.rows(rows, scale: scale)
      }
    }
    let model = try Tiny.model()
    let pyramid = ContextPyramid(try image(100, 30), contexts: 2)
    var options = SplitOptions(inner: 8)
    options.batch = 2
    let splitter = Splitter(model, options)
    #expect {
      _ = try splitter.predict(Broken(whole: pyramid), frame: 0) { _ in }
    } throws: { "\($0)".contains("row 40") }
    #expect {
      _ = try splitter.predict(pyramid, frame: 0) { result in
        if result.number == 1 { throw ImagingError(.unwritable, "the disk is full") }
      }
    } throws: { "\($0)".contains("disk is full") }
    var asked = 0
    let isDone = try splitter.predict(
      pyramid, frame: 0,
      shouldStop: {
        asked += 1
        return asked == 3
      }, deliver: { _ in })
    #expect(!isDone && asked == 3)
  }
}
