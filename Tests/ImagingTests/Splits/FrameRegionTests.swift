import Imaging
import Testing

@Suite("Frame regions")
struct FrameRegionTests {
  @Test("a rectangle of a plane")
  func crop() {
    let plane = ramp(height: 4, width: 5)
    let part = plane.cropped(row: 1, column: 2, height: 2, width: 3)
    #expect(part == Plane(height: 2, width: 3, values: [102, 103, 104, 202, 203, 204]))
    #expect(plane.cropped(row: 0, column: 0, height: 4, width: 5) == plane)
  }

  @Test("a region of a stack has all channels")
  func stack() {
    let stack = ImageStack(
      frames: 2, channels: 2, height: 2, width: 2, pixels: (0..<16).map(Float.init))
    let region = FrameRegion(frame: 1, row: 1, column: 0, height: 1, width: 2)
    #expect(stack.planes(in: region).map(\.values) == [[10, 11], [14, 15]])
    #expect(
      FrameRegion(frame: 1, height: 2, width: 2)
        == FrameRegion(frame: 1, row: 0, column: 0, height: 2, width: 2))
  }
}
