import Foundation
import Imaging
import TestSupport
import Testing

@Suite("Zoomed-out copies of many frames")
struct StoredPyramidsTests {
  private let planes = [3, 5].map { seed in
    Plane(height: 37, width: 22, values: noise(37 * 22).map { $0 * Float(seed) })
  }

  private func rows(_ plane: Plane, _ rows: Range<Int>) -> [Float] {
    Array(plane.values[rows.lowerBound * plane.width..<rows.upperBound * plane.width])
  }

  @Test("they are those of the pyramid in memory, bit for bit, whatever the order of the frames")
  func same() throws {
    let folder = try TemporaryFolder()
    let size = ImageDescription.Level(height: 37, width: 22)
    let stored = try StoredPyramids(in: folder.url, frames: 2, size: size, contexts: 3)
    for frame in [1, 0] {
      #expect(!stored.has(frame))
      try stored.add(frame, bandBytes: 2000) { rows(planes[frame], $0) }
      #expect(stored.has(frame))
    }
    for (frame, plane) in planes.enumerated() {
      let pyramid = ContextPyramid(plane, contexts: 3)
      for scale in 1...3 {
        let expected = pyramid.scales[scale]
        let level = stored.size(scale: scale)
        #expect(level.height == expected.height && level.width == expected.width)
        let whole = PlaneRegion(row: 0, column: 0, height: level.height, width: level.width)
        #expect(try stored.read(whole, frame: frame, scale: scale) == expected.values)
        let part = PlaneRegion(row: 1, column: 1, height: 2, width: 1)
        let cropped = expected.cropped(row: 1, column: 1, height: 2, width: 1)
        #expect(try stored.read(part, frame: frame, scale: scale) == cropped.values)
      }
    }
  }

  @Test("they leave nothing behind, and say where they cannot be kept")
  func files() throws {
    let folder = try TemporaryFolder()
    let size = ImageDescription.Level(height: 37, width: 22)
    do {
      let stored = try StoredPyramids(in: folder.url, frames: 1, size: size, contexts: 1)
      try stored.add(0, bandBytes: 1 << 20) { rows(planes[0], $0) }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).count == 1)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).isEmpty)
    let missing = folder.url.appendingPathComponent("missing")
    let error = #expect(throws: ImagingError.self) {
      try StoredPyramids(in: missing, frames: 1, size: size, contexts: 1)
    }
    #expect(error?.description.contains(missing.path) == true)
    let many = #expect(throws: ImagingError.self) {
      try StoredPyramids(in: folder.url, frames: .max / 8, size: size, contexts: 1)
    }
    #expect(many?.kind == .unsupported)
  }
}
