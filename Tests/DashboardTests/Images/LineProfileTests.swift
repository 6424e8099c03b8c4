import Foundation
import Imaging
import Testing

@Suite struct LineProfileTests {
  private func values(_ json: [String: Any]) throws -> [[Double?]] {
    try #require(json["values"] as? [[Any]]).map { $0.map { $0 as? Double } }
  }

  private func line(_ x0: Double, _ y0: Double, _ x1: Double, _ y1: Double) -> [String: String] {
    ["x0": "\(x0)", "y0": "\(y0)", "x1": "\(x1)", "y1": "\(y1)"]
  }

  private func interpolated(_ plane: PlaneIndex, _ x: Double, _ y: Double) -> Double {
    let (column, row) = (Int(x), Int(y))
    let (right, down) = (x - Double(column), y - Double(row))
    let value = { (dy: Int, dx: Int) in ComputedImage.pattern(plane, 0, row + dy, column + dx) }
    return (1 - down) * ((1 - right) * value(0, 0) + right * value(0, 1))
      + down * ((1 - right) * value(1, 0) + right * value(1, 1))
  }

  @Test(
    "values along a line are those of direct interpolation, whatever its direction and length",
    arguments: [
      (3.25, 4.5, 90.75, 60.125), (90.0, 60.0, 2.0, 1.0), (5.0, 7.0, 5.0, 300.0),
      (2.5, 9.0, 1890.0, 9.0), (1.0, 1.0, 1898.0, 398.0), (7.0, 7.0, 7.5, 7.0),
    ])
  func lines(_ x0: Double, _ y0: Double, _ x1: Double, _ y1: Double) async throws {
    let bench = try ImageBench()
    let image = ComputedImage(
      ImageDescription(
        channels: [ImageChannel(), ImageChannel()], height: 400, width: 1900, type: .uint16))
    for (format, name) in [(ImageFormat.omeZarr05, "p.ome.zarr"), (.imageJTIFF, "p.tif")] {
      let path = try bench.write(image, format, name)
      let json = try await bench.json("profile", path, line(x0, y0, x1, y1))
      let length = hypot(x1 - x0, y1 - y0)
      #expect(abs(try #require(json["length"] as? Double) - length) < 1e-9)
      let points = try #require(json["points"] as? Int)
      #expect(points == min(2048, Int(length.rounded(.up)) + 1))
      for (channel, values) in try values(json).enumerated() {
        #expect(values.count == points)
        for (number, value) in values.enumerated() {
          let share = Double(number) / Double(points - 1)
          let expected = interpolated(
            PlaneIndex(channel: channel), x0 + (x1 - x0) * share, y0 + (y1 - y0) * share)
          #expect(abs(try #require(value) - expected) < 1e-6)
        }
      }
    }
  }

  @Test("points that are far apart are read one by one")
  func farApart() async throws {
    let bench = try ImageBench()
    let image = ComputedImage(ImageDescription(height: 30, width: 12_000, type: .uint8))
    let path = try bench.write(image, .imageJTIFF, "p.tif")
    let json = try await bench.json("profile", path, line(0, 3.5, 11_998, 20.25))
    let values = try values(json)[0]
    #expect(values.count == 2048)
    for number in stride(from: 0, to: 2048, by: 89) {
      let share = Double(number) / 2047
      let expected = interpolated(PlaneIndex(), 11_998 * share, 3.5 + 16.75 * share)
      #expect(abs(try #require(values[number]) - expected) < 1e-6)
    }
  }

  @Test("outside the image there are no values, at its borders those of the outermost pixels")
  func outside() async throws {
    let bench = try ImageBench()
    let image = ComputedImage(ImageDescription(height: 4, width: 5, type: .uint8)) {
      _, _, _, column in Double(column)
    }
    let path = try bench.write(image, .imageJTIFF, "p.tif")
    let values = try values(try await bench.json("profile", path, line(-2, 1, 6, 1)))[0]
    #expect(values == [nil, nil, 0, 1, 2, 3, 4, nil, nil])
    let border = try await bench.json("profile", path, line(4.4, 3.4, 4.4, 3.4))
    #expect(border["points"] as? Int == 1)
    #expect(try self.values(border) == [[4]])
  }

  @Test("a pixel that is no number spoils only the points that it has a share in")
  func notNumber() async throws {
    let bench = try ImageBench()
    let image = ComputedImage(ImageDescription(height: 2, width: 6, type: .float32)) {
      _, _, _, column in column == 3 ? .nan : 1
    }
    let path = try bench.write(image, .imageJTIFF, "p.tif")
    let values = try values(try await bench.json("profile", path, line(0, 0, 5, 0)))[0]
    #expect(values == [1, 1, 1, nil, 1, 1])
  }

  @Test("what is no number of pixels is refused", arguments: ["nan", "inf", "", "1e300", "x"])
  func refused(_ text: String) async throws {
    let bench = try ImageBench()
    let path = try bench.write(
      ComputedImage(ImageDescription(height: 4, width: 5, type: .uint8)), .imageJTIFF, "p.tif")
    var query = line(0, 0, 1, 1)
    query["x1"] = text
    #expect(await bench.get("profile", path, query).status == 400)
  }
}
