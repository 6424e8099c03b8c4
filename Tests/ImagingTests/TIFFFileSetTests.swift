import Foundation
import Imaging
import TestSupport
import Testing

@Suite("OME images in several files")
final class TIFFFileSetTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let uuids = ["urn:uuid:aaaa", "urn:uuid:bbbb"]

  /// Metadata of two time points in two files.
  private func xml(_ second: String = "b.tif", uuid: String? = uuids[0]) -> String {
    let blocks = ["a.tif", second].enumerated().map { place, name in
      #"<TiffData IFD="0" FirstT="\#(place)"><UUID FileName="\#(name)">\#(Self.uuids[place])</UUID></TiffData>"#
    }
    return """
      <OME\(uuid.map { " UUID=\"\($0)\"" } ?? "")><Image><Pixels SizeX="3" SizeY="2" SizeC="1" \
      SizeZ="1" SizeT="2" DimensionOrder="XYZCT">\(blocks.joined())</Pixels></Image></OME>
      """
  }

  private func write(_ name: String, first: UInt64, _ description: String) throws -> URL {
    let page = TIFFBytes.Page(description: description, values: (0..<6).map { first + $0 })
    return try TIFFBytes([page]).write(name, in: folder.url)
  }

  private func expectBoth(_ url: URL) throws {
    let images = try TIFF.images(url)
    #expect(images.count == 1)
    let values = try (0..<2).map { try images[0].plane(PlaneIndex(time: $0))[0, 0] }
    #expect(values == [10, 20])
  }

  @Test("any file of a set gives the whole image")
  func set() throws {
    let first = try write("a.tif", first: 10, xml())
    let second = try write("b.tif", first: 20, xml(uuid: Self.uuids[1]))
    try expectBoth(first)
    try expectBoth(second)
  }

  @Test("metadata in a companion file are read, from the images' files and from it")
  func companion() throws {
    let companion = folder.url.appendingPathComponent("set.companion.ome")
    try Data(xml(uuid: "urn:uuid:cccc").utf8).write(to: companion)
    func pointer(_ own: Int, _ uuid: String) -> String {
      #"""
      <OME UUID="\#(Self.uuids[own])"><BinaryOnly MetadataFile="set.companion.ome" UUID="\#(uuid)"/></OME>
      """#
    }
    let first = try write("a.tif", first: 10, pointer(0, "urn:uuid:CCCC"))
    _ = try write("b.tif", first: 20, pointer(1, "urn:uuid:cccc"))
    try expectBoth(first)
    try expectBoth(companion)
    _ = try write("a.tif", first: 10, pointer(0, "urn:uuid:dddd"))
    let error = #expect(throws: ImagingError.self) { try TIFF.images(first) }
    #expect(error?.kind == .mismatch)
  }

  @Test("a missing file is named")
  func missing() throws {
    let url = try write("a.tif", first: 10, xml())
    let error = #expect(throws: ImagingError.self) { try TIFF.images(url) }
    #expect(error?.kind == .missing)
    #expect(error?.description.contains("/b.tif") == true)
  }

  @Test("another file under the name of one of the set is refused")
  func wrongIdentity() throws {
    let url = try write("a.tif", first: 10, xml())
    _ = try write("b.tif", first: 20, xml(uuid: "urn:uuid:eeee"))
    let error = #expect(throws: ImagingError.self) { try TIFF.images(url) }
    #expect(error?.kind == .mismatch)
    #expect(error?.description.contains("urn:uuid:eeee") == true)
  }

  @Test(
    "names that lead out of the folder are refused", arguments: ["../b.tif", "/etc/passwd", "."])
  func paths(name: String) throws {
    let url = try write("a.tif", first: 10, xml(name))
    let error = #expect(throws: ImagingError.self) { try TIFF.images(url) }
    #expect(error?.kind == .unsupported)
  }

  @Test("a link that leads out of the folder is refused, one within is not")
  func links() throws {
    let outside = try TemporaryFolder()
    let page = TIFFBytes.Page(
      description: xml(uuid: Self.uuids[1]), values: (0..<6).map { 20 + $0 })
    let target = try TIFFBytes([page]).write("b.tif", in: outside.url)
    let url = try write("a.tif", first: 10, xml())
    let link = folder.url.appendingPathComponent("b.tif")
    try FileManager.default.createSymbolicLink(at: link, withDestinationURL: target)
    let error = #expect(throws: ImagingError.self) { try TIFF.images(url) }
    #expect(error?.kind == .unsupported)
    try FileManager.default.removeItem(at: link)
    let inside = try write("c.tif", first: 20, xml(uuid: Self.uuids[1]))
    try FileManager.default.createSymbolicLink(at: link, withDestinationURL: inside)
    try expectBoth(url)
  }

  @Test("a file that was renamed is found by its identity, or as the only one")
  func renamed() throws {
    let sizes = #"SizeC="1" SizeZ="1" SizeT="1""#
    func text(_ uuid: String, _ own: String) -> String {
      #"<OME\#(own)><Image><Pixels \#(sizes)><TiffData><UUID FileName="old.tif">\#(uuid)</UUID></TiffData></Pixels></Image></OME>"#
    }
    let known = try write("new.tif", first: 10, text("urn:uuid:aa", #" UUID="urn:uuid:aa""#))
    #expect(try TIFF.images(known)[0].description.remarks.isEmpty)
    let alone = try write("other.tif", first: 10, text("", ""))
    #expect(try TIFF.images(alone)[0].description.remarks.contains { $0.contains("old.tif") })
  }
}
