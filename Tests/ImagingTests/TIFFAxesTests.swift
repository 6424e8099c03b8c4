import Foundation
import Imaging
import TestSupport
import Testing

@Suite("Axes of TIFF files")
final class TIFFAxesTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func images(
    pages: Int, _ description: String? = nil, axes: String? = nil
  ) throws -> [TIFFImage] {
    let url = try TIFFBytes(pages: pages, description: description).write(in: folder.url)
    return try TIFF.images(url, ImageReadingOptions(axes: try axes.map { try AxesReading($0) }))
  }

  /// The page, from 0, that a plane was read from.
  private func page(
    _ image: TIFFImage, time: Int = 0, channel: Int = 0, slice: Int = 0
  ) throws -> Int {
    let index = PlaneIndex(time: time, channel: channel, slice: slice)
    return Int(try image.plane(index)[0, 0]) / 10
  }

  @Test("pages without metadata are time points, which a remark says")
  func plain() throws {
    let image = try images(pages: 3)[0].description
    #expect(image.axesText == "TYX")
    #expect(image.times == 3)
    #expect(image.remarks.count == 1)
    #expect(image.remarks[0].contains("--axes ZYX or CYX"))
    #expect(try images(pages: 1)[0].description.remarks.isEmpty)
    #expect(try images(pages: 1)[0].description.axesText == "YX")
  }

  @Test("the user's axes count, whatever the file says")
  func reading() throws {
    let image = try images(pages: 6, axes: "ZC2YX")[0]
    #expect(image.description.axesText == "ZCYX")
    #expect(image.description.remarks.isEmpty)
    #expect((image.description.slices, image.description.channels.count) == (3, 2))
    #expect(try page(image, channel: 1, slice: 2) == 5)
    let text = "ImageJ=1.53t\nimages=6\nslices=3\nframes=2\nhyperstack=true\n"
    let other = try images(pages: 6, text, axes: "CTYX")[0]
    #expect((other.description.times, other.description.channels.count) == (3, 2))
    #expect(try page(other, time: 1, channel: 1) == 4)
    #expect(try images(pages: 1, axes: "Y2X3")[0].description.axesText == "YX")
  }

  @Test(
    "axes that the planes do not have are refused with their number",
    arguments: ["YX", "TC4YX", "T2C2YX", "TCYX", "TXY", "TYXC", "TYXZ", "TY3X", "ZTCYX"])
  func wrongReading(axes: String) throws {
    let error = #expect(throws: ImagingError.self) { try images(pages: 6, axes: axes) }
    #expect(error?.kind == .mismatch)
    #expect(error?.description.contains("6 planes") == true)
    #expect(error?.description.contains("--axes \(axes)") == true)
  }

  @Test("samples side by side are channels behind columns")
  func samples() throws {
    let page = TIFFBytes.Page(width: 2, samples: 4, values: (0..<16).map { UInt64($0) })
    let url = try TIFFBytes([page, page, page]).write(in: folder.url)
    func read(_ axes: String) throws -> ImageDescription {
      try TIFF.images(url, ImageReadingOptions(axes: try AxesReading(axes)))[0].description
    }
    #expect(try read("ZYXC").axesText == "ZYXC")
    #expect(try read("ZYXC").slices == 3)
    #expect(try read("TCYX").channels.count == 4)
    #expect(try read("C12YX").channels.count == 12)
    #expect(throws: ImagingError.self) { try read("TYX") }
    #expect(throws: ImagingError.self) { try read("TYXC3") }
    #expect(throws: ImagingError.self) { try read("CTYX") }
  }

  @Test("one axis without a meaning is read as time points with a remark, two are refused")
  func unknownLetters() throws {
    let one = try images(pages: 6, #"{"shape": [2, 3, 2, 3], "axes": "CQYX"}"#)[0]
    #expect(one.description.axesText == "CTYX")
    #expect(one.description.remarks[0].contains("axis Q of 3"))
    #expect(one.description.remarks[0].contains("--axes CZYX"))
    for text in [
      #"{"shape": [2, 3, 2, 3], "axes": "IQYX"}"#, #"{"shape": [2, 3, 2, 3]}"#,
      #"{"shape": [2, 3, 2, 3], "axes": "TQYX"}"#, #"{"shape": [2, 3, 2, 3], "axes": "TTYX"}"#,
    ] {
      let error = #expect(throws: ImagingError.self) { try images(pages: 6, text) }
      #expect(error?.kind == .ambiguous)
      #expect(error?.description.contains("--axes") == true)
    }
    let read = try images(pages: 6, #"{"shape": [2, 3, 2, 3]}"#, axes: "CZYX")[0]
    #expect((read.description.channels.count, read.description.slices) == (2, 3))
    #expect(try page(read, channel: 1, slice: 1) == 4)
  }

  @Test("planes that are not rows by columns are to be saved again, no axes help")
  func transposed() throws {
    let error = #expect(throws: ImagingError.self) {
      try images(pages: 2, #"{"shape": [2, 2, 3], "axes": "XYZ"}"#)
    }
    #expect(error?.description.contains("save it again with Y and X as the last axes") == true)
    #expect(error?.description.contains("--axes") == false)
  }

  @Test("axes that tifffile's description names are kept, also of size 1")
  func namedOnes() throws {
    let image = try images(pages: 2, #"{"shape": [1, 2, 2, 3], "axes": "TZYX"}"#)[0]
    #expect(image.description.axesText == "TZYX")
  }

  @Test("each array that tifffile wrote is an image of its own")
  func arrays() throws {
    var pages = TIFFBytes(pages: 4).pages
    pages[0].description = #"{"shape": [3, 2, 3], "axes": "ZYX"}"#
    pages[3].description = #"{"shape": [1, 2], "axes": "YX"}"#
    (pages[3].height, pages[3].width, pages[3].values) = (1, 2, [30, 31])
    let images = try TIFF.images(try TIFFBytes(pages).write(in: folder.url))
    #expect(images.map(\.description.axesText) == ["ZYX", "YX"])
    #expect(try images[1].plane(PlaneIndex()).values == [30, 31])
  }

  @Test("ImageJ's distance of slices, interval, colours and notes are read")
  func imagej() throws {
    var page = TIFFBytes.Page(resolution: (perUnit: 4, unit: 1), values: [0, 0, 0, 0, 0, 0])
    page.description = """
      ImageJ=1.53t
      images=4
      slices=2
      frames=2
      hyperstack=true
      unit=um
      spacing=-0.5
      finterval=250
      tunit=ms
      min=0
      usplit_version=1.2
      model=\\u00B5
      """
    let url = try TIFFBytes([page, page, page, page]).write(in: folder.url)
    let image = try TIFF.images(url)[0].description
    #expect(image.axesText == "TZYX")
    #expect(
      image.pixelSize == PixelSize(width: 0.25, height: 0.25, depth: 0.5, unit: "micrometer"))
    #expect(image.timeStep == 0.25)
    #expect(
      image.provenance == [.init("usplit_version", "1.2"), .init("model", "µ")])
  }

  @Test("ImageJ's rate of playing stands for the interval where that is missing")
  func rate() throws {
    func step(_ lines: String) throws -> Double? {
      try images(pages: 2, "ImageJ=1.53t\nimages=2\nframes=2\n" + lines)[0].description.timeStep
    }
    #expect(try step("fps=4.0\n") == nil)
    #expect(try step("fps=4.0\nfinterval=3\n") == 3)
    #expect(try step("finterval=2\ntunit=min\n") == 120)
    #expect(try step("finterval=2\ntunit=blink\n") == nil)
    #expect(try step("") == nil)
  }

  @Test("ImageJ's grey values that are shown in a colour are grey")
  func palette() throws {
    let page = TIFFBytes.Page(
      photometric: 3, description: "ImageJ=1.53t\n", hasColorMap: true)
    let image = try TIFF.images(try TIFFBytes([page]).write(in: folder.url))[0]
    #expect(try image.plane(PlaneIndex()).values == [1, 2, 3, 4, 5, 6])
  }
}
