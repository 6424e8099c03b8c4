import Imaging
import TestSupport
import Testing

@Suite("Context pyramid")
struct ContextPyramidTests {
  @Test("without contexts there is the image alone")
  func noContexts() {
    let plane = ramp(height: 6, width: 5)
    let pyramid = ContextPyramid(plane, contexts: 0)
    #expect(pyramid.scales == [plane])
    #expect(pyramid.windowCount(patch: 4) == 16)
  }

  @Test("each scale is the one before, halved")
  func scales() {
    let plane = Plane(height: 37, width: 50, values: noise(37 * 50))
    let pyramid = ContextPyramid(plane, contexts: 3)
    #expect(pyramid.scales.map(\.height) == [37, 18, 9, 4])
    #expect(pyramid.scales.map(\.width) == [50, 25, 12, 6])
    #expect(pyramid.scales[2] == plane.halved().halved())
  }

  @Test("a side of one pixel stays", arguments: [(1, 1), (1, 8), (5, 1), (2, 3)])
  func tiny(height: Int, width: Int) {
    let pyramid = ContextPyramid(ramp(height: height, width: width), contexts: 4)
    #expect(pyramid.scales.count == 5)
    #expect(pyramid.scales[4] == pyramid.scales[3] || max(height, width) > 8)
    #expect(pyramid.scales[4].height == 1 && pyramid.scales[4].width == 1)
    let windows = pyramid.windows(row: -3, column: 2, patch: 8, padding: .reflect)
    #expect(windows.count == 5 * 64)
    #expect(windows.allSatisfy { $0 >= 0 && $0 < Float(100 * height + width) })
  }

  @Test("windows keep the centre of the patch", arguments: [(0, 64), (-16, 64), (37, 64), (5, 7)])
  func windowStarts(start: Int, patch: Int) {
    var center = start + patch / 2
    for scale in 0..<5 {
      let expected = center - patch / 2
      #expect(ContextPyramid.windowStart(start, patch: patch, scale: scale) == expected)
      center = Int((Double(center) / 2).rounded(.down))
    }
  }

  @Test("the window of scale 0 is the patch")
  func inside() {
    let plane = ramp(height: 10, width: 12)
    let window = ContextPyramid(plane, contexts: 0).windows(
      row: 3, column: 5, patch: 4, padding: .constant(-1))
    #expect(window == plane.cropped(row: 3, column: 5, height: 4, width: 4).values)
  }

  @Test("beyond the border stands the padding", arguments: [-9, -5, -4, -1, 0, 1, 2, 3, 4, 9])
  func outside(start: Int) {
    let plane = ramp(height: 3, width: 4)
    let pyramid = ContextPyramid(plane, contexts: 0)
    let reflected = pyramid.windows(row: start, column: -start, patch: 5, padding: .reflect)
    let constant = pyramid.windows(row: start, column: -start, patch: 5, padding: .constant(-7))
    for y in 0..<5 {
      for x in 0..<5 {
        let (row, column) = (start + y, x - start)
        let inside = (0..<3).contains(row) && (0..<4).contains(column)
        let mirrored = plane[
          Padding.reflected(row, count: 3), Padding.reflected(column, count: 4)]
        #expect(reflected[y * 5 + x] == mirrored)
        #expect(constant[y * 5 + x] == (inside ? plane[row, column] : -7))
      }
    }
  }

  @Test("pixels and padding are normalised alike", arguments: [Padding.reflect, .constant(9)])
  func normalised(padding: Padding) {
    let pyramid = ContextPyramid(ramp(height: 6, width: 6), contexts: 2)
    let raw = pyramid.windows(row: -2, column: 3, patch: 6, padding: padding)
    let scaled = pyramid.windows(
      row: -2, column: 3, patch: 6, padding: padding, offset: 10, factor: 0.5)
    #expect(scaled == raw.map { ($0 - 10) * 0.5 })
  }

  @Test("scaling the mix equals mixing the scales")
  func linear() {
    let a = Plane(height: 33, width: 46, values: noise(33 * 46))
    let b = Plane(height: 33, width: 46, values: noise(33 * 46, seed: 5))
    let mix = ContextPyramid(mixed([a, b], weights: [0.5, 0.5]), contexts: 3)
    for (scale, (x, y)) in zip(
      mix.scales, zip(ContextPyramid(a, contexts: 3).scales, ContextPyramid(b, contexts: 3).scales))
    {
      #expect(relativeError(scale.values, mixed([x, y], weights: [0.5, 0.5]).values) < 1e-5)
    }
  }

  @Test("a window of a plane is cut without a pyramid")
  func planeWindow() {
    let plane = ramp(height: 5, width: 5)
    var window = [Float](repeating: 0, count: 9)
    window.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      plane.copyWindow(row: 4, column: -1, patch: 3, padding: .reflect, into: base)
    }
    #expect(window == [401, 400, 401, 301, 300, 301, 201, 200, 201])
  }
}
