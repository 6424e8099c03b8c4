import Foundation
import Fuzzing
import ImageSeeds
import Imaging

/// Feeds broken OME-XML to the reader of TIFF, in a file that is otherwise good.
@main
enum FuzzOMEXML {
  private static let words = [
    "OME", "Image", "Pixels", "Channel", "TiffData", "UUID", "BinaryOnly", "Plane", "SizeT",
    "SizeX",
    "SamplesPerPixel=\"3\"", "DimensionOrder=\"XYTZC\"", "Type=\"uint8\"", "IFD=\"1\"", "FirstC",
    "PlaneCount", "FileName=\"fuzz.tif\"", "FileName=\"../fuzz.tif\"", "MetadataFile=\"/dev/zero\"",
    "PhysicalSizeXUnit=\"Å\"", "&amp;", "&#x10FFFF;", "&lt;", "&unknown;", "<!--", "-->",
    "<![CDATA[", "]]>", "<!DOCTYPE OME [<!ENTITY a \"b\">]>", "<?xml version=\"1.1\"?>", "/>", "</",
    "<StructuredAnnotations>", "xmlns:a=\"b\"", "'",
  ]

  static func main() {
    let scratch = Scratch()
    var fuzzer = Fuzzer()
    let seeds =
      written + fuzzer.seeds { $0.hasSuffix(".companion.ome") || $0.hasSuffix(".ome.xml") }
    fuzzer.fuzz(
      { generator in
        TextMutation.mutated(
          seeds[generator.next(upTo: seeds.count)], seeds: seeds, words: words, using: &generator)
      },
      run: { data in
        var tiff = SmallTIFF()
        tiff.description = [UInt8](data)
        let url = scratch.write(tiff.data, "fuzz.tif")
        return ImageCheck.read { () throws(ImagingError) in try TIFF.images(url) }
      })
  }

  private static let uuid = "urn:uuid:00000001-1111-4222-8333-444444444444"

  private static let places = (0..<6).map { page in
    let plane = "FirstC=\"\(page % 2)\" FirstZ=\"\(page / 2)\" IFD=\"\(page)\" PlaneCount=\"1\""
    return "<TiffData \(plane)><UUID FileName=\"fuzz.tif\">\(uuid)</UUID></TiffData>"
  }.joined()

  private static let written: [[UInt8]] =
    ["<TiffData/>", "<TiffData IFD=\"0\" PlaneCount=\"6\"/>", places].map { places in
      let text = """
        <?xml version="1.0" encoding="UTF-8"?><!-- Warning --><OME \
        xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06" UUID="\(uuid)">\
        <Image ID="Image:0" Name="x"><Pixels ID="Pixels:0" DimensionOrder="XYCZT" Type="uint16" \
        BigEndian="false" SizeX="8" SizeY="8" SizeC="2" SizeZ="3" SizeT="1" PhysicalSizeX="0.2" \
        PhysicalSizeXUnit="µm" PhysicalSizeY="0.2" PhysicalSizeYUnit="µm" PhysicalSizeZ="300" \
        PhysicalSizeZUnit="nm" TimeIncrement="1.5" TimeIncrementUnit="min">\
        <Channel ID="Channel:0:0" Name="a &amp; b" SamplesPerPixel="1" Color="-16776961"/>\
        <Channel ID="Channel:0:1" Name="α"/>\(places)</Pixels></Image></OME>
        """
      return Array(text.utf8)
    }
}
