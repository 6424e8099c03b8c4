import Foundation
import Imaging
import TestSupport
import Testing

@Suite("Writing OME-TIFF")
final class TIFFWritingOMETests {
  private let folder: TemporaryFolder
  private let sink = OMETIFFSink(software: "usplit 1.0")

  init() throws { folder = try TemporaryFolder() }

  private var url: URL { folder.url.appendingPathComponent("out.ome.tif") }

  private var description: ImageDescription {
    ImageDescription(
      times: 2,
      channels: [
        ImageChannel(name: "F-actin", color: RGBColor(0, 255, 0)),
        ImageChannel(name: "µ & <tubulin>", color: RGBColor(255, 0, 128)), ImageChannel(),
      ],
      slices: 4, height: 5, width: 7, type: .uint16,
      pixelSize: PixelSize(width: 0.065, height: 0.13, depth: 0.5, unit: "micrometer"),
      timeStep: 2.5, name: "a \"cell\"\n\u{1}",
      provenance: [.init("usplit_model", "a<b>&c"), .init("images", "7")])
  }

  private func written(_ description: ImageDescription) throws -> WrittenTIFF {
    try sink.write(MadeImage(description), to: url, overwrite: true)
    return try WrittenTIFF(url)
  }

  @Test("the first page tells axes, sizes, channels and provenance, in the schema's order")
  func text() throws {
    let file = try written(description)
    let text = file.pages[0].text(270)
    let parts = [
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>", "<!-- Warning: this comment is OME-XML",
      "<OME xmlns=\"http://www.openmicroscopy.org/Schemas/OME/2016-06\"", "UUID=\"urn:uuid:",
      "Creator=\"usplit 1.0\">", "<Image ID=\"Image:0\" Name=\"a &quot;cell&quot;&#10;\u{fffd}\">",
      "<Pixels ID=\"Pixels:0\" DimensionOrder=\"XYZCT\" Type=\"uint16\" BigEndian=\"false\" "
        + "SizeX=\"7\" SizeY=\"5\" SizeZ=\"4\" SizeC=\"3\" SizeT=\"2\" PhysicalSizeX=\"0.065\" "
        + "PhysicalSizeXUnit=\"µm\" PhysicalSizeY=\"0.13\" PhysicalSizeYUnit=\"µm\" "
        + "PhysicalSizeZ=\"0.5\" PhysicalSizeZUnit=\"µm\" TimeIncrement=\"2.5\" "
        + "TimeIncrementUnit=\"s\">",
      "<Channel ID=\"Channel:0:0\" Name=\"F-actin\" Color=\"16711935\" SamplesPerPixel=\"1\"/>",
      "<Channel ID=\"Channel:0:1\" Name=\"µ &amp; &lt;tubulin&gt;\" Color=\"-16744193\" ",
      "<Channel ID=\"Channel:0:2\" SamplesPerPixel=\"1\"/>",
      "<TiffData IFD=\"0\" PlaneCount=\"24\"/>", "</Pixels>",
      "<AnnotationRef ID=\"Annotation:0\"/>",
      "</Image>", "<StructuredAnnotations>",
      "<MapAnnotation ID=\"Annotation:0\" Namespace=\"usplit\">",
      "<Value><M K=\"usplit_model\">a&lt;b&gt;&amp;c</M><M K=\"images\">7</M></Value>",
      "</MapAnnotation>", "</StructuredAnnotations>", "</OME>",
    ]
    var rest = text[...]
    for part in parts {
      let range = try #require(rest.range(of: part), "\(part) in \(rest)")
      rest = rest[range.upperBound...]
    }
    #expect(rest.isEmpty)
    #expect(file.pages.count == 24)
    #expect(file.pages.dropFirst().allSatisfy { $0.fields[270] == nil })
    #expect(file.pages[0].text(305) == "usplit 1.0")
    #expect(file.pages.allSatisfy { $0[296] == 3 })
    #expect(abs(file.pages[0].fraction(282) * 0.065 / 1e4 - 1) < 1e-6)
    #expect(abs(file.pages[0].fraction(283) * 0.13 / 1e4 - 1) < 1e-6)
  }

  @Test("what is not known is left out")
  func unknown() throws {
    func text(_ size: PixelSize?) throws -> String {
      let file = try written(
        ImageDescription(height: 2, width: 2, type: .uint8, pixelSize: size, timeStep: nil))
      if size == nil { #expect(file.pages[0].fields[282] == nil) }
      return file.pages[0].text(270)
    }
    let plain = try text(nil)
    for word in ["Physical", "Increment", "Annotation", "Name=", "Color="] {
      #expect(!plain.contains(word))
    }
    #expect(try !text(PixelSize(width: 1, height: 1, unit: "pixel")).contains("Physical"))
    #expect(try !text(PixelSize(width: .nan, height: 1, unit: "meter")).contains("Physical"))
    let angstroms = try text(PixelSize(width: 2, height: 2, depth: 0, unit: "angstrom"))
    #expect(angstroms.contains("PhysicalSizeXUnit=\"Å\""))
    #expect(!angstroms.contains("PhysicalSizeZ"))
  }

  @Test(
    "planes keep the order of the image's axes",
    arguments: [
      ("TCZYX", "XYZCT"), ("TZCYX", "XYCZT"), ("CTZYX", "XYZTC"), ("CZTYX", "XYTZC"),
      ("ZTCYX", "XYCTZ"), ("ZCTYX", "XYTCZ"),
    ])
  func order(axes: String, name: String) throws {
    var image = description
    image.axes = axes.compactMap(Axis.init)
    image.type = .uint8
    let file = try written(image)
    #expect(file.pages[0].text(270).contains("DimensionOrder=\"\(name)\""))
    let stack = try ImageStack(contentsOf: url)
    #expect(stack.frames == 8 && stack.channels == 3)
    for frame in 0..<8 {
      for channel in 0..<3 {
        let expected = MadeImage.value(
          image.plane(frame: frame, channel: channel), row: 4, column: 6)
        #expect(stack.plane(frame: frame, channel: channel).values.last == Float(expected))
      }
    }
  }

  @Test(
    "large pages are tiled and come back in every type and compression",
    arguments: PixelType.allCases, TIFF.Compression.allCases)
  func tiles(type: PixelType, compression: TIFF.Compression) throws {
    let image = MadeImage(ImageDescription(height: 600, width: 530, type: type))
    try OMETIFFSink(compression: compression, software: "usplit").write(image, to: url)
    let page = try WrittenTIFF(url).pages[0]
    #expect(page[322] == 512 && page[323] == 512)
    #expect(page.fields[324]?.count == 4)
    let packs = compression != .none
    #expect(page[317] == (packs ? type.isFloatingPoint ? 3 : 2 : -1))
    let stack = try ImageStack(contentsOf: url)
    #expect(stack.type == (type == .float16 ? .float32 : type))
    let plane = stack.plane(frame: 0, channel: 0)
    for (row, column) in [(0, 0), (511, 511), (511, 512), (512, 511), (599, 529), (600 - 1, 0)] {
      let value = MadeImage.value(PlaneIndex(), row: row, column: column)
      let expected = type == .float16 ? [1, -2][value % 2] : Float(value)
      #expect(plane[row, column] == expected)
    }
    #expect(image.largestRegion <= 512 * 530)
  }

  @Test("narrow pages have narrow tiles, small ones a single strip")
  func segments() throws {
    func page(_ height: Int, _ width: Int) throws -> WrittenTIFF.Directory {
      try written(ImageDescription(height: height, width: width, type: .uint8)).pages[0]
    }
    let narrow = try page(600, 17)
    #expect(narrow[322] == 32 && narrow[323] == 512)
    let low = try page(3, 2000)
    #expect(low[322] == 512 && low[323] == 16)
    let small = try page(512, 512)
    #expect(small[322] == -1 && small.fields[273]?.count == 1)
  }

  @Test("levels of a pyramid are reduced copies of every page, the largest first")
  func pyramid() throws {
    let image = ImageDescription(
      channels: [ImageChannel(), ImageChannel()], height: 600, width: 40, type: .uint8,
      levels: [
        .init(height: 600, width: 40), .init(height: 300, width: 20), .init(height: 150, width: 10),
      ])
    try OMETIFFSink(compression: .none, software: "usplit").write(MadeImage(image), to: url)
    let file = try WrittenTIFF(url)
    #expect(file.pages.count == 2)
    for (channel, page) in file.pages.enumerated() {
      #expect(page[254] <= 0)
      #expect(page.reduced.map { [$0[254], $0[257], $0[256]] } == [[1, 300, 20], [1, 150, 10]])
      for (level, copy) in page.reduced.enumerated() {
        let pixels = (0..<copy[257] * copy[256]).map {
          UInt8(
            MadeImage.value(
              PlaneIndex(channel: channel), level: level + 1, row: $0 / copy[256],
              column: $0 % copy[256]))
        }
        #expect(file.pixels(copy) == pixels)
        #expect(copy.fields[270] == nil)
      }
    }
    #expect(try ImageStack(contentsOf: url).counts == [1, 2])
  }

  @Test("progress rises to 1, with a call for every row of tiles")
  func progress() throws {
    var shares: [Double] = []
    let image = MadeImage(
      ImageDescription(slices: 2, height: 1100, width: 20, type: .uint8))
    try sink.write(image, to: url, overwrite: false) { share in shares.append(share) }
    #expect(shares.count == 6)
    #expect(shares == shares.sorted() && shares.last == 1)
  }

  @Test("a failing read and a progress that throws leave nothing", arguments: [true, false])
  func failing(read: Bool) throws {
    let image = MadeImage(
      ImageDescription(slices: 3, height: 600, width: 20, type: .uint8),
      readsBeforeFailure: read ? 2 : .max)
    let error = #expect(throws: ImagingError.self) {
      try sink.write(image, to: url, overwrite: false) { share throws(ImagingError) in
        if share > 0.5 { throw ImagingError(.mismatch, "stopped") }
      }
    }
    #expect(error?.kind == (read ? .truncated : .mismatch))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == [])
  }

  @Test(
    "planes larger or more than TIFF takes are refused",
    arguments: [
      ImageDescription(height: 1 << 32, width: 1 << 31, type: .uint8),
      ImageDescription(times: 1 << 21, height: 1, width: 1, type: .uint8),
    ])
  func tooLarge(description: ImageDescription) throws {
    let image = MadeImage(description)
    let error = #expect(throws: ImagingError.self) { try sink.write(image, to: url) }
    #expect(error?.kind == .unsupported)
    #expect(error?.description.contains("OME-Zarr") == true)
  }

  @Test("a file that is there stays unless told otherwise")
  func overwriting() throws {
    try Data("precious".utf8).write(to: url)
    let image = MadeImage(ImageDescription(height: 2, width: 2, type: .uint8))
    let error = #expect(throws: ImagingError.self) { try sink.write(image, to: url) }
    #expect(error?.kind == .exists)
    #expect(try Data(contentsOf: url) == Data("precious".utf8))
    try sink.write(image, to: url, overwrite: true)
    #expect(try ImageStack(contentsOf: url).counts == [1, 1])
  }

  @Test("16-bit floating point and sizes in no unit of length are told to be lost")
  func losses() {
    let image = ImageDescription(
      height: 2, width: 2, type: .float16,
      pixelSize: PixelSize(width: 1, height: 1, unit: "pixel"))
    let losses = OMETIFFSink(software: "usplit").losses(of: image)
    #expect(losses.count == 2)
    #expect(losses[0].contains("float32") && losses[1].contains("pixel size"))
  }

  @Test("planes that are too large are refused with advice, before they are written")
  func obstacle() {
    let image = ImageDescription(height: 1 << 40, width: 2, type: .uint8)
    let obstacle = OMETIFFSink(software: "usplit").obstacle(to: image)
    #expect(obstacle?.advice == "write it as OME-Zarr")
  }
}
