import Foundation
import Imaging
import TestSupport
import Testing

@Suite("Files of forms that are not read")
struct ForeignFormTests {
  @Test(
    "are named with what to do",
    arguments: [
      ("a.czi", ["CZI", "OME-TIFF"]), ("a.ND2", ["ND2", "Bio-Formats"]), ("a.lif", ["LIF"]),
      ("a.oib", ["Olympus"]), ("a.vsi", ["VSI"]), ("a.zip", ["ZIP", "unzip"]), ("a.png", ["PNG"]),
      ("a.jpeg", ["JPEG"]),
    ])
  func advice(name: String, words: [String]) throws {
    let folder = try TemporaryFolder()
    let url = folder.url.appendingPathComponent(name)
    try Data("no TIFF".utf8).write(to: url)
    let error = #expect(throws: ImagingError.self) { try ImageFile.images(in: url) }
    #expect(error?.kind == .notAnImage)
    for word in [url.path] + words { #expect(error?.description.contains(word) == true) }
  }

  @Test("a TIFF file under another name is read, but for Olympus's")
  func tiff() throws {
    let folder = try TemporaryFolder()
    #expect(
      try ImageFile.images(in: TIFFBytes(pages: 1).write("a.czi", in: folder.url)).count == 1)
    let file = try TIFFBytes(pages: 1).write("a.vsi", in: folder.url)
    #expect(throws: ImagingError.self) { try ImageFile.images(in: file) }
  }
}
