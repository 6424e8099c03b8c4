import Foundation
import Imaging
import TestSupport
import Testing

@Suite("Images with reduced levels made for them")
struct PyramidImageTests {
  private func stack(_ height: Int, _ width: Int, _ type: PixelType) -> ImageStack {
    ImageStack(
      frames: 2, channels: 2, height: height, width: width,
      pixels: noise(4 * height * width).map { $0.rounded() }, type: type)
  }

  @Test("levels are halves, rounded to the image's type", arguments: [PixelType.uint16, .float32])
  func levels(type: PixelType) throws {
    let folder = try TemporaryFolder()
    let stack = stack(30, 1101, type)
    let image = try PyramidImage(stack, scratch: folder.url, bandBytes: 10_000)
    #expect(image.description.levels.map(\.width) == [1101, 550, 275])
    #expect(image.description.levels.map(\.height) == [30, 15, 7])
    for (frame, channel) in [(0, 0), (1, 1)] {
      let plane = image.description.plane(frame: frame, channel: channel)
      var expected = stack.plane(frame: frame, channel: channel)
      for (level, size) in image.description.levels.enumerated() {
        if level > 0 { expected = expected.halved() }
        let whole = PlaneRegion(row: 0, column: 0, height: size.height, width: size.width)
        let found = try image.plane(whole, of: plane, level: level).values
        let values = type == .float32 ? expected.values : expected.values.map { $0.rounded() }
        #expect(found == values)
        let part = PlaneRegion(row: 2, column: 3, height: 4, width: 5)
        #expect(
          try image.plane(part, of: plane, level: level).values
            == (0..<20).map { values[(2 + $0 / 5) * size.width + 3 + $0 % 5] })
      }
    }
  }

  @Test("small images need none, large ones without levels do")
  func useful() throws {
    #expect(!PyramidImage.isUseful(for: ImageDescription(height: 2048, width: 9, type: .uint8)))
    let large = ImageDescription(height: 2049, width: 9, type: .uint8)
    #expect(PyramidImage.isUseful(for: large))
    var levelled = large
    levelled.levels.append(ImageDescription.Level(height: 1024, width: 4))
    #expect(!PyramidImage.isUseful(for: levelled))
    let folder = try TemporaryFolder()
    let small = try PyramidImage(stack(20, 512, .uint8), scratch: folder.url)
    #expect(small.description.levels.count == 1)
  }

  @Test("a pixel that is not finite spoils its surroundings only")
  func notFinite() throws {
    let folder = try TemporaryFolder()
    var stack = stack(600, 20, .float32)
    stack.pixels[0] = .nan
    let image = try PyramidImage(stack, scratch: folder.url)
    var values = [Float](repeating: 0, count: 300 * 10)
    values.withUnsafeMutableBytes { bytes in
      guard let base = bytes.baseAddress else { return }
      let level = PlaneRegion(row: 0, column: 0, height: 300, width: 10)
      #expect(throws: Never.self) {
        try image.read(level, of: PlaneIndex(), level: 1, into: base)
      }
    }
    #expect(values[0].isNaN)
    #expect(values.suffix(290 * 10).allSatisfy { (0...1000).contains($0) })
  }
}
