import Foundation
import Imaging
import TestSupport
import Testing

@Suite("Reading TIFF files")
final class TIFFReadingTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test("pages of a plain stack are frames")
  func plainStack() throws {
    let url = try TIFFBytes(pages: 3).write(in: folder.url)
    let stack = try ImageStack(contentsOf: url)
    #expect(stack.counts == [3, 1])
    #expect((stack.height, stack.width) == (2, 3))
    #expect(stack.axes == "TYX")
    #expect(stack.type == .uint8)
    #expect(stack.channelNames == [nil])
    #expect(stack.pixelSize == nil)
    #expect(stack.plane(frame: 2, channel: 0).values == [20, 21, 22, 23, 24, 25])
  }

  @Test("the description says what reading gives")
  func summary() throws {
    let url = try TIFFBytes(pages: 3, description: "a note").write(in: folder.url)
    let image = try TIFF.images(url)[0].description
    #expect((image.times, image.slices, image.channels.count) == (3, 1, 1))
    #expect((image.height, image.width) == (2, 3))
    #expect(image.type == .uint8)
    #expect(image.axesText == "TYX")
    #expect(image.axesAreAssumed)
    #expect(image.format == .tiff)
  }

  @Test("numbers with the high byte first are read", arguments: [16, 32])
  func bigEndian(bits: Int) throws {
    let page = TIFFBytes.Page(bits: bits, values: [1, 256, 770, 4, 5, 65535])
    let big = try TIFFBytes([page], isBigEndian: true).write("big.tif", in: folder.url)
    let little = try TIFFBytes([page]).write("little.tif", in: folder.url)
    #expect(try ImageStack(contentsOf: big).pixels == [1, 256, 770, 4, 5, 65535])
    #expect(try ImageStack(contentsOf: little).pixels == [1, 256, 770, 4, 5, 65535])
  }

  @Test("16-bit floating point is read exactly")
  func halfPrecision() throws {
    // 1, -2, 65504 (the largest), 2^-24 (the smallest), -0.5, 0
    let patterns: [UInt64] = [0x3c00, 0xc000, 0x7bff, 0x0001, 0xb800, 0]
    let page = TIFFBytes.Page(bits: 16, format: 3, values: patterns)
    let stack = try ImageStack(contentsOf: try TIFFBytes([page]).write(in: folder.url))
    #expect(stack.pixels == [1, -2, 65504, 0x1p-24, -0.5, 0])
    #expect(stack.type == .float16)
  }

  @Test("several samples per pixel are channels")
  func samples() throws {
    let page = TIFFBytes.Page(
      width: 2, bits: 16, samples: 4, values: (0..<16).map { UInt64($0) })
    let stack = try ImageStack(contentsOf: try TIFFBytes([page, page]).write(in: folder.url))
    #expect(stack.counts == [2, 4])
    #expect(stack.axes == "TYXC")
    #expect(stack.plane(frame: 1, channel: 3).values == [3, 7, 11, 15])
  }

  @Test("only the frames asked for are read")
  func someFrames() throws {
    let url = try TIFFBytes(pages: 5).write(in: folder.url)
    let stack = try ImageStack(contentsOf: url, frames: 2..<4)
    #expect(stack.frames == 2)
    #expect(stack.pixels == [20, 21, 22, 23, 24, 25, 30, 31, 32, 33, 34, 35])
  }

  @Test("frames that are not there are refused with both numbers")
  func noSuchFrames() throws {
    let url = try TIFFBytes(pages: 5).write(in: folder.url)
    let error = #expect(throws: ImagingError.self) {
      try ImageStack(contentsOf: url, frames: 3..<6)
    }
    #expect(error?.kind == .mismatch)
    #expect(error?.description.contains("5 frames") == true)
    #expect(error?.description.contains("3..<6") == true)
  }

  @Test("pages are channels where asked for")
  func channelsPerFrame() throws {
    let url = try TIFFBytes(pages: 6).write(in: folder.url)
    func read(_ axes: String) throws -> ImageStack {
      try ImageStack(contentsOf: url, ImageReadingOptions(axes: try AxesReading(axes)))
    }
    let stack = try read("TC2YX")
    #expect(stack.counts == [3, 2])
    #expect(stack.axes == "TCYX")
    #expect(stack.plane(frame: 1, channel: 1)[0, 0] == 30)
    #expect(try read("CYX").axes == "CYX")
    let error = #expect(throws: ImagingError.self) { try read("TC4YX") }
    #expect(error?.kind == .mismatch)
  }

  @Test("reduced copies of pages are left out")
  func thumbnails() throws {
    var pages = TIFFBytes(pages: 3).pages
    pages[1].subfileType = 1
    pages[1].height = 1
    pages[1].values = [9, 9, 9]
    let stack = try ImageStack(contentsOf: try TIFFBytes(pages).write(in: folder.url))
    #expect(stack.frames == 2)
    #expect(stack.plane(frame: 1, channel: 0)[0, 0] == 20)
  }
}
