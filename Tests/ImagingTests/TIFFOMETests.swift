import Foundation
import Imaging
import TestSupport
import Testing

@Suite("OME-XML in TIFF files")
final class TIFFOMETests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let sizes =
    #"SizeX="3" SizeY="2" Type="uint8" SizeC="2" SizeZ="1" SizeT="3""#

  private func xml(
    _ pixels: String = sizes, order: String = "XYCZT", _ content: String = "<TiffData/>",
    image: String = "", after: String = "", uuid: String? = nil
  ) -> String {
    """
    <?xml version="1.0" encoding="UTF-8"?>
    <OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06"\
    \(uuid.map { " UUID=\"\($0)\"" } ?? "")><Image ID="Image:0" Name="cell">
    <Pixels DimensionOrder="\(order)" \(pixels)>\(content)</Pixels>\(image)</Image>\(after)</OME>
    """
  }

  private func images(pages: Int, _ text: String) throws -> [TIFFImage] {
    try TIFF.images(try TIFFBytes(pages: pages, description: text).write(in: folder.url))
  }

  private func refusal(pages: Int, _ text: String) throws -> ImagingError? {
    #expect(throws: ImagingError.self) { try images(pages: pages, text) }
  }

  /// The page, from 0, that a plane was read from.
  private func page(
    _ image: TIFFImage, time: Int = 0, channel: Int = 0, slice: Int = 0
  ) throws -> Int {
    let index = PlaneIndex(time: time, channel: channel, slice: slice)
    return Int(try image.plane(index)[0, 0]) / 10
  }

  @Test(
    "all orders of dimensions are read",
    arguments: ["XYCZT", "XYCTZ", "XYZCT", "XYZTC", "XYTCZ", "XYTZC"])
  func orders(order: String) throws {
    let sizes: [Character: Int] = ["C": 2, "Z": 3, "T": 2]
    let image = try images(
      pages: 12, xml(#"SizeC="2" SizeZ="3" SizeT="2""#, order: order))[0]
    #expect(image.description.axesText == String(order.dropFirst(2).reversed()) + "YX")
    for time in 0..<2 {
      for channel in 0..<2 {
        for slice in 0..<3 {
          let place: [Character: Int] = ["C": channel, "Z": slice, "T": time]
          var (expected, stride) = (0, 1)
          for letter in order.dropFirst(2) {
            expected += (place[letter] ?? 0) * stride
            stride *= sizes[letter] ?? 1
          }
          #expect(try page(image, time: time, channel: channel, slice: slice) == expected)
        }
      }
    }
  }

  @Test(
    "all ways to place planes are read",
    arguments: [
      "", "<TiffData/>", #"<TiffData IFD="0" PlaneCount="6"/>"#, #"<TiffData PlaneCount="6"/>"#,
      #"<TiffData IFD="3" PlaneCount="3" FirstT="1" FirstC="1"/><TiffData PlaneCount="3"/>"#,
    ])
  func placesInOrder(content: String) throws {
    let image = try images(pages: 6, xml(Self.sizes, content))[0]
    #expect(image.description.name == "cell")
    #expect(try page(image, time: 2, channel: 1) == 5)
    #expect(try page(image, time: 1) == 2)
  }

  @Test("planes that are placed twice, outside, or on pages that are not there are refused")
  func wrongPlaces() throws {
    for content in [
      #"<TiffData/><TiffData IFD="1"/>"#, #"<TiffData IFD="6"/>"#,
      #"<TiffData IFD="0" PlaneCount="7"/>"#, #"<TiffData FirstT="3"/>"#,
      #"<TiffData IFD="9223372036854775807" PlaneCount="2"/>"#,
      #"<TiffData IFD="0" PlaneCount="5"/>"#, #"<TiffData IFD="-1"/>"#,
    ] {
      #expect(try refusal(pages: 6, xml(Self.sizes, content))?.kind == .mismatch)
    }
  }

  @Test("sizes and types that the pages do not have are refused")
  func disagreement() throws {
    let right = Self.sizes
    for (old, new) in [
      (#"SizeX="3""#, #"SizeX="4""#), (#"SizeY="2""#, #"SizeY="3""#), ("uint8", "uint16"),
      (#"SizeT="3""#, #"SizeT="4""#), (#"SizeC="2""#, #"SizeC="two""#),
      (#"SizeT="3""#, #"SizeT="9223372036854775807""#), (#"SizeZ="1""#, #"SizeZ="0""#),
    ] {
      let text = xml(right.replacingOccurrences(of: old, with: new))
      #expect(try refusal(pages: 6, text)?.kind == .mismatch, "\(new)")
    }
    #expect(try refusal(pages: 6, xml(order: "XYCCT"))?.kind == .mismatch)
  }

  @Test("pages that are in no image are told")
  func extraPages() throws {
    let image = try images(pages: 7, xml())[0]
    #expect(image.description.remarks.contains { $0.contains("1 of its 7 pages") })
  }

  @Test("units of length and time are brought together")
  func units() throws {
    let image = try images(
      pages: 6,
      xml(
        Self.sizes + #"""
           PhysicalSizeX="65" PhysicalSizeXUnit="nm" PhysicalSizeY="0.065" PhysicalSizeZ="0.3"
          TimeIncrement="2" TimeIncrementUnit="min"
          """#))[0].description
    #expect(image.pixelSize == PixelSize(width: 65, height: 65, depth: 300, unit: "nanometer"))
    #expect(image.timeStep == 120)
    let none = try images(
      pages: 6, xml(Self.sizes + #" PhysicalSizeX="2" PhysicalSizeXUnit="mile""#))[0].description
    #expect(none.pixelSize == nil)
    #expect(none.remarks.contains { $0.contains("2 mile along x is left out") })
  }

  @Test("names and colours of channels are read")
  func channels() throws {
    let content =
      #"<Channel Name="actin" Color="-16776961"/><Channel Color="16711935"/><TiffData/>"#
    let channels = try images(pages: 6, xml(Self.sizes, content))[0].description.channels
    #expect(
      channels == [
        ImageChannel(name: "actin", color: RGBColor(255, 0, 0)),
        ImageChannel(color: RGBColor(0, 255, 0)),
      ])
  }

  @Test("samples of a pixel are channels, also in groups")
  func samples() throws {
    let text = xml(
      #"SizeC="4" SizeZ="1" SizeT="1""#,
      #"<Channel SamplesPerPixel="2"/><Channel SamplesPerPixel="2"/><TiffData/>"#)
    var page = TIFFBytes.Page(width: 1, samples: 2, values: [1, 2, 3, 4])
    page.description = text
    var second = page
    second.description = nil
    second.values = [5, 6, 7, 8]
    let image = try TIFF.images(try TIFFBytes([page, second]).write(in: folder.url))[0]
    let values = try (0..<4).map { try image.plane(PlaneIndex(channel: $0)).values }
    #expect(values == [[1, 3], [2, 4], [5, 7], [6, 8]])
    page.description = text.replacingOccurrences(of: #"Pixel="2""#, with: #"Pixel="1""#)
    let url = try TIFFBytes([page, second]).write(in: folder.url)
    #expect(throws: ImagingError.self) { try TIFF.images(url) }
  }

  @Test("each image of a file is one")
  func severalImages() throws {
    func image(_ number: Int, _ sizes: String, _ content: String) -> String {
      #"<Image Name="\#(number)"><Pixels \#(sizes)>\#(content)</Pixels></Image>"#
    }
    let text =
      "<OME>" + image(1, #"SizeC="1" SizeZ="2" SizeT="1""#, #"<TiffData IFD="0" PlaneCount="2"/>"#)
      + image(2, #"SizeC="1" SizeZ="1" SizeT="1" SizeX="1""#, #"<TiffData IFD="2"/>"#) + "</OME>"
    var pages = TIFFBytes(pages: 3, description: text).pages
    (pages[2].height, pages[2].width, pages[2].values) = (2, 1, [8, 9])
    let images = try TIFF.images(try TIFFBytes(pages).write(in: folder.url))
    #expect(images.map(\.description.name) == ["1", "2"])
    #expect(images.map(\.description.slices) == [2, 1])
    #expect(try images[1].plane(PlaneIndex()).values == [8, 9])
  }

  @Test("what this program noted down is read, and what others did is not")
  func provenance() throws {
    let after = """
      <SA:StructuredAnnotations xmlns:SA="sa">
      <SA:MapAnnotation ID="Annotation:1" Namespace="usplit"><SA:Value>
      <SA:M K="usplit_version">1 &lt; 2</SA:M><SA:M K="model">a</SA:M>
      </SA:Value></SA:MapAnnotation>
      <SA:MapAnnotation ID="Annotation:2" Namespace="other"><SA:Value><SA:M K="x">y</SA:M></SA:Value>
      </SA:MapAnnotation></SA:StructuredAnnotations>
      """
    let references = #"<AnnotationRef ID="Annotation:1"/><AnnotationRef ID="Annotation:2"/>"#
    let image = try images(pages: 6, xml(image: references, after: after))[0].description
    #expect(image.provenance == [.init("usplit_version", "1 < 2"), .init("model", "a")])
    #expect(try images(pages: 6, xml(after: after))[0].description.provenance.isEmpty)
    let made = xml().replacingOccurrences(of: "<OME ", with: #"<OME Creator="scope 3" "#)
    #expect(try images(pages: 6, made)[0].description.provenance == [.init("Creator", "scope 3")])
  }

  @Test("levels below a page that are no reduced copies are refused")
  func wrongLevels() throws {
    let text = xml(#"SizeC="1" SizeZ="1" SizeT="1""#)
    func refusal(_ change: (inout TIFFBytes.Page) -> Void) throws -> ImagingError? {
      var page = TIFFBytes.Page(
        height: 16, width: 16, description: text, values: [UInt64](repeating: 1, count: 256))
      change(&page)
      let url = try TIFFBytes([page]).write(in: folder.url)
      return #expect(throws: ImagingError.self) { try TIFF.images(url) }
    }
    let squeezed = TIFFBytes.Page(
      height: 16, width: 4, subfileType: 1, values: [UInt64](repeating: 1, count: 64))
    #expect(try refusal { $0.below = [squeezed] }?.kind == .mismatch)
    var wide = squeezed
    (wide.height, wide.width, wide.bits, wide.values) = (
      8, 4, 16, [UInt64](repeating: 1, count: 32)
    )
    #expect(try refusal { $0.below = [wide] }?.kind == .mismatch)
    // The page itself: its directory lies behind 256 bytes of pixels and the long values.
    var page = TIFFBytes.Page(
      height: 16, width: 16, description: text, values: [UInt64](repeating: 1, count: 256))
    page.belowAt = 0
    let place = TIFFBytes([page]).data.dropFirst(4).prefix(4).reversed().reduce(0) {
      $0 << 8 | UInt64($1)
    }
    #expect(try refusal { $0.belowAt = place }?.kind == .mismatch)
    #expect(try refusal { $0.belowAt = 1 << 30 }?.kind == .truncated)
  }

  @Test(
    "broken OME-XML is refused with its line",
    arguments: [
      ("<OME>\n<Image>\n</OME>", "line 3"), ("<OME>\n<Image x=1/></OME>", "line 2"),
      ("<OME>\n<Image/>", "line"), ("<OME", "ends too early"), ("<OME>&nothing;</OME>", "line 1"),
    ])
  func malformed(text: String, place: String) throws {
    let error = try refusal(pages: 1, text)
    #expect(error?.kind == .notAnImage)
    #expect(error?.description.contains(place) == true, "\(error?.description ?? "")")
  }

  @Test("entities, great depth and pixels in the XML are refused")
  func hostile() throws {
    let entity = #"<!DOCTYPE x [<!ENTITY a SYSTEM "/etc/passwd">]><OME Creator="&a;"/>"#
    #expect(try refusal(pages: 1, entity)?.kind == .unsupported)
    let deep = String(repeating: "<a>", count: 5000) + String(repeating: "</a>", count: 5000)
    #expect(try refusal(pages: 1, "<OME>\(deep)</OME>")?.kind == .unsupported)
    #expect(try refusal(pages: 6, xml(Self.sizes, "<BinData/>"))?.kind == .unsupported)
    #expect(try refusal(pages: 1, "<OME/>")?.kind == .notAnImage)
  }

  @Test("XML of others is no metadata")
  func otherMarkup() throws {
    for text in ["<MetaData><Image/>", "<!DOCTYPE html><html>", "<", "<?xml", "< OME"] {
      #expect(try images(pages: 2, text)[0].description.format == .tiff)
    }
  }
}
