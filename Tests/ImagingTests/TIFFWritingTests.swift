import Foundation
import Imaging
import TestSupport
import Testing

@Suite("Writing TIFF files")
final class TIFFWritingTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func stack(_ type: PixelType = .uint16, channels: Int = 2) -> ImageStack {
    let frames = 3
    return ImageStack(
      frames: frames, channels: channels, height: 5, width: 7,
      pixels: (0..<frames * channels * 35).map { Float($0 % 120) }, type: type,
      channelNames: (0..<channels).map { $0 == 0 ? "F-actin" : "µ-tubulin \($0)" },
      pixelSize: PixelSize(width: 0.065, height: 0.13, unit: "micrometer"), axes: "TCYX")
  }

  private var url: URL { folder.url.appendingPathComponent("out.tif") }

  @Test(
    "a stack comes back as it was",
    arguments: PixelType.allCases, TIFF.Compression.allCases)
  func roundTrip(type: PixelType, compression: TIFF.Compression) throws {
    let written = stack(type)
    try TIFF.write(
      written, to: url, software: "usplit", notes: [("usplit_model", "a=b\nchannels=9")],
      compression: compression)
    var expected = written
    if type == .float16 { expected.type = .float32 }  // OME has no float16
    #expect(try ImageStack(contentsOf: url) == expected)
  }

  @Test("what ImageJ cannot read is written as OME-TIFF")
  func formats() throws {
    func isOME(_ type: PixelType, _ compression: TIFF.Compression) throws -> Bool {
      try TIFF.write(
        stack(type), to: url, overwrite: true, software: "usplit", compression: compression)
      return try TIFF.images(url)[0].description.format == .omeTIFF
    }
    for type in [PixelType.uint8, .uint16, .float32] {
      #expect(try !isOME(type, .none))
      #expect(try !isOME(type, .lzw))
      #expect(try !isOME(type, .deflate))
      #expect(try isOME(type, .zstd))
    }
    for type in [PixelType.int8, .int16, .int32, .uint32, .float16, .float64] {
      #expect(try isOME(type, .none))
    }
  }

  @Test("notes are the file's provenance in either form", arguments: [PixelType.uint8, .int8])
  func notes(type: PixelType) throws {
    try TIFF.write(stack(type), to: url, software: "usplit", notes: [("usplit_model", "m.safe")])
    let text = String(decoding: try Data(contentsOf: url), as: UTF8.self)
    let line = type == .uint8 ? "\nusplit_model=m.safe\n" : "<M K=\"usplit_model\">m.safe</M>"
    #expect(text.contains(line))
  }

  @Test("one channel and one frame come back as they were")
  func single() throws {
    let written = ImageStack(
      frames: 1, channels: 1, height: 2, width: 2, pixels: [0.5, -1, 1e30, 4], axes: "YX")
    try TIFF.write(written, to: url, software: "usplit")
    #expect(try ImageStack(contentsOf: url) == written)
    try TIFF.write(stack(channels: 1), to: url, overwrite: true, software: "usplit")
    #expect(try ImageStack(contentsOf: url).axes == "TYX")
    #expect(try ImageStack(contentsOf: url).channelNames == ["F-actin"])
  }

  @Test("the description is ImageJ's, in ASCII, and notes cannot break it")
  func description() throws {
    try TIFF.write(stack(), to: url, software: "usplit", notes: [("a=b", "µ\r\nimages=7")])
    let bytes = try Data(contentsOf: url)
    let start = try #require(bytes.range(of: Data("ImageJ=".utf8))).lowerBound
    let text = String(decoding: bytes[start...].prefix { $0 != 0 }, as: UTF8.self)
    let lines = text.split(separator: "\n").map(String.init)
    #expect(lines.first?.hasPrefix("ImageJ=") == true)
    #expect(lines.contains("images=6"))
    #expect(lines.contains("channels=2"))
    #expect(lines.contains("frames=3"))
    #expect(lines.contains("hyperstack=true"))
    #expect(!lines.contains { $0.hasPrefix("slices=") })
    #expect(lines.contains("mode=composite"))
    #expect(lines.contains("unit=\\u00B5m"))
    #expect(lines.contains("a_b=\\u00B5 images=7"))
    #expect(!lines.contains("images=7"))
    #expect(text.utf8.allSatisfy { $0 < 128 })
  }

  @Test("planes of an unpacked stack follow one another, as ImageJ expects", arguments: [1, 2, 7])
  func contiguousPlanes(channels: Int) throws {
    let folder = try TemporaryFolder()
    let url = folder.url.appendingPathComponent("stack.tif")
    let stack = stack(.uint8, channels: channels)
    try TIFF.write(stack, to: url, software: "test")
    let bytes = Data(stack.pixels.map { UInt8($0) })
    #expect(try Data(contentsOf: url).range(of: bytes) != nil)
    #expect(try ImageStack(contentsOf: url).pixels == stack.pixels)
  }

  @Test("integers are rounded with halves away from zero, and clamped")
  func clamping() throws {
    func written(_ values: [Float], as type: PixelType) throws -> [Float] {
      let image = ImageStack(
        frames: 1, channels: 1, height: 1, width: values.count, pixels: values, type: type)
      try TIFF.write(image, to: url, overwrite: true, software: "usplit")
      return try ImageStack(contentsOf: url).pixels
    }
    let values: [Float] = [-3, -0.4, 0.5, 1.5, 254.5, 255.4, 300, .infinity, .nan]
    #expect(try written(values, as: .uint8) == [0, 0, 1, 2, 255, 255, 255, 255, 0])
    #expect(try written([-2.5, -40000, 40000], as: .int16) == [-3, -32768, 32767])
    #expect(try written([5e9, -1], as: .uint32) == [4_294_967_296, 0])
    #expect(try written([5e9, -5e9], as: .int32) == [2_147_483_648, -2_147_483_648])
  }

  @Test("a file that is there stays unless told otherwise")
  func overwriting() throws {
    try Data("precious".utf8).write(to: url)
    let error = #expect(throws: ImagingError.self) {
      try TIFF.write(stack(), to: url, software: "usplit")
    }
    #expect(error?.kind == .exists)
    #expect(error?.description.hasSuffix("exists; pass --force to replace it") == true)
    #expect(try Data(contentsOf: url) == Data("precious".utf8))
    try TIFF.write(stack(), to: url, overwrite: true, software: "usplit")
    #expect(try ImageStack(contentsOf: url) == stack())
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["out.tif"])
  }

  @Test("a symbolic link stays one when its file is replaced")
  func symbolicLink() throws {
    let link = folder.url.appendingPathComponent("link.tif")
    try Data("old".utf8).write(to: url)
    try FileManager.default.createSymbolicLink(at: link, withDestinationURL: url)
    try TIFF.write(stack(), to: link, overwrite: true, software: "usplit")
    #expect(try ImageStack(contentsOf: url) == stack())
    let target = try FileManager.default.destinationOfSymbolicLink(atPath: link.path)
    #expect(target == url.path)
  }

  @Test("a folder that is not there, or is a file, is told as such")
  func unwritable() throws {
    let missing = folder.url.appendingPathComponent("none/out.tif")
    let error = #expect(throws: ImagingError.self) {
      try TIFF.write(stack(), to: missing, software: "usplit")
    }
    #expect(error?.kind == .unwritable)
    #expect(error?.description.contains("No such file or directory") == true)
    let occupied = #expect(throws: ImagingError.self) {
      try TIFF.write(stack(), to: folder.url, overwrite: true, software: "usplit")
    }
    #expect(occupied?.kind == .unwritable)
  }
}
