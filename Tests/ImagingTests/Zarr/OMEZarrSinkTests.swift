import Foundation
import Imaging
import TestSupport
import Testing

@Suite("Writing OME-Zarr")
final class OMEZarrSinkTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private var url: URL { folder.url.appendingPathComponent("out.ome.zarr") }

  private func image(
    _ type: PixelType = .uint16, height: Int = 5, width: Int = 7, levels: Int = 1
  ) -> CountingImage {
    var description = ImageDescription(
      times: 2,
      channels: [
        ImageChannel(name: "F-actin", color: RGBColor(0, 255, 0)),
        ImageChannel(name: "µ-tubulin", color: RGBColor(255, 0, 255)),
      ],
      slices: 3, height: height, width: width, type: type,
      pixelSize: PixelSize(width: 0.065, height: 0.13, depth: 0.3, unit: "micrometer"),
      timeStep: 2.5, name: "cells \"1\"",
      provenance: [.init("usplit_model", "a=b"), .init("b", "ü"), .init("a", "")])
    description.levels = (0..<levels).map {
      .init(height: max(1, height >> $0), width: max(1, width >> $0))
    }
    return CountingImage(description: description)
  }

  private func expectSame(_ read: OMEZarrImage, _ written: CountingImage) throws {
    let image = written.description
    for level in image.levels.indices {
      let region = PlaneRegion(
        row: 0, column: 0, height: image.levels[level].height, width: image.levels[level].width)
      for frame in 0..<image.frames {
        for channel in image.channels.indices {
          let plane = image.plane(frame: frame, channel: channel)
          #expect(
            try read.plane(region, of: plane, level: level)
              == (try written.plane(region, of: plane, level: level)))
        }
      }
    }
  }

  private func contents() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
  }

  @Test(
    "an image comes back as it was, with all that is known of it",
    arguments: PixelType.allCases, OMEZarr.Version.allCases)
  func roundTrip(type: PixelType, version: OMEZarr.Version) throws {
    let written = image(type, levels: 2)
    try OMEZarrSink(version: version, software: "usplit").write(written, to: url)
    let read = try #require(try OMEZarr.images(url).first)
    var expected = written.description
    expected.format = version == .v04 ? .omeZarr04 : .omeZarr05
    expected.axes = [.time, .channel, .slice, .row, .column]
    #expect(read.description == expected)
    try expectSame(read, written)
    #expect(try contents() == ["out.ome.zarr"])
  }

  @Test(
    "chunks and shards at the edges come back, larger than one and smaller",
    arguments: [(530, 520), (3, 1030), (512, 512), (1, 1)])
  func sizes(height: Int, width: Int) throws {
    for isSharded in [false, true] {
      var written = image(.uint8, height: height, width: width, levels: 2)
      written.description.times = 1
      written.description.slices = 1
      written.description.axes = [.channel, .row, .column]
      let sink = OMEZarrSink(version: .v05, sharded: isSharded, software: "usplit")
      try sink.write(written, to: url, overwrite: true)
      let read = try #require(try OMEZarr.images(url).first)
      #expect(read.description.axesText == "CYX")
      try expectSame(read, written)
    }
  }

  @Test("every compression can be read again", arguments: ZarrCompression.allCases)
  func compression(_ compression: ZarrCompression) throws {
    for version in OMEZarr.Version.allCases {
      let written = image(.float32)
      let sink = OMEZarrSink(version: version, compression: compression, software: "usplit")
      try sink.write(written, to: url, overwrite: true)
      try expectSame(try #require(try OMEZarr.images(url).first), written)
    }
  }

  @Test("what is not known is not made up", arguments: OMEZarr.Version.allCases)
  func unknown(version: OMEZarr.Version) throws {
    let written = CountingImage(
      description: ImageDescription(height: 40, width: 30, type: .float32))
    try OMEZarrSink(version: version, software: "usplit").write(written, to: url)
    let known = try #require(try OMEZarr.images(url).first).description
    #expect(known.pixelSize == nil)
    #expect(known.timeStep == nil)
    #expect(known.name == nil)
    #expect(known.channels == [ImageChannel()])
    #expect(known.axesText == "YX")
    #expect(known.remarks.isEmpty)
  }

  @Test("axes of one element are kept where the image names them")
  func axes() throws {
    let description = ImageDescription(
      height: 4, width: 5, type: .uint8, axes: [.channel, .time, .row, .column])
    let written = CountingImage(description: description)
    try OMEZarrSink(version: .v05, software: "usplit").write(written, to: url)
    #expect(try OMEZarr.images(url).first?.description.axesText == "TCYX")
  }

  @Test("levels have scales by the ratio of their sizes and the centres of their pixels")
  func transformations() throws {
    var written = image(height: 8, width: 10, levels: 2)
    written.description.downsampling = "gaussian"
    try OMEZarrSink(version: .v04, software: "usplit 1").write(written, to: url)
    #expect(try OMEZarr.images(url).first?.description.downsampling == "gaussian")
    let data = try Data(contentsOf: url.appendingPathComponent(".zattrs"))
    let json = try JSONDecoder().decode(Metadata.self, from: data)
    let multiscale = try #require(json.multiscales.first)
    #expect(multiscale.type == "gaussian")
    #expect(multiscale.version == "0.4")
    #expect(multiscale.metadata.software == "usplit 1")
    #expect(multiscale.datasets.map(\.path) == ["0", "1"])
    let transformations = multiscale.datasets.map(\.coordinateTransformations)
    #expect(transformations[0].count == 1)
    #expect(transformations[0][0].scale == [2.5, 1, 0.3, 0.13, 0.065])
    #expect(transformations[1][0].scale == [2.5, 1, 0.3, 0.26, 0.13])
    #expect(transformations[1][1].translation == [0, 0, 0, 0.065, 0.0325])
    let window = try #require(json.omero.channels.first).window
    #expect(window.min == 0 && window.max == 65535)
    #expect(window.start < window.end && window.end < 100)
    #expect(json.omero.channels.map(\.color) == ["00FF00", "FF00FF"])
  }

  @Test("a store that is there is replaced only when told, and with all that was in it")
  func overwriting() throws {
    let sink = OMEZarrSink(version: .v04, software: "usplit")
    try sink.write(image(levels: 3), to: url)
    let error = #expect(throws: ImagingError.self) { try sink.write(self.image(), to: self.url) }
    #expect(error?.kind == .exists)
    try OMEZarrSink(version: .v05, software: "usplit").write(image(), to: url, overwrite: true)
    #expect(try OMEZarr.images(url).first?.description.format == .omeZarr05)
    #expect(!FileManager.default.fileExists(atPath: url.appendingPathComponent(".zattrs").path))
    #expect(try contents() == ["out.ome.zarr"])
  }

  @Test("a folder that is no store or holds something else is never replaced")
  func foreign() throws {
    let sink = OMEZarrSink(version: .v04, software: "usplit")
    let notes = url.appendingPathComponent("notes.txt")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    func expectRefusal() {
      let error = #expect(throws: ImagingError.self) {
        try sink.write(self.image(), to: self.url, overwrite: true)
      }
      #expect(error?.kind == .unwritable)
    }
    expectRefusal()
    try FileManager.default.removeItem(at: url)
    try sink.write(image(), to: url)
    try Data("mine".utf8).write(to: notes)
    expectRefusal()
    #expect(try String(contentsOf: notes, encoding: .utf8) == "mine")
    try FileManager.default.removeItem(at: notes)
    try FileManager.default.createDirectory(
      at: url.appendingPathComponent("photos"), withIntermediateDirectories: true)
    expectRefusal()
    try FileManager.default.removeItem(at: url)
    try Data("mine".utf8).write(to: url)
    expectRefusal()
  }

  @Test("a source that breaks and a progress that stops leave nothing, or the old store")
  func failures() throws {
    let sink = OMEZarrSink(version: .v04, software: "usplit")
    var broken = image()
    broken.brokenRow = 2
    #expect(throws: ImagingError.self) { try sink.write(broken, to: self.url) }
    #expect(try contents().isEmpty)
    let image = image()
    #expect(throws: ImagingError.self) {
      try sink.write(image, to: self.url, overwrite: false) { share throws(ImagingError) in
        if share > 0.5 { throw ImagingError(.unwritable, "stopped") }
      }
    }
    #expect(try contents().isEmpty)
    try sink.write(image, to: url)
    #expect(throws: ImagingError.self) { try sink.write(broken, to: self.url, overwrite: true) }
    try expectSame(try #require(try OMEZarr.images(url).first), image)
    #expect(try contents() == ["out.ome.zarr"])
  }

  @Test("progress ends at 1, a folder that is not there and shards in 0.4 are refused")
  func rest() throws {
    var shares: [Double] = []
    try OMEZarrSink(version: .v04, software: "usplit")
      .write(image(levels: 2), to: url, overwrite: false) { share throws(ImagingError) in
        shares.append(share)
      }
    #expect(shares.last == 1)
    #expect(shares == shares.sorted())
    let nowhere = folder.url.appendingPathComponent("none/out.zarr")
    let error = #expect(throws: ImagingError.self) {
      try OMEZarrSink(version: .v04, software: "usplit").write(self.image(), to: nowhere)
    }
    #expect(error?.kind == .unwritable)
    let shards = #expect(throws: ImagingError.self) {
      try OMEZarrSink(version: .v04, sharded: true, software: "usplit")
        .write(self.image(), to: nowhere)
    }
    #expect(shards?.kind == .unsupported)
  }

  /// What the metadata are written as.
  private struct Metadata: Decodable {
    struct Transformation: Decodable {
      let type: String
      let scale, translation: [Double]?
    }
    struct Dataset: Decodable {
      let path: String
      let coordinateTransformations: [Transformation]
    }
    struct Notes: Decodable { let software: String }
    struct Multiscale: Decodable {
      let version, type: String
      let datasets: [Dataset]
      let metadata: Notes
    }
    struct Window: Decodable { let min, max, start, end: Double }
    struct Channel: Decodable {
      let color: String
      let window: Window
    }
    struct Rendering: Decodable { let channels: [Channel] }
    let multiscales: [Multiscale]
    let omero: Rendering
  }

  @Test("what has no axis, and colours that are given, are told")
  func losses() {
    let image = ImageDescription(
      channels: [ImageChannel(name: "a")], height: 2, width: 2, type: .uint8,
      pixelSize: PixelSize(width: 1, height: 1, depth: 2, unit: "micrometer"), timeStep: 3)
    let losses = OMEZarrSink(version: .v05, software: "usplit").losses(of: image)
      .joined(separator: "\n")
    for words in ["time step", "distance of slices", "without a colour"] {
      #expect(losses.contains(words))
    }
  }
}
