import Experiment
import Foundation
import Imaging
import TestSupport
import Testing
import USplit

@Suite("Images to train with")
struct TrainingImagesTests {
  /// Frames whose pixels are all one value, two channels named `a` and `b` with 1000 between them.
  private func write(
    _ values: [Float], _ name: String, in folder: URL, channels: Int = 1, height: Int = 6
  ) throws {
    let pixels = values.flatMap { value in
      (0..<channels).flatMap { channel in
        [Float](repeating: value + 1000 * Float(channel), count: height * 5)
      }
    }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try TIFF.write(
      ImageStack(
        frames: values.count, channels: channels, height: height, width: 5, pixels: pixels,
        type: .uint16, channelNames: channels == 2 ? ["a", "b"] : nil),
      to: folder.appendingPathComponent(name), software: "test")
  }

  private func open(_ sources: [ChannelSource]) throws -> TrainingImages {
    var configuration = DataConfiguration()
    configuration.targets = sources
    return try TrainingImages(configuration)
  }

  private func values(_ series: FrameSeries) throws -> [Float] {
    try (0..<series.frames).map { try series.plane(frame: $0).values[0] }
  }

  @Test("a folder and a pattern mean their images by name, whose frames follow each other")
  func several() throws {
    let folder = try TemporaryFolder()
    let nuclei = folder.url.appendingPathComponent("nuclei")
    try write([1, 2], "n1.tif", in: nuclei)
    try write([10], "n10.tif", in: nuclei)
    try write([3, 4], "n2.tif", in: nuclei)
    try write([5, 6, 7], "actin-1.tif", in: folder.url, channels: 2)
    try write([8, 9], "actin-2.tif", in: folder.url, channels: 2)
    let images = try open([
      ChannelSource(name: "nuclei", file: nuclei.path),
      ChannelSource(
        name: "actin", file: folder.url.appendingPathComponent("actin-*.tif").path,
        channel: .name("b")),
    ])
    #expect(try values(images.targets[0]) == [1, 2, 3, 4, 10])
    #expect(try values(images.targets[1]) == [1005, 1006, 1007, 1008, 1009])
    #expect(images.notes.contains { $0.contains("3 images") && $0.contains("5 frames") })
    #expect(images.notes.contains { $0.contains("n1.tif to") && $0.contains("n10.tif") })
    #expect(images.preparedBytes() == 5 * 6 * 5 * 6 * 4)
  }

  @Test("a folder with a set of files is one image, which a warning tells")
  func set() throws {
    let folder = try TemporaryFolder()
    try write([1], "p1.tif", in: folder.url)
    try write([2], "p2.tif", in: folder.url)
    let blocks = (0..<2).map {
      #"<TiffData IFD="0" FirstT="\#($0)"><UUID FileName="p\#($0 + 1).tif"/></TiffData>"#
    }
    let text =
      #"<OME><Image><Pixels SizeC="1" SizeZ="1" SizeT="2">\#(blocks.joined())</Pixels></Image></OME>"#
    try Data(text.utf8).write(to: folder.url.appendingPathComponent("s.companion.ome"))
    let source = ChannelSource(name: "a", file: folder.url.path)
    let images = try open([source, source])
    #expect(try values(images.targets[0]) == [1, 2])
    #expect(images.warnings.count == 1)
    #expect(images.warnings[0].contains("s.companion.ome") && images.warnings[0].contains("p2.tif"))
  }

  @Test("pages without metadata are read with the axes that are given")
  func axes() throws {
    let folder = try TemporaryFolder()
    try write([1, 2, 3, 4, 5, 6], "pages.tif", in: folder.url)
    let path = folder.url.appendingPathComponent("pages.tif").path
    let sources = [0, 1].map {
      ChannelSource(name: "\($0)", file: path, channel: .index($0), axes: "TC2YX")
    }
    let images = try open(sources)
    #expect(try values(images.targets[0]) == [1, 3, 5])
    #expect(try values(images.targets[1]) == [2, 4, 6])
    var wrong = sources
    wrong[0].axes = "TQYX"
    let error = #expect(throws: ImagingError.self) { try open(wrong) }
    #expect(error?.description.contains("TQYX") == true)
  }

  @Test("images of one target that differ, and targets with other frames, are refused")
  func misfits() throws {
    let folder = try TemporaryFolder()
    let (first, second) = (
      folder.url.appendingPathComponent("a"), folder.url.appendingPathComponent("b")
    )
    try write([1, 2], "1.tif", in: first)
    try write([3], "2.tif", in: first, height: 7)
    try write([1, 2], "1.tif", in: second)
    let sizes = #expect(throws: ImagingError.self) {
      try open([first, second].map { ChannelSource(name: $0.lastPathComponent, file: $0.path) })
    }
    #expect(sizes?.description.contains("2.tif has 7 × 5") == true)
    try FileManager.default.removeItem(at: first.appendingPathComponent("2.tif"))
    try write([3], "2.tif", in: first)
    let frames = #expect(throws: ImagingError.self) {
      try open([first, second].map { ChannelSource(name: $0.lastPathComponent, file: $0.path) })
    }
    #expect(frames?.description.contains("3 × 6 × 5") == true)
    #expect(frames?.description.contains("2 × 6 × 5") == true)
  }
}
