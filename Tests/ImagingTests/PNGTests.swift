import Foundation
import Imaging
import TestSupport
import Testing

@Suite("PNG files")
final class PNGTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private var url: URL { folder.url.appendingPathComponent("picture.png") }

  @Test("a picture in colour comes back as it was")
  func color() throws {
    let picture = RGBImage(height: 4, width: 5, bytes: (0..<60).map { UInt8($0 * 4) })
    try PNG.write(picture, to: url)
    #expect(try PNG.read(url) == picture)
  }

  @Test("a grey picture comes back with equal parts, and replaces what was there")
  func gray() throws {
    try PNG.write(RGBImage(height: 1, width: 1, color: RGBColor(1, 2, 3)), to: url)
    try PNG.write(gray: [0, 100, 255, 7], height: 2, width: 2, to: url)
    let picture = try PNG.read(url)
    #expect(picture.bytes == [0, 0, 0, 100, 100, 100, 255, 255, 255, 7, 7, 7])
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["picture.png"])
  }

  @Test("missing and broken files, and folders that are not there, are refused")
  func refusals() throws {
    #expect(throws: ImagingError.self) { try PNG.read(url) }
    try Data("no picture".utf8).write(to: url)
    let error = #expect(throws: ImagingError.self) { try PNG.read(url) }
    #expect(error?.kind == .notAnImage)
    let missing = folder.url.appendingPathComponent("none/a.png")
    let unwritable = #expect(throws: ImagingError.self) {
      try PNG.write(gray: [1], height: 1, width: 1, to: missing)
    }
    #expect(unwritable?.kind == .unwritable)
  }
}
