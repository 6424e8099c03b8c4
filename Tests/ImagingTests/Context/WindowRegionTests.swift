import Imaging
import Testing

@Suite("The part of a plane that a window shows")
struct WindowRegionTests {
  private let plane = Plane(height: 9, width: 7, values: noise(63))

  private func window(
    _ row: Int, _ column: Int, _ side: Int, _ padding: Padding
  ) -> (region: PlaneRegion?, values: [Float]) {
    let window = WindowRegion(
      row: row, column: column, side: side, height: 9, width: 7, padding: padding)
    let part =
      window.region.map {
        plane.cropped(row: $0.row, column: $0.column, height: $0.height, width: $0.width).values
      } ?? []
    var values = [Float](repeating: -1, count: side * side)
    values.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      window.copy(part, offset: 0.3, factor: 1.7, into: base)
    }
    return (window.region, values)
  }

  @Test(
    "windows are those of the whole plane, bit for bit, inside and outside",
    arguments: [Padding.reflect, .constant(0.25)])
  func windows(padding: Padding) {
    for side in [1, 4, 20] {
      for row in stride(from: -25, through: 30, by: 5) {
        for column in stride(from: -24, through: 28, by: 4) {
          var expected = [Float](repeating: -2, count: side * side)
          expected.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            plane.copyWindow(
              row: row, column: column, patch: side, padding: padding, offset: 0.3, factor: 1.7,
              into: base)
          }
          #expect(window(row, column, side, padding).values == expected)
        }
      }
    }
  }

  @Test("no more is read than the window shows")
  func least() {
    #expect(
      window(2, 1, 4, .reflect).region == PlaneRegion(row: 2, column: 1, height: 4, width: 4))
    #expect(
      window(-2, 5, 4, .reflect).region == PlaneRegion(row: 0, column: 4, height: 3, width: 3))
    #expect(
      window(-2, 5, 4, .constant(0)).region == PlaneRegion(row: 0, column: 5, height: 2, width: 2))
    #expect(window(-4, 0, 4, .constant(0)).region == nil)
    #expect(window(0, 7, 4, .constant(0)).region == nil)
  }
}
