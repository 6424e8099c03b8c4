import Foundation
import Imaging
import TestSupport
import Testing

@Suite("Files that belong together, opened once")
final class OpenedImagesTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Metadata of one time point in each of some files.
  private func xml(_ names: [String]) -> String {
    let blocks = names.enumerated().map { place, name in
      #"<TiffData IFD="0" FirstT="\#(place)"><UUID FileName="\#(name)"/></TiffData>"#
    }
    return #"<OME><Image><Pixels SizeC="1" SizeZ="1" SizeT="\#(names.count)">"#
      + blocks.joined() + "</Pixels></Image></OME>"
  }

  private func write(_ name: String, _ description: String? = nil) throws {
    _ = try TIFFBytes(pages: 1, description: description).write(name, in: folder.url)
  }

  /// The names that are kept, with the time points and the others of each.
  private func open(_ names: [String]) throws -> [(String, Int, [String])] {
    let urls = names.map { folder.url.appendingPathComponent($0) }
    return try ImageFile.open(urls) { $1[0].description.times }
      .map { ($0.url.lastPathComponent, $0.content, $0.others.map(\.lastPathComponent)) }
  }

  @Test("the members of a set are one image, told with those that were left out")
  func members() throws {
    for name in ["a.tif", "b.tif", "c.tif"] { try write(name, xml(["a.tif", "b.tif", "c.tif"])) }
    try write("d.tif")
    let found = try open(["a.tif", "b.tif", "c.tif", "d.tif"])
    #expect(found.map(\.0) == ["a.tif", "d.tif"])
    #expect(found.map(\.1) == [3, 1])
    #expect(found.map(\.2) == [["b.tif", "c.tif"], []])
    let urls = ["c.tif", "a.tif"].map { folder.url.appendingPathComponent($0) }
    let other = try ImageFile.open(urls) { _, _ in 0 }
    #expect(other.map(\.url.lastPathComponent) == ["c.tif"])
    #expect(other[0].remark?.contains("a.tif belongs to it") == true)
    #expect(try ImageFile.image(in: urls[0]).fileSet.count == 3)
    #expect(try open(["d.tif"])[0].2 == [])
  }

  @Test("a companion file comes before files that know nothing of the set")
  func companion() throws {
    try write("a.tif")
    try write("b.tif")
    try Data(xml(["a.tif", "b.tif"]).utf8)
      .write(to: folder.url.appendingPathComponent("z.companion.ome"))
    let found = try open(["a.tif", "b.tif", "z.companion.ome"])
    #expect(found.map(\.0) == ["z.companion.ome"] && found[0].2 == ["a.tif", "b.tif"])
  }

  @Test("sets that share some files are refused")
  func overlap() throws {
    try write("a.tif", xml(["a.tif", "b.tif"]))
    try write("b.tif")
    try write("c.tif", xml(["c.tif", "b.tif"]))
    let error = #expect(throws: ImagingError.self) { try open(["a.tif", "c.tif"]) }
    #expect(error?.kind == .ambiguous && error?.description.contains("b.tif") == true)
  }

  @Test("what cannot be opened is told, and ends all unless it is caught")
  func failures() throws {
    try write("a.tif")
    #expect(throws: ImagingError.self) { try open(["no.tif", "a.tif"]) }
    var failed: [String] = []
    let urls = ["no.tif", "a.tif"].map { folder.url.appendingPathComponent($0) }
    let found = try ImageFile.open(
      urls, failed: { url, _ throws(ImagingError) in failed.append(url.lastPathComponent) }
    ) { _, images in images.count }
    #expect(failed == ["no.tif"] && found.map(\.content) == [1])
  }
}
