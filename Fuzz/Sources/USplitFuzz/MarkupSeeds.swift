/// Good OME-XML.
enum MarkupSeeds {
  private static let uuid = "urn:uuid:00000001-1111-4222-8333-444444444444"

  private static let places = (0..<6).map { page in
    let plane = "FirstC=\"\(page % 2)\" FirstZ=\"\(page / 2)\" IFD=\"\(page)\" PlaneCount=\"1\""
    return "<TiffData \(plane)><UUID FileName=\"fuzz.tif\">\(uuid)</UUID></TiffData>"
  }.joined()

  static let texts: [[UInt8]] =
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
