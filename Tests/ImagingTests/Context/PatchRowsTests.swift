import Foundation
import Imaging
import TestSupport
import Testing

@Suite("Rows of patches")
struct PatchRowsTests {
  /// Pyramids that count what is read.
  private func windows(
    _ pyramid: ContextPyramid, patch: Int, padding: Padding, at places: [(row: Int, column: Int)]
  ) throws -> [[Float]] {
    var rows = PatchRows(of: pyramid, patch: patch, padding: padding)
    var result: [[Float]] = []
    for place in places {
      try rows.move(to: place.row)
      var window = [Float](repeating: .nan, count: pyramid.windowCount(patch: patch))
      window.withUnsafeMutableBufferPointer { buffer in
        guard let target = buffer.baseAddress else { return }
        rows.copyWindows(column: place.column, offset: 3, factor: 0.5, into: target)
      }
      result.append(window)
    }
    return result
  }

  @Test(
    "windows are those of a whole pyramid",
    arguments: StreamedPyramidTests.sizes, [Padding.reflect, .constant(7)])
  func same(size: (Int, Int), padding: Padding) throws {
    let (height, width) = size
    let plane = Plane(height: height, width: width, values: noise(height * width))
    let pyramid = ContextPyramid(plane, contexts: 4)
    for patch in [1, 8, 16] {
      // Down the image, far beyond it, and back.
      let starts = Array(stride(from: -2 * patch, to: height + 2 * patch, by: 3)) + [-50, 0, 3]
      let places = starts.flatMap { row in [-9, 0, width / 2, width + 5].map { (row, $0) } }
      let found = try windows(pyramid, patch: patch, padding: padding, at: places)
      for (window, place) in zip(found, places) {
        let expected = pyramid.windows(
          row: place.0, column: place.1, patch: patch, padding: padding, offset: 3, factor: 0.5)
        #expect(bits(window) == bits(expected), "\(size), patch \(patch) at \(place)")
      }
    }
  }

  @Test("each row is read once on the way down, and few are kept")
  func rows() throws {
    let folder = try TemporaryFolder()
    let plane = Plane(height: 400, width: 10, values: noise(4000))
    let watched = WatchedImage(image(of: plane))
    let pyramid = try StreamedPyramid(
      watched, plane: PlaneIndex(), contexts: 2, scratch: folder.url, bandBytes: 0)
    let before = watched.rows
    var rows = PatchRows(of: pyramid, patch: 32, padding: .reflect)
    for row in stride(from: -8, to: 384, by: 16) { try rows.move(to: row) }
    #expect(watched.rows - before == 400)
    #expect(watched.mostRows <= 32)
    #expect(PatchRows.byteCount(width: 10, patch: 32, contexts: 2) == 4 * 32 * (10 + 5 + 2))
    #expect(PatchRows.byteCount(width: .max, patch: 32, contexts: 2) == nil)
  }
}
