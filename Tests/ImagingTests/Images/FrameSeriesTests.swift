import Imaging
import Testing

@Suite("Frames of one channel after each other")
struct FrameSeriesTests {
  /// Pixels that tell time point, slice and channel.
  private func stack(
    times: Int, slices: Int = 1, channels: Int = 2, height: Int = 3, first: Int = 0,
    type: PixelType = .uint16
  ) -> ImageStack {
    let frames = times * slices
    let pixels = (0..<frames * channels).flatMap { plane in
      (0..<height * 4).map { Float(first + plane / channels * 100 + plane % channels * 10000 + $0) }
    }
    var stack = ImageStack(
      frames: frames, channels: channels, height: height, width: 4, pixels: pixels, type: type)
    stack.slices = slices
    return stack
  }

  @Test("slices go through each time point, images follow each other")
  func order() throws {
    let series = try FrameSeries(
      [stack(times: 2, slices: 2), stack(times: 1, first: 400), stack(times: 2, first: 500)],
      channel: 1)
    #expect(series.frames == 7 && series.height == 3 && series.width == 4)
    #expect(series.isSixteenBit)
    for frame in 0..<7 {
      let plane = try series.plane(frame: frame)
      #expect(plane.values == (0..<12).map { Float(10000 + frame * 100 + $0) })
    }
    let region = FrameRegion(frame: 5, row: 1, column: 2, height: 2, width: 1)
    #expect(try series.plane(region).values == [10506, 10510])
    let chosen = try series.stack(frames: [6, 0])
    #expect(chosen.frames == 2 && chosen.channels == 1)
    #expect(chosen.pixels[0] == 10600 && chosen.pixels[12] == 10000)
    #expect(try series.stack().frames == 7)
  }

  @Test("slices are those of all images, the time step that of the only one")
  func layout() throws {
    var (first, second) = (stack(times: 2, slices: 2), stack(times: 1, slices: 2))
    first.timeStep = 3
    second.timeStep = 3
    let both = try FrameSeries([first, second], channel: 1)
    #expect(both.slices == 2 && both.timeStep == nil && !both.axesAreAssumed)
    #expect(try FrameSeries([first], channel: 1).timeStep == 3)
    #expect(try FrameSeries([first, stack(times: 1)], channel: 1).slices == 1)
  }

  @Test("a stack in memory keeps values that its type does not hold")
  func exact() throws {
    var values = stack(times: 1, channels: 1)
    values.pixels[3] = 0.25
    let series = FrameSeries(values)
    #expect(try series.plane(frame: 0).values == values.pixels)
    #expect(!series.isSixteenBit)
  }

  @Test("images of different sizes or without the channel are refused")
  func misfits() throws {
    let images = [stack(times: 1), stack(times: 1, height: 5)]
    let sizes = #expect(throws: ImagingError.self) { try FrameSeries(images) }
    #expect(sizes?.description.contains("5 × 4 pixels") == true)
    #expect(sizes?.description.contains("has 3 × 4") == true)
    let channel = #expect(throws: ImagingError.self) {
      try FrameSeries([stack(times: 1)], channel: 2)
    }
    #expect(channel?.description.contains("no channel 2") == true)
  }
}
