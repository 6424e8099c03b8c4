import Imaging
import Testing

@Suite("Statistics of regions wherever their pixels are")
struct ChannelRegionTests {
  /// Frames of 23 × 17 pixels, in memory and as a series of frames.
  private func frames(_ type: PixelType) -> (stack: ImageStack, series: FrameSeries) {
    let pixels = noise(2 * 23 * 17).map { value -> Float in
      type == .float32 ? value * 0.37 - 100.3 : value * 20 - 10_000
    }
    let stack = ImageStack(
      frames: 2, channels: 1, height: 23, width: 17, pixels: pixels, type: type)
    let series = try? FrameSeries([stack])
    return (stack, series ?? FrameSeries(stack))
  }

  private let region = FrameRegion(frame: 1, row: 3, column: 2, height: 19, width: 13)

  @Test("no digit depends on the size of the pieces", arguments: [1, 13, 40, 100, 1000])
  func pieces(count: Int) throws {
    let (stack, series) = frames(.float32)
    let plane = stack.planes(in: region)[0]
    let stored = ChannelRegion.stored(series, region)
    for limit in [Float.infinity, 123.4] {
      let found = try Moments(limit: limit) { body throws(ImagingError) in
        try stored.pass(pieceCount: count, body)
      }
      #expect(found == Moments(plane.values, limit: limit))
    }
    for q in [0, 0.1, 0.995, 1] {
      let found = try quantile(count: stored.count, q) { body throws(ImagingError) in
        try stored.pass(pieceCount: count, body)
      }
      #expect(found == quantile([plane], q))
    }
  }

  @Test("whole numbers of 16 bits need one pass for the same quantiles")
  func whole() throws {
    let (stack, series) = frames(.int16)
    let stored = [0, 1].map { ChannelRegion.stored(series, series.wholeFrame($0)) }
    #expect(stored[0].isSixteenBit && stored[1].isSixteenBit)
    let planes = [0, 1].map { stack.plane(frame: $0, channel: 0) }
    for q in [0, 0.01, 0.5, 0.777, 0.995, 1] {
      var passes = 0
      let found = try quantile(count: 2 * 23 * 17, q, isSixteenBit: true) {
        body throws(ImagingError) in
        passes += 1
        for region in stored { try region.pass(body) }
      }
      #expect(found == quantile(planes, q))
      #expect(try quantile(stored, q) == found)
      #expect(passes == 1)
    }
    let (_, floats) = frames(.float32)
    #expect(!ChannelRegion.stored(floats, region).isSixteenBit)
  }

  @Test("statistics of a training part are those of the same part in memory")
  func normalisation() throws {
    let first = frames(.float32)
    var shifted = first.stack
    shifted.pixels = shifted.pixels.map { 3 * $0 + 1e5 }
    var raised = first.stack
    raised.pixels = raised.pixels.map { $0 + 6e4 }
    let series = [FrameSeries(raised), FrameSeries(shifted)]
    let regions = [region, FrameRegion(frame: 0, height: 23, width: 17)]
    for background in [0, 0.3] {
      let options = NormalisationOptions(
        clipQuantile: 0.9, clipPerChannel: background > 0, backgroundQuantile: background,
        clipBackgroundToZero: true)
      let memory = try Normalisation(
        training: regions.map { region in
          [raised, shifted].map { $0.planes(in: region)[0] }
        }, options: options)
      let stored = try Normalisation(
        training: regions.map { region in series.map { .stored($0, region) } }, options: options)
      #expect(memory == stored)
    }
  }

  @Test("pixels that are not finite are refused with their place")
  func notFinite() {
    var stack = frames(.float32).stack
    stack.pixels[stack.planeCount + 5 * 17 + 4] = .nan
    let stored = ChannelRegion.stored(FrameSeries(stack), region)
    let error = #expect(throws: ImagingError.self) { try Moments(stored) }
    #expect(error?.description.contains("row 5, column 4") == true)
  }
}
