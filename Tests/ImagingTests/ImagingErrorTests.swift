import Foundation
import Imaging
import TestSupport
import Testing

@Suite("Errors of images")
struct ImagingErrorTests {
  @Test("what a file says never breaks the line of an error or reaches a terminal as a command")
  func oneLine() {
    let text = "a\nb\u{7f}c\u{85}d\u{9b}1me\u{2028}f\u{2029}g µ"
    let expected = #"a\u{a}b\u{7f}c\u{85}d\u{9b}1me\u{2028}f\u{2029}g µ"#
    #expect(ImagingError(.mismatch, text).description == expected)
  }

  @Test("a line separator in a number of OME-XML is told by its own number")
  func lineSeparator() throws {
    let folder = try TemporaryFolder()
    var file = TIFFBytes(pages: 1)
    file.pages[0].description = """
      <OME><Image ID="Image:0"><Pixels ID="Pixels:0" DimensionOrder="XYCZT" Type="uint16" \
      SizeX="4" SizeY="3" SizeC="\u{85}" SizeZ="1" SizeT="1"><TiffData/></Pixels></Image></OME>
      """
    let url = try file.write(in: folder.url)
    let error = #expect(throws: ImagingError.self) { try TIFF.images(url) }
    #expect(error?.description.contains(#"SizeC "\u{85}" is no number"#) == true)
  }
}
