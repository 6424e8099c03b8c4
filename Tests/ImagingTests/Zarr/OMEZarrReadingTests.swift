import Foundation
import Imaging
import TestSupport
import Testing

@Suite("Reading OME-Zarr")
final class OMEZarrReadingTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func store(_ name: String = "image.zarr") throws -> OMEZarrStore {
    try OMEZarrStore(in: folder.url, name: name)
  }

  private func axis(_ name: String, _ type: String? = nil, _ unit: String? = nil) -> String {
    OMEZarrStore.axis(name, type, unit)
  }

  /// One pixel as stored.
  private func pixel(
    _ image: OMEZarrImage, _ plane: PlaneIndex, row: Int, column: Int, level: Int = 0
  ) throws -> Float {
    try image.plane(
      PlaneRegion(row: row, column: column, height: 1, width: 1), of: plane, level: level)[0, 0]
  }

  @Test("five axes of version 0.4 are read with sizes, units, names and colours")
  func five() throws {
    let store = try store()
    try store.image04(
      axes: [
        axis("t", "time", "millisecond"), axis("c", "channel"), axis("z", "space", "micrometer"),
        axis("y", "space", "micrometer"), axis("x", "space", "micrometer"),
      ],
      shapes: [[2, 3, 4, 5, 6], [2, 3, 4, 2, 3]], scale: [500, 1, 2, 0.65, 0.325],
      members: #", "name": "cells", "metadata": {"usplit": [["b", "2"], ["a", "1"]]}"#,
      more: #"""
        , "omero": {"channels": [{"label": "DAPI", "color": "0000FF"}, {"color": "#00ff7f"},
          {"label": "", "color": "red"}]}
        """#)
    let image = try store.image()
    let known = image.description
    #expect(known.axesText == "TCZYX")
    #expect(known.times == 2)
    #expect(known.channels.count == 3)
    #expect(known.slices == 4)
    #expect(known.levels == [.init(height: 5, width: 6), .init(height: 2, width: 3)])
    #expect(known.type == .uint16)
    #expect(
      known.pixelSize == PixelSize(width: 0.325, height: 0.65, depth: 2, unit: "micrometer"))
    #expect(known.timeStep == 0.5)
    #expect(known.name == "cells")
    #expect(known.provenance == [.init("b", "2"), .init("a", "1")])
    #expect(known.channels.map(\.name) == ["DAPI", nil, nil])
    #expect(known.channels.map(\.color) == [RGBColor(0, 0, 255), RGBColor(0, 255, 127), nil])
    #expect(known.format == .omeZarr04)
    #expect(known.remarks.count == 1)
    #expect(known.remarks.first?.contains("\"red\" of channel 3") == true)
    let plane = PlaneIndex(time: 1, channel: 2, slice: 3)
    #expect(try pixel(image, plane, row: 4, column: 1) == Float(((1 * 3 + 2) * 4 + 3) * 30 + 25))
    #expect(
      try pixel(image, plane, row: 1, column: 2, level: 1)
        == Float(((1 * 3 + 2) * 4 + 3) * 6 + 5))
  }

  @Test("axes in any order are read by name, also X before Y")
  func order() throws {
    let store = try store()
    try store.image04(
      axes: [axis("x", "space"), axis("c", "channel"), axis("y", "space")], shapes: [[3, 2, 4]])
    let image = try store.image()
    #expect(image.description.axesText == "XCY")
    #expect(image.description.height == 4)
    let plane = try image.plane(PlaneIndex(channel: 1))
    let expected = (0..<4).flatMap { y in (0..<3).map { x in Float(x * 8 + 4 + y) } }
    #expect(plane.values == expected)
  }

  @Test("version 0.5 is read, its channel axis by type")
  func five05() throws {
    let store = try store()
    try store.image05(
      axes: [axis("wave", "channel"), axis("y", "space", "nm"), axis("x", "space", "nm")],
      names: ["wave", "y", "x"], shapes: [[2, 3, 4]], scale: [1, 65, 65])
    let image = try store.image()
    #expect(image.description.axesText == "CYX")
    #expect(image.description.format == .omeZarr05)
    #expect(
      image.description.pixelSize == PixelSize(width: 65, height: 65, unit: "nanometer"))
    #expect(try pixel(image, PlaneIndex(channel: 1), row: 2, column: 3) == 23)
    #expect(image.description.remarks.isEmpty)
  }

  @Test("a 0.5 array whose dimension names contradict the axes is refused, --axes decides")
  func dimensionNames() throws {
    let store = try store()
    try store.image05(
      axes: [axis("t", "time")] + OMEZarrStore.yx, names: ["c", "y", "x"], shapes: [[2, 3, 4]])
    let error = #expect(throws: ImagingError.self) { try store.image() }
    #expect(error?.kind == .mismatch)
    #expect(error?.description.contains("dimension_names are \"c\", \"y\", \"x\"") == true)
    #expect(try store.image(axes: "CYX").description.channels.count == 2)
  }

  @Test("names in a list, as in version 0.3, are axes")
  func version03() throws {
    let store = try store()
    try store.array("s0", [2, 3, 4])
    try store.write(
      ".zattrs",
      #"""
      {"multiscales": [{"version": "0.3", "axes": ["z", "y", "x"], "datasets": [{"path": "s0"}]}]}
      """#)
    let image = try store.image()
    #expect(image.description.axesText == "ZYX")
    #expect(image.description.pixelSize == nil)
  }

  @Test("five dimensions without axes, as before version 0.3, are TCZYX with a remark")
  func version01() throws {
    let store = try store()
    try store.array("0", [1, 2, 1, 3, 4])
    let metadata = #"{"multiscales": [{"version": "0.1", "datasets": [{"path": "0"}]}]}"#
    try store.write(".zattrs", metadata)
    let known = try store.image().description
    #expect(known.axesText == "TCZYX")
    #expect(known.channels.count == 2)
    #expect(known.remarks.first?.contains("TCZYX") == true)
    try store.array("0", [2, 3, 4])
    #expect(throws: ImagingError.self) { try store.image() }
  }

  @Test(
    "units are turned into one of all axes",
    arguments: [
      (
        "nanometer", "micrometer", 130.0, 0.13,
        PixelSize(width: 130, height: 130, unit: "nanometer")
      ),
      (
        "millimeter", "um", 0.0005, 0.5,
        PixelSize(width: 0.0005, height: 0.0005, unit: "millimeter")
      ),
      ("inch", "inch", 1, 2, PixelSize(width: 25400, height: 50800, unit: "micrometer")),
    ])
  func units(x: String, y: String, width: Double, height: Double, expected: PixelSize) throws {
    let store = try store()
    try store.image04(
      axes: [axis("y", "space", y), axis("x", "space", x)], shapes: [[3, 4]],
      scale: [height, width])
    let size = try #require(try store.image().description.pixelSize)
    #expect(size.unit == expected.unit)
    #expect(abs(size.width / expected.width - 1) < 1e-12)
    #expect(abs(size.height / expected.height - 1) < 1e-12)
  }

  @Test("a scale without a unit, with an unknown one or of 0 says no length and is told")
  func withoutUnit() throws {
    for (unit, scale) in [(nil, 0.5), ("pixel", 0.5), ("micrometer", 0), ("micrometer", -1)] {
      let store = try store("\(UUID().uuidString)")
      try store.image04(
        axes: [axis("y", "space", unit), axis("x", "space", unit)], shapes: [[3, 4]],
        scale: [scale, scale])
      let known = try store.image().description
      #expect(known.pixelSize == nil)
      #expect(known.remarks.count == 1)
    }
    let store = try store()
    try store.image04(axes: OMEZarrStore.yx, shapes: [[3, 4]])
    #expect(try store.image().description.remarks.isEmpty)
  }

  @Test("slices without a unit have no distance, pixels keep their size")
  func depth() throws {
    let store = try store()
    try store.image04(
      axes: [axis("z", "space"), axis("y", "space", "micrometer"), axis("x", "space", "micron")],
      shapes: [[2, 3, 4]], scale: [3, 0.5, 0.5])
    let known = try store.image().description
    #expect(known.pixelSize == PixelSize(width: 0.5, height: 0.5, unit: "micrometer"))
    #expect(known.remarks.count == 1)
  }

  @Test("the scale of all levels multiplies that of the level; a position is told")
  func transformations() throws {
    let store = try store()
    try store.image04(
      axes: [axis("t", "time", "minute")] + ["y", "x"].map { axis($0, "space", "micrometer") },
      shapes: [[2, 3, 4]], scale: [1, 0.5, 0.5],
      members: #"""
        , "coordinateTransformations": [{"type": "scale", "scale": [2, 2, 2]},
          {"type": "translation", "translation": [0, 3, 0]}]
        """#)
    let known = try store.image().description
    #expect(known.pixelSize == PixelSize(width: 1, height: 1, unit: "micrometer"))
    #expect(known.timeStep == 120)
    #expect(known.remarks.contains { $0.contains("translation") })
  }

  @Test("an axis of one element that is none of the five is left out with a remark")
  func customAxis() throws {
    let store = try store()
    try store.image04(axes: [axis("angle", "rotation")] + OMEZarrStore.yx, shapes: [[1, 3, 4]])
    let known = try store.image().description
    #expect(known.axesText == "YX")
    #expect(known.remarks.first?.contains("\"angle\"") == true)
    let wide = try self.store("wide.zarr")
    try wide.image04(axes: [axis("angle", "rotation")] + OMEZarrStore.yx, shapes: [[2, 3, 4]])
    let error = #expect(throws: ImagingError.self) { try wide.image() }
    #expect(error?.kind == .unsupported)
    #expect(try wide.image(axes: "TYX").description.times == 2)
    #expect(try store.image(axes: "YX").description.axesText == "YX")
  }

  @Test("axes of space with names of their own are read in order, with a remark")
  func freeNames() throws {
    let store = try store()
    try store.image04(axes: [axis("row", "space"), axis("col", "space")], shapes: [[3, 4]])
    let known = try store.image().description
    #expect(known.levels == [.init(height: 3, width: 4)])
    #expect(known.remarks.count == 1)
  }

  @Test("levels with fewer slices are left out, several multiscales give the first")
  func levels() throws {
    let store = try store()
    try store.image04(
      axes: [axis("z", "space")] + OMEZarrStore.yx, shapes: [[4, 8, 8], [4, 4, 4], [2, 2, 2]])
    let known = try store.image().description
    #expect(known.levels == [.init(height: 8, width: 8), .init(height: 4, width: 4)])
    #expect(known.remarks.first?.contains("levels 2") == true)
  }

  @Test("all images of a collection are read, in the order and by the names of the OME group")
  func series() throws {
    let store = try store()
    try store.write(".zgroup", "{\"zarr_format\": 2}")
    try store.write(".zattrs", "{\"bioformats2raw.layout\": 3}")
    try store.image04("0/", axes: OMEZarrStore.yx, shapes: [[3, 4]])
    try store.image04("1/", axes: OMEZarrStore.yx, shapes: [[5, 6]])
    #expect(try OMEZarr.images(store.url).map(\.description.height) == [3, 5])
    try store.write("OME/.zgroup", "{\"zarr_format\": 2}")
    try store.write("OME/.zattrs", "{\"series\": [\"1\", \"0\"]}")
    try store.write(
      "OME/METADATA.ome.xml",
      "<OME><Image ID=\"Image:0\" Name=\"left\"/><Image ID=\"Image:1\" Name=\"right\"/></OME>")
    let images = try OMEZarr.images(store.url)
    #expect(images.map(\.description.height) == [5, 3])
    #expect(images.map(\.description.name) == ["left", "right"])
    #expect(images[0].place == store.url.path + "/1")
    #expect(
      try OMEZarr.images(store.url.appendingPathComponent("1"))[0].description.height == 5)
  }

  @Test("a plain array is read by its names or as told, and YX where it has two dimensions")
  func plain() throws {
    let store = try store()
    try store.array("plane", [3, 4])
    try store.array("named", [2, 3, 4], version: 3, names: ["c", "y", "x"])
    try store.array("xarray", [2, 3, 4], names: ["time", "y", "x"])
    try store.array("bare", [2, 3, 4])
    func open(_ name: String, _ axes: String? = nil) throws -> ImageDescription {
      let options = ImageReadingOptions(axes: try axes.map(AxesReading.init))
      return try OMEZarr.images(store.url.appendingPathComponent(name), options)[0].description
    }
    #expect(try open("plane").axesText == "YX")
    #expect(try open("plane").format == .zarr)
    #expect(try open("named").channels.count == 2)
    #expect(try open("xarray").times == 2)
    let error = #expect(throws: ImagingError.self) { try open("bare") }
    #expect(error?.kind == .ambiguous)
    #expect(error?.description.contains("--axes") == true)
    #expect(try open("bare", "ZYX").slices == 2)
    #expect(try open("bare", "Z2YX").slices == 2)
    #expect(throws: ImagingError.self) { try open("bare", "Z3YX") }
    #expect(throws: ImagingError.self) { try open("bare", "TCYX") }
    #expect(try open("plane").remarks.isEmpty)
    try store.image05(axes: OMEZarrStore.yx, names: ["y", "x"], shapes: [[3, 4]])
    #expect(try open("0").remarks.first?.contains("image.zarr") == true)
  }
}
