import Foundation
import Imaging
import TestSupport
import Testing

@Suite("Metadata of TIFF files")
final class TIFFMetadataTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func read(pages: Int, _ description: String) throws -> ImageStack {
    try ImageStack(
      contentsOf: try TIFFBytes(pages: pages, description: description).write(in: folder.url))
  }

  private func refusal(pages: Int, _ description: String) throws -> ImagingError? {
    let url = try TIFFBytes(pages: pages, description: description).write(in: folder.url)
    return #expect(throws: ImagingError.self) { try ImageStack(contentsOf: url) }
  }

  /// The page, from 0, that a plane was read from.
  private func page(_ stack: ImageStack, _ frame: Int, _ channel: Int) -> Int {
    Int(stack.plane(frame: frame, channel: channel)[0, 0]) / 10
  }

  @Test("ImageJ's channels are the fastest, and slices and frames become frames")
  func hyperstack() throws {
    let stack = try read(
      pages: 12, "ImageJ=1.53t\nimages=12\nchannels=2\nslices=3\nframes=2\nhyperstack=true\n")
    #expect(stack.counts == [6, 2])
    #expect(stack.axes == "TZCYX")
    #expect(page(stack, 1, 0) == 2)
    #expect(page(stack, 4, 1) == 9)
  }

  @Test("ImageJ's stack of images only is frames, also as channels where asked for")
  func imagejStack() throws {
    let text = "ImageJ=1.53t\nimages=4\nslices=4\n"
    #expect(try read(pages: 4, text).axes == "ZYX")
    let url = try TIFFBytes(pages: 4, description: text).write(in: folder.url)
    let stack = try ImageStack(
      contentsOf: url, ImageReadingOptions(axes: try AxesReading("TC2YX")))
    #expect(stack.counts == [2, 2])
  }

  @Test("ImageJ's counts that contradict each other or the pages are refused with both numbers")
  func contradictions() throws {
    let counts = try refusal(pages: 4, "ImageJ=1.53t\nimages=4\nchannels=3\n")
    #expect(counts?.kind == .ambiguous)
    #expect(counts?.description.contains("3 channels") == true)
    let missing = try refusal(pages: 4, "ImageJ=1.53t\nimages=6\nchannels=3\nframes=2\n")
    #expect(missing?.kind == .truncated)
    #expect(missing?.description.contains("6 planes, but it holds 4") == true)
    let endless = "ImageJ=1.5\nimages=\(Int.max)\nslices=\(Int.max)\n"
    #expect(try refusal(pages: 1, endless) != nil)
    #expect(try refusal(pages: 2, "ImageJ=1.5\nchannels=-2\nimages=2\n") != nil)
  }

  @Test("planes that follow one directory are read", arguments: [false, true])
  func oneDirectory(isBigEndian: Bool) throws {
    var page = TIFFBytes.Page(bits: 16, values: (0..<18).map { UInt64($0) })
    page.description = "ImageJ=1.53t\nimages=3\nframes=3\n"
    let stack = try ImageStack(
      contentsOf:
        try TIFFBytes([page], isBigEndian: isBigEndian).write(in: folder.url))
    #expect(stack.frames == 3)
    #expect(stack.plane(frame: 2, channel: 0).values == [12, 13, 14, 15, 16, 17])
  }

  @Test(
    "units of length are known in ImageJ's spellings",
    arguments: [
      ("um", "micrometer"), ("\u{b5}m", "micrometer"), ("\u{3bc}m", "micrometer"),
      ("\\u00B5m", "micrometer"), ("micron", "micrometer"), ("microns", "micrometer"),
      ("nm", "nanometer"), ("mm", "millimeter"), ("inch", nil), ("pixel", nil), ("", nil),
    ])
  func units(spelling: String, name: String?) throws {
    var page = TIFFBytes.Page(resolution: (perUnit: 4, unit: 1))
    page.description = "ImageJ=1.53t\nunit=\(spelling)\n"
    let stack = try ImageStack(contentsOf: try TIFFBytes([page]).write(in: folder.url))
    #expect(stack.pixelSize == name.map { PixelSize(width: 0.25, height: 0.25, unit: $0) })
  }

  @Test("a plain file's resolution is a pixel size only where it is a microscope's")
  func plainResolution() throws {
    func size(_ perUnit: Int, _ unit: Int) throws -> PixelSize? {
      let page = TIFFBytes.Page(resolution: (perUnit, unit))
      return try TIFF.images(try TIFFBytes([page]).write(in: folder.url))[0].description.pixelSize
    }
    #expect(try size(72, 2) == nil)
    #expect(try size(300, 2) == nil)
    #expect(try size(118, 3) == nil)
    #expect(try size(20, 3) == nil)
    #expect(
      try size(50_000, 3) == PixelSize(width: 0.2, height: 0.2, unit: "micrometer"))
  }

  @Test("tifffile's shape and axes are used")
  func shaped() throws {
    let stack = try read(pages: 6, #"{"shape": [2, 3, 2, 3], "axes": "CTYX"}"#)
    #expect(stack.counts == [3, 2])
    #expect(stack.axes == "CTYX")
    #expect(page(stack, 2, 1) == 5)
    let error = try refusal(pages: 6, #"{"shape": [2, 3, 2, 3]}"#)
    #expect(error?.kind == .ambiguous)
    #expect(error?.description.contains("--axes") == true)
    #expect(try read(pages: 2, #"{"shape": [1, 2], "axes": 7}"#).frames == 2)
  }

  private func ome(_ pixels: String, _ content: String = "<TiffData/>") -> String {
    """
    <?xml version="1.0"?><!-- <Image> --><OME xmlns="x"><Image ID="Image:0">
    <Pixels \(pixels)>\(content)</Pixels></Image></OME>
    """
  }

  @Test("OME's order, names and pixel size are used")
  func omeImage() throws {
    let stack = try read(
      pages: 6,
      ome(
        """
        DimensionOrder="XYTCZ" SizeC="2" SizeZ="1" SizeT="3" PhysicalSizeX="65" \
        PhysicalSizeXUnit="nm" PhysicalSizeY="65" PhysicalSizeYUnit="nm"
        """, #"<Channel Name="F-actin &amp; x"/><Channel Name='&#181;'/><TiffData/>"#))
    #expect(stack.counts == [3, 2])
    #expect(stack.axes == "CTYX")
    #expect(page(stack, 1, 1) == 4)
    #expect(stack.channelNames == ["F-actin & x", "µ"])
    #expect(stack.pixelSize == PixelSize(width: 65, height: 65, unit: "nanometer"))
  }

  @Test("OME's places of planes are used")
  func omePlaces() throws {
    let sizes = #"DimensionOrder="XYCZT" SizeC="2" SizeZ="1" SizeT="1""#
    let stack = try read(
      pages: 2, ome(sizes, #"<TiffData FirstC="1" IFD="0"/><TiffData FirstC="0" IFD="1"/>"#))
    #expect(page(stack, 0, 0) == 1)
    #expect(page(stack, 0, 1) == 0)
    #expect(try refusal(pages: 2, ome(sizes, #"<TiffData IFD="1"/>"#))?.kind == .mismatch)
    #expect(try refusal(pages: 2, ome(sizes, #"<TiffData FirstC="9"/>"#))?.kind == .mismatch)
  }

  @Test("OME's sizes that differ from the pages are refused with both numbers")
  func omeMismatch() throws {
    let error = try refusal(
      pages: 3, ome(#"DimensionOrder="XYCZT" SizeC="2" SizeZ="1" SizeT="2""#))
    #expect(error?.kind == .mismatch)
    #expect(error?.description.contains("2 channels × 1 slices × 2 time points") == true)
    #expect(error?.description.contains("3 pages") == true)
    #expect(try refusal(pages: 1, "<OME><Image><Pixels/></Image></OME>") != nil)
    #expect(try refusal(pages: 1, "<OME><BinaryOnly/></OME>")?.kind == .missing)
  }
}
