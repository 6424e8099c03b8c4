import Foundation
import Imaging
import TestSupport
import Testing

@Suite("Writing ImageJ stacks")
final class TIFFWritingImageJTests {
  private let folder: TemporaryFolder
  private let sink = ImageJTIFFSink(software: "usplit 1.0")

  init() throws { folder = try TemporaryFolder() }

  private var url: URL { folder.url.appendingPathComponent("out.tif") }

  private var description: ImageDescription {
    ImageDescription(
      times: 2,
      channels: [
        ImageChannel(name: "F-actin", color: RGBColor(1, 200, 3)), ImageChannel(name: "tubulin"),
      ],
      slices: 3, height: 5, width: 7, type: .uint8, axes: [.channel, .time, .slice, .row, .column],
      pixelSize: PixelSize(width: 0.065, height: 0.13, depth: 0.5, unit: "micrometer"),
      timeStep: 2.5, provenance: [.init("usplit_model", "m"), .init("images", "9")],
      levels: [.init(height: 5, width: 7), .init(height: 2, width: 3)])
  }

  private func lines(_ file: WrittenTIFF) -> [String] {
    file.pages[0].text(270).split(separator: "\n").map(String.init)
  }

  @Test("planes follow one another by time point, slice and channel", arguments: [true, false])
  func planes(isPlain: Bool) throws {
    let image = MadeImage(description)
    try ImageJTIFFSink(compression: isPlain ? .none : .lzw, software: "usplit")
      .write(image, to: url)
    let file = try WrittenTIFF(url)
    #expect(!file.isBig)
    #expect(file.pages.count == 12)
    if isPlain {
      let start = file.pages[0][273]
      #expect(file.pages.map { $0[273] } == (0..<12).map { start + $0 * 35 })
      #expect(file.pages.allSatisfy { $0.fields[279] == [35] })
      #expect(file.bytes.count == start + 12 * 35)
    }
    let stack = try ImageStack(contentsOf: url)
    #expect(stack.counts == [6, 2])
    #expect(stack.channelNames == ["F-actin", "tubulin"])
    #expect(stack.pixelSize?.width == 0.065 && stack.pixelSize?.height == 0.13)
    for frame in 0..<6 {
      for channel in 0..<2 {
        let plane = PlaneIndex(time: frame / 3, channel: channel, slice: frame % 3)
        let expected = (0..<35).map {
          Float(MadeImage.value(plane, row: $0 / 7, column: $0 % 7))
        }
        #expect(stack.plane(frame: frame, channel: channel).values == expected)
      }
    }
  }

  @Test("the description tells time points and slices apart, with spacing and interval")
  func text() throws {
    try sink.write(MadeImage(description), to: url)
    let file = try WrittenTIFF(url)
    let lines = lines(file)
    for line in [
      "images=12", "channels=2", "slices=3", "frames=2", "hyperstack=true", "mode=composite",
      "unit=\\u00B5m", "spacing=0.5", "finterval=2.5", "usplit_model=m", "images_=9",
    ] { #expect(lines.contains(line), "\(line)") }
    #expect(lines.filter { $0.hasPrefix("images=") }.count == 1)
    let page = file.pages[0]
    #expect(page.fields[282] == [200, 13] && page.fields[283] == [100, 13] && page[296] == 1)
    #expect(page.text(305) == "usplit 1.0")
  }

  @Test("colours of channels are full-scale tables, and white where only others have one")
  func colors() throws {
    try sink.write(MadeImage(description), to: url)
    let page = try WrittenTIFF(url).pages[0]
    let counts = try #require(page.fields[50838])
    let bytes = try #require(page.fields[50839])
    // The header, 12 labels, the ranges of 2 channels, 2 tables.
    #expect(counts == [28] + (0..<12).map { _ in 14 } + [32, 768, 768])
    let tables = Array(bytes.suffix(2 * 768))
    let brightest = [255, 511, 767, 1023, 1279, 1535].map { tables[$0] }
    #expect(brightest == [1, 200, 3, 255, 255, 255])
    #expect(sink.losses(of: description).contains { $0.contains("become white") })
  }

  @Test("channels without colours gain none")
  func noColors() throws {
    var image = description
    image.channels[0].color = nil
    try sink.write(MadeImage(image), to: url)
    #expect(try WrittenTIFF(url).pages[0].fields[50838] == [20] + (0..<12).map { _ in 14 } + [32])
    let found = try TIFF.images(url)[0].description
    #expect(found.channels == [ImageChannel(name: "F-actin"), ImageChannel(name: "tubulin")])
    #expect(!sink.losses(of: image).contains { $0.contains("colour") })
  }

  @Test("what has no place is told")
  func losses() {
    var image = description
    image.name = "cells"
    image.pixelSize?.unit = "pixel"
    let losses = sink.losses(of: image).joined(separator: "\n")
    for words in ["\"cells\"", "smaller levels (1)", "pixel size in pixel"] {
      #expect(losses.contains(words))
    }
    let plain = ImageDescription(times: 3, height: 2, width: 2, type: .uint8, timeStep: 2)
    #expect(sink.losses(of: plain).isEmpty)
    #expect(OMETIFFSink(software: "usplit").losses(of: plain).isEmpty)
    #expect(OMEZarrSink(version: .v05, software: "usplit").losses(of: plain).isEmpty)
  }

  @Test("axes that are assumed stay so: not named in a plain stack, marked beside channels")
  func assumed() throws {
    var image = ImageDescription(times: 3, height: 2, width: 2, type: .uint8)
    image.axesAreAssumed = true
    try sink.write(MadeImage(image), to: url)
    #expect(lines(try WrittenTIFF(url)).filter { $0.hasPrefix("frames") }.isEmpty)
    let stack = try TIFF.images(url)[0].description
    #expect(stack.axesAreAssumed && stack.times == 3)

    image.channels = [ImageChannel(name: "a"), ImageChannel(name: "b")]
    try sink.write(MadeImage(image), to: url, overwrite: true)
    let both = try TIFF.images(url)[0].description
    #expect(both.axesAreAssumed && both.times == 3 && both.channels.count == 2)
    #expect(both.remarks.contains { $0.contains("--axes ZCYX") })
    #expect(both.provenance.isEmpty)
    let read = try TIFF.images(url, ImageReadingOptions(axes: try AxesReading("ZCYX")))[0]
    #expect(!read.description.axesAreAssumed && read.description.slices == 3)
    #expect(read.description.remarks.isEmpty && read.description.provenance.isEmpty)
  }

  @Test(
    "types that ImageJ does not know are refused with advice",
    arguments: [PixelType.int8, .int16, .int32, .uint32, .float16, .float64])
  func types(type: PixelType) throws {
    let image = MadeImage(ImageDescription(height: 2, width: 2, type: type))
    let error = #expect(throws: ImagingError.self) { try sink.write(image, to: url) }
    #expect(error?.kind == .unsupported)
    #expect(error?.description.hasSuffix("write it as OME-TIFF") == true)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == [])
  }

  @Test("what ImageJ cannot read for its size or compression is refused with advice")
  func sizes() throws {
    func refusal(
      _ compression: TIFF.Compression, slices: Int = 1, _ height: Int, _ width: Int,
      _ type: PixelType
    ) throws -> String? {
      let image = MadeImage(
        ImageDescription(slices: slices, height: height, width: width, type: type))
      let error = #expect(throws: ImagingError.self) {
        try ImageJTIFFSink(compression: compression, software: "usplit").write(image, to: url)
      }
      #expect(error?.kind == .unsupported)
      return error?.description
    }
    #expect(try refusal(.zstd, 2, 2, .uint8)?.contains("Zstandard") == true)
    #expect(try refusal(.none, 1 << 16, 1 << 16, .uint8)?.contains("can count") == true)
    #expect(try refusal(.none, 1 << 40, 1 << 40, .uint8)?.contains("can count") == true)
    #expect(try refusal(.none, 1 << 15, 1 << 15, .float32)?.contains("4294967296 bytes") == true)
    let packed = try refusal(.lzw, slices: 5, 1 << 15, 1 << 14, .uint16)
    #expect(packed?.contains("without compression, or write it as OME-TIFF") == true)
  }

  @Test("ranges of an image that is not large are those of all pixels")
  func ranges() throws {
    try sink.write(MadeImage(description), to: url)
    let all = try ImageStack(contentsOf: url)
    let first = (0..<6).flatMap { all.plane(frame: $0, channel: 0).values }
    let lines = lines(try WrittenTIFF(url))
    #expect(lines.contains("min=\(first.min() ?? -1)"))
    #expect(lines.contains("max=\(first.max() ?? -1)"))
  }

  @Test("ranges of a large image are found in a part of it")
  func sampledRanges() throws {
    let image = MadeImage(
      ImageDescription(times: 17, height: 1000, width: 1000, type: .uint8), readsBeforeFailure: 9)
    let error = #expect(throws: ImagingError.self) { try sink.write(image, to: url) }
    // 3 bands of 3 frames are read for them, then the first plane's pixels.
    #expect(error?.kind == .truncated)
    #expect(image.largestRegion <= 1 << 18)
    let small = MadeImage(ImageDescription(times: 17, height: 1000, width: 1000, type: .uint8))
    try sink.write(small, to: url)
    let lines = lines(try WrittenTIFF(url))
    #expect(lines.contains("min=0.0") && lines.contains("max=119.0"))
  }

  @Test("a failing read and a progress that throws leave nothing", arguments: [true, false])
  func failing(read: Bool) throws {
    let image = MadeImage(description, readsBeforeFailure: read ? 15 : .max)
    for compression in [TIFF.Compression.none, .deflate] {
      let error = #expect(throws: ImagingError.self) {
        try ImageJTIFFSink(compression: compression, software: "usplit")
          .write(image, to: url, overwrite: false) { share throws(ImagingError) in
            if share > 0.5 { throw ImagingError(.mismatch, "stopped") }
          }
      }
      #expect(error?.kind == (read ? .truncated : .mismatch))
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == [])
  }

  @Test("pixel sizes become the nearest fractions", arguments: [0.065, 1, 3.7e-5, 12345.678])
  func fractions(size: Double) throws {
    var image = description
    image.pixelSize = PixelSize(width: size, height: size, unit: "nanometer")
    try sink.write(MadeImage(image), to: url)
    let page = try WrittenTIFF(url).pages[0]
    #expect(abs(page.fraction(282) * size - 1) < 1e-9)
    #expect(lines(try WrittenTIFF(url)).contains("unit=nm"))
  }

  @Test("a size that is counted in pixels or is no number is left out")
  func noSize() throws {
    for size in [
      PixelSize(width: 1, height: 1, unit: "pixel"), PixelSize(width: 0, height: 1, unit: "meter"),
      PixelSize(width: 1e300, height: 1, unit: "meter"),
    ] {
      var image = description
      image.pixelSize = size
      try sink.write(MadeImage(image), to: url, overwrite: true)
      let file = try WrittenTIFF(url)
      #expect(file.pages[0].fields[282] == nil)
      #expect(!lines(file).contains { $0.hasPrefix("unit=") || $0.hasPrefix("spacing=") })
    }
  }
}
