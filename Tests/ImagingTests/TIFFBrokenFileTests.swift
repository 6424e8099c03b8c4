import Foundation
import Imaging
import TestSupport
import Testing

@Suite("Refusing TIFF files")
final class TIFFBrokenFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// The error of reading a file, which has to name the file.
  private func refusal(_ url: URL) -> ImagingError? {
    let error = #expect(throws: ImagingError.self) { try ImageStack(contentsOf: url) }
    #expect(error?.description.contains(url.path) == true)
    return error
  }

  @Test("a missing file, a folder, an empty file and a text are refused")
  func notImages() throws {
    let url = folder.url.appendingPathComponent("a.tif")
    #expect(refusal(url)?.kind == .missing)
    #expect(refusal(folder.url)?.kind == .notAnImage)
    try Data().write(to: url)
    #expect(refusal(url)?.kind == .truncated)
    try Data("frames of actin".utf8).write(to: url)
    #expect(refusal(url)?.kind == .notAnImage)
  }

  @Test("a file cut off anywhere is refused")
  func truncated() throws {
    let whole = TIFFBytes(pages: 2).data
    let url = folder.url.appendingPathComponent("cut.tif")
    for count in 4..<whole.count {
      try whole.prefix(count).write(to: url)
      #expect(throws: ImagingError.self, "of \(whole.count) bytes, \(count)") {
        try ImageStack(contentsOf: url)
      }
    }
  }

  @Test("pixels cut off are told with page")
  func truncatedPixels() throws {
    var file = TIFFBytes(pages: 1)
    file.pages[0].height = 2000
    #expect(refusal(try file.write(in: folder.url))?.kind == .truncated)
  }

  @Test("a size that no file of these bytes can hold is refused before memory is taken")
  func absurdSize() throws {
    var file = TIFFBytes(pages: 1)
    file.pages[0].height = 2_000_000_000
    file.pages[0].width = 2_000_000_000
    #expect(refusal(try file.write(in: folder.url))?.kind == .truncated)
    file.pages[0].compression = 8
    #expect(refusal(try file.write(in: folder.url))?.kind == .truncated)
  }

  @Test("no pages, and pages that lead in a circle, are refused")
  func chains() throws {
    #expect(refusal(try TIFFBytes([]).write(in: folder.url)) != nil)
    var circle = TIFFBytes(pages: 2)
    let first = circle.data.dropFirst(4).prefix(4)
    circle.afterLast = first.reversed().reduce(0) { $0 << 8 | UInt32($1) }
    let error = refusal(try circle.write(in: folder.url))
    #expect(error?.description.contains("circle") == true)
  }

  @Test("broken packed data are refused")
  func brokenDeflate() throws {
    var file = TIFFBytes(pages: 1)
    file.pages[0].compression = 8
    let error = refusal(try file.write(in: folder.url))
    #expect(error?.kind == .truncated)
    #expect(error?.description.contains("page 1") == true)
  }

  @Test("a compression that nobody knows is refused")
  func unknownCompression() throws {
    var file = TIFFBytes(pages: 1)
    file.pages[0].compression = 4711
    #expect(refusal(try file.write(in: folder.url)) != nil)
  }

  @Test("pages of different sizes are refused with both sizes")
  func differentSizes() throws {
    var file = TIFFBytes(pages: 3)
    file.pages[2].height = 3
    file.pages[2].width = 2
    let error = refusal(try file.write(in: folder.url))
    #expect(error?.kind == .mismatch)
    #expect(error?.description.contains("pages 1 and 3") == true)
    #expect(error?.description.contains("2 × 3 and 3 × 2") == true)
  }

  @Test("pages of different types are refused with both types")
  func differentTypes() throws {
    var file = TIFFBytes(pages: 2)
    file.pages[1].bits = 16
    let error = refusal(try file.write(in: folder.url))
    #expect(error?.kind == .mismatch)
    #expect(error?.description.contains("uint16") == true)
  }

  @Test("a picture in colour is refused with advice")
  func color() throws {
    let page = TIFFBytes.Page(
      width: 2, samples: 3, photometric: 2, values: [UInt64](repeating: 7, count: 12))
    let url = try TIFFBytes([page]).write(in: folder.url)
    let error = refusal(url)
    #expect(error?.kind == .unsupported)
    #expect(error?.description.contains("is an RGB picture, a grey image is meant") == true)
  }

  @Test("palette pictures and odd numbers of bits are refused")
  func strangeKinds() throws {
    let palette = TIFFBytes.Page(photometric: 3, hasColorMap: true)
    #expect(refusal(try TIFFBytes([palette]).write(in: folder.url)) != nil)
    let wide = TIFFBytes.Page(bits: 64, format: 1)
    let error = refusal(try TIFFBytes([wide]).write(in: folder.url))
    #expect(error?.description.contains("64-bit unsigned integer") == true)
  }

  @Test("values that are not finite are refused with their number and the first place")
  func notFinite() throws {
    var values = [UInt64](repeating: 0, count: 6)
    let first = TIFFBytes.Page(bits: 32, format: 3, values: values)
    values[4] = UInt64(Float.nan.bitPattern)
    values[5] = UInt64(Float.infinity.bitPattern)
    let second = TIFFBytes.Page(bits: 32, format: 3, values: values)
    let error = refusal(try TIFFBytes([first, second]).write(in: folder.url))
    #expect(error?.kind == .invalidPixels)
    #expect(error?.description.contains("2 of 6 pixels") == true)
    #expect(
      error?.description.contains("time point 1, slice 0, channel 0, row 1, column 1") == true)
  }
}
