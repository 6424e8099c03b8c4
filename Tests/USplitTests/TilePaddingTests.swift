import Experiment
import Imaging
import Testing
import USplit

@Suite("Tile padding")
struct TilePaddingTests {
  private func network(
    _ variant: ContextVariant, levels: Int, contexts: Int, patch: Int = 64
  ) -> NetworkConfiguration {
    var network = NetworkConfiguration()
    network.patch = patch
    network.context = variant
    network.contexts = contexts
    network.latentChannels = [Int](repeating: 4, count: levels)
    return network
  }

  @Test("what the network is given, and what is kept of it")
  func sides() throws {
    let network = network(.lean, levels: 4, contexts: 4)
    let cases: [(padding: TilePadding, patch: Int, kept: Int, margin: Int)] = [
      (.none, 64, 64, 0), (.inner(keeping: 32), 64, 32, 16), (.inner(keeping: 64), 64, 64, 0),
      (.outer(0), 64, 64, 0), (.outer(13), 90, 64, 13),
    ]
    for item in cases {
      let sides = try item.padding.sides(for: network)
      #expect(sides.patch == item.patch && sides.kept == item.kept, "\(item.padding)")
      #expect(try item.padding.margin(for: network) == item.margin)
    }
  }

  @Test(
    "what leaves nothing, something that cannot be halved, or is far too large is refused",
    arguments: [
      TilePadding.inner(keeping: 0), .inner(keeping: 66), .inner(keeping: 33), .outer(-1),
      .outer(20_000), .outer(.max), .inner(keeping: .min),
    ])
  func refused(padding: TilePadding) {
    let network = network(.lean, levels: 4, contexts: 4)
    let error = #expect(throws: ImagingError.self) { try padding.sides(for: network) }
    #expect(error?.kind == .mismatch)
    #expect(error?.description.contains("64") == true)
  }

  @Test("levels that keep the patch's size need a margin that they can halve")
  func steps() throws {
    let deep = network(.deep, levels: 8, contexts: 4)
    #expect(try deep.marginStep() == 8)
    #expect(try TilePadding.outer(16).sides(for: deep).patch == 96)
    let error = #expect(throws: ImagingError.self) { try TilePadding.outer(13).sides(for: deep) }
    #expect(error?.description.contains("multiple of 8, such as 16") == true)
    #expect(try network(.regular, levels: 4, contexts: 4).marginStep() == 1)
    #expect(try network(.vanilla, levels: 4, contexts: 0).marginStep() == 1)
    #expect(try network(.lean, levels: 4, contexts: 4).marginStep() == 1)
  }

  @Test("fewer enlarged patches are computed at once, of the same number of pixels")
  func batches() throws {
    let network = network(.lean, levels: 4, contexts: 4)
    var options = SplitOptions(.outer(32))
    #expect(try options.tilesAtOnce(for: network) == 2)
    #expect(try options.trainedPatchesAtOnce(for: network) == 8)
    options.batch = 1
    #expect(try options.tilesAtOnce(for: network) == 1)
    #expect(try options.trainedPatchesAtOnce(for: network) == 4)
    options.batch = .max
    #expect(try options.tilesAtOnce(for: network) == .max / 4)
    let inner = SplitOptions(inner: 32)
    #expect(try inner.tilesAtOnce(for: network) == 8)
    #expect(try inner.trainedPatchesAtOnce(for: network) == 8)
  }

  @Test("by itself 16 pixels are thrown away, a quarter of small patches")
  func standard() {
    #expect(
      SplitOptions(for: network(.lean, levels: 4, contexts: 4)).padding == .inner(keeping: 32))
    #expect(
      SplitOptions(for: network(.lean, levels: 2, contexts: 2, patch: 32)).padding
        == .inner(keeping: 16))
  }
}
