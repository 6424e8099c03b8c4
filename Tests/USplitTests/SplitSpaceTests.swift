import Imaging
import Testing
import USplit

@Suite("Room on the disk for a split")
struct SplitSpaceTests {
  private func result(_ height: Int, _ width: Int, times: Int = 1) -> ImageDescription {
    ImageDescription(
      times: times, channels: [ImageChannel(), ImageChannel()], height: height, width: width,
      type: .uint16)
  }

  @Test("is that of the pixels, twice, and of reduced copies")
  func bytes() throws {
    let small = try #require(SplitSpace(of: result(64, 32, times: 3), contexts: 0, hasLevels: true))
    #expect(small.result == 3 * 2 * 64 * 32 * 2 && small.scratch == small.result)
    let zoomed = try #require(SplitSpace(of: result(64, 32), contexts: 2, hasLevels: true))
    #expect(zoomed.scratch - zoomed.result == (32 * 16 + 16 * 8) * 4)
    let large = try #require(SplitSpace(of: result(4096, 1024), contexts: 1, hasLevels: true))
    let levels = 2 * (2048 * 512 + 1024 * 256 + 512 * 128)
    #expect(large.result == 2 * 2 * 4096 * 1024 + 2 * levels)
    #expect(large.scratch == 2 * 2 * 4096 * 1024 + 4 * levels)
    let flat = try #require(SplitSpace(of: result(4096, 1024), contexts: 0, hasLevels: false))
    #expect(flat.scratch == flat.result)
  }

  @Test("more bytes than can be counted are nil")
  func overflow() {
    #expect(SplitSpace(of: result(1 << 40, 1 << 40), contexts: 1, hasLevels: true) == nil)
  }
}
