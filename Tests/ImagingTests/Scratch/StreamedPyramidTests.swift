import Foundation
import Imaging
import TestSupport
import Testing

@Suite("Pyramids of images that are not in memory")
struct StreamedPyramidTests {
  static let sizes = [
    (1, 1), (1, 9), (9, 1), (2, 2), (3, 3), (5, 4), (4, 7), (7, 5), (33, 2), (2, 33), (64, 48),
    (61, 53), (100, 31),
  ]

  private func plane(_ height: Int, _ width: Int) -> Plane {
    Plane(height: height, width: width, values: noise(height * width).map { $0 / 7 - 30 })
  }

  @Test("scales are those of a pyramid in memory, bit for bit", arguments: sizes)
  func scales(height: Int, width: Int) throws {
    let folder = try TemporaryFolder()
    let plane = plane(height, width)
    let expected = ContextPyramid(plane, contexts: 5)
    for bandBytes in [0, 600, 1 << 20] {
      let streamed = try StreamedPyramid(
        image(of: plane), plane: PlaneIndex(), contexts: 5, scratch: folder.url,
        bandBytes: bandBytes)
      #expect(streamed.sizes == expected.sizes)
      for (scale, size) in streamed.sizes.enumerated() {
        let found = try streamed.rows(0..<size.height, scale: scale)
        #expect(
          bits(found) == bits(expected.scales[scale].values),
          "\(height) × \(width), scale \(scale), bands of \(bandBytes) bytes")
      }
    }
  }

  @Test("a constant with one outlier is clipped as in memory, signs of zero included")
  func clipping() throws {
    let folder = try TemporaryFolder()
    var plane = Plane(height: 37, width: 41, repeating: -0.1)
    plane[0, 0] = -0.0
    plane[36, 40] = 0
    plane[12, 13] = 3e38
    let streamed = try StreamedPyramid(
      image(of: plane), plane: PlaneIndex(), contexts: 3, scratch: folder.url, bandBytes: 0)
    for (scale, expected) in ContextPyramid(plane, contexts: 3).scales.enumerated() {
      let found = try streamed.rows(0..<expected.height, scale: scale)
      #expect(bits(found) == bits(expected.values))
    }
  }

  @Test("pixels are prepared before they are scaled")
  func prepared() throws {
    let folder = try TemporaryFolder()
    let plane = plane(20, 30)
    let streamed = try StreamedPyramid(
      image(of: plane), plane: PlaneIndex(), contexts: 2, scratch: folder.url, bandBytes: 0,
      prepare: { rows throws(ImagingError) in
        Plane(height: rows.height, width: rows.width, values: rows.values.map { min(2 * $0, 50) })
      })
    let whole = Plane(height: 20, width: 30, values: plane.values.map { min(2 * $0, 50) })
    for (scale, expected) in ContextPyramid(whole, contexts: 2).scales.enumerated() {
      #expect(
        bits(try streamed.rows(0..<expected.height, scale: scale)) == bits(expected.values))
    }
  }

  @Test("the image is read once for all scales, a few rows at a time")
  func bounded() throws {
    let folder = try TemporaryFolder()
    let watched = WatchedImage(image(of: plane(500, 20)))
    var shares: [Double] = []
    let pyramid = try StreamedPyramid(
      watched, plane: PlaneIndex(), contexts: 4, scratch: folder.url, bandBytes: 4000
    ) { share throws(ImagingError) in shares.append(share) }
    #expect(watched.rows == 500)
    #expect(watched.mostRows <= 20)
    #expect(shares.first == 0 && shares.last == 1 && shares == shares.sorted())
    withExtendedLifetime(pyramid) {}
  }

  @Test("nothing stays on the disk")
  func cleaned() throws {
    let folder = try TemporaryFolder()
    do {
      let pyramid = try StreamedPyramid(
        image(of: plane(30, 30)), plane: PlaneIndex(), contexts: 2, scratch: folder.url,
        bandBytes: 0)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).count == 1)
      withExtendedLifetime(pyramid) {}
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).isEmpty)
  }

  @Test("pixels that are not finite are refused with their place")
  func notFinite() throws {
    let folder = try TemporaryFolder()
    var plane = plane(40, 40)
    plane[29, 7] = .nan
    #expect {
      _ = try StreamedPyramid(
        image(of: plane), plane: PlaneIndex(), contexts: 1, scratch: folder.url, bandBytes: 0)
    } throws: {
      "\($0)".contains("row 29") && "\($0)".contains("column 7")
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).isEmpty)
  }
}
