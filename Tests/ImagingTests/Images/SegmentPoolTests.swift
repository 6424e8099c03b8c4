import Foundation
import Imaging
import TestSupport
import Testing

@Suite("Sharing decoded pixels")
struct SegmentPoolTests {
  private func read(_ image: any ImageSource) throws {
    var values = [Float](repeating: 0, count: 20 * 1100)
    let region = PlaneRegion(row: 0, column: 0, height: 20, width: 1100)
    try image.read(region, of: PlaneIndex(), into: &values)
    for column in 0..<1100 {
      let expected = MadeImage.value(PlaneIndex(), row: 7, column: column)
      try #require(values[7 * 1100 + column] == Float(expected))
    }
  }

  @Test(
    "images of all forms together keep no more than the bound, and nothing once they are closed")
  func bound() throws {
    let folder = try TemporaryFolder()
    let image = MadeImage(ImageDescription(height: 1100, width: 1100, type: .uint16))
    let files = [
      folder.url.appendingPathComponent("a.ome.zarr"),
      folder.url.appendingPathComponent("b.ome.tif"),
    ]
    try ImageFile.sink(.omeZarr05, software: "test").write(image, to: files[0])
    try ImageFile.sink(.omeTIFF, compression: .zstd, software: "test").write(image, to: files[1])
    let mostBytes = 4 * 512 * 512 * 2
    let pool = SegmentPool(mostBytes: mostBytes)
    var options = ImageReadingOptions()
    options.pool = pool
    do {
      let images = try files.map { try ImageFile.image(in: $0, options) }
      for _ in 0..<3 {
        for image in images {
          try read(image)
          #expect(pool.byteCount > 0 && pool.byteCount <= mostBytes)
        }
      }
    }
    #expect(pool.byteCount == 0)
  }

  @Test("threads that read one chunk at once all get its pixels")
  func concurrent() async throws {
    let folder = try TemporaryFolder()
    let url = folder.url.appendingPathComponent("a.ome.zarr")
    let made = MadeImage(ImageDescription(height: 40, width: 1100, type: .uint16))
    try ImageFile.sink(.omeZarr05, software: "test").write(made, to: url)
    var options = ImageReadingOptions()
    options.pool = SegmentPool(mostBytes: 1 << 16)
    let image = try ImageFile.image(in: url, options)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<16 { group.addTask { for _ in 0..<20 { try self.read(image) } } }
      try await group.waitForAll()
    }
  }
}
