import Dashboard
import Foundation
import Imaging
import Testing

@Suite struct ImageTileTests {
  static let pyramid = [(600, 530), (300, 265), (150, 132)].map {
    ImageDescription.Level(height: $0.0, width: $0.1)
  }

  @Test(
    "tiles of all levels hold the pixels of the image, up to the borders",
    arguments: [ImageFormat.omeTIFF, .omeZarr04, .omeZarr05])
  func pyramid(_ format: ImageFormat) async throws {
    let bench = try ImageBench()
    let image = ComputedImage(
      ImageDescription(
        channels: [ImageChannel(name: "a"), ImageChannel(name: "b")], height: 600, width: 530,
        type: .uint16, levels: Self.pyramid))
    let path = try bench.write(image, format, format == .omeTIFF ? "p.ome.tif" : "p.ome.zarr")
    let known = try await bench.json("image", path)
    #expect((known["levels"] as? [[String: Int]])?.map { $0["height"] } == [600, 300, 150])
    #expect(known["state"] as? String == "ready")
    for (level, size) in Self.pyramid.enumerated() {
      for y in 0..<(size.height + 255) / 256 {
        for x in 0..<(size.width + 255) / 256 {
          let tile = try await bench.tile(
            path, ["level": "\(level)", "x": "\(x)", "y": "\(y)", "c": "1,0"], as: UInt16.self)
          var expected: [UInt16] = []
          for channel in [1, 0] {
            for row in y * 256..<min(size.height, y * 256 + 256) {
              for column in x * 256..<min(size.width, x * 256 + 256) {
                let plane = PlaneIndex(channel: channel)
                expected.append(UInt16(ComputedImage.pattern(plane, level, row, column)))
              }
            }
          }
          #expect(tile == expected, "level \(level), tile \(x), \(y)")
        }
      }
    }
  }

  @Test("a tile tells its type and size, and that it may be kept for ever")
  func headers() async throws {
    let bench = try ImageBench()
    let path = try bench.write(
      ComputedImage(ImageDescription(height: 300, width: 260, type: .uint8)), .omeTIFF, "a.ome.tif")
    let version = try #require(try await bench.json("image", path)["version"] as? String)
    let query = ["v": version, "x": "1", "y": "1"]
    let answer = await bench.get("tile", path, query)
    #expect(answer.status == 200)
    #expect(answer.headers["Content-Type"] == "application/octet-stream")
    #expect(answer.headers["X-USplit-Type"] == "uint8")
    #expect(answer.headers["X-USplit-Width"] == "4")
    #expect(answer.headers["X-USplit-Height"] == "44")
    #expect(answer.headers["Cache-Control"] == "private, max-age=86400, immutable")
    #expect(answer.body.count == 4 * 44)
    let tag = try #require(answer.headers["ETag"])
    let again = await bench.desk.get(
      "/api/tile", query.merging(["path": path]) { $1 }, headers: ["if-none-match": tag])
    #expect(again.status == 304)
    #expect(again.body.isEmpty)
  }

  @Test("tiles of a hyperstack are those of the time point and slice that is asked for")
  func hyperstack() async throws {
    let bench = try ImageBench()
    let image = ComputedImage(
      ImageDescription(
        times: 3, channels: [ImageChannel(), ImageChannel()], slices: 4, height: 30, width: 20,
        type: .uint16))
    let path = try bench.write(image, .imageJTIFF, "h.tif")
    for (time, slice, channel) in [(0, 0, 0), (2, 3, 1), (1, 0, 1), (0, 2, 0)] {
      let tile = try await bench.tile(
        path, ["x": "0", "y": "0", "t": "\(time)", "z": "\(slice)", "c": "\(channel)"],
        as: UInt16.self)
      let plane = PlaneIndex(time: time, channel: channel, slice: slice)
      #expect(
        tile
          == (0..<600).map { UInt16(ComputedImage.pattern(plane, 0, $0 / 20, $0 % 20)) })
    }
  }

  @Test("values that are no numbers are sent as they are")
  func notFinite() async throws {
    let bench = try ImageBench()
    let values: [Float] = [1.5, .nan, -.infinity, .infinity, -2, 0]
    let image = ComputedImage(ImageDescription(height: 2, width: 3, type: .float32)) {
      _, _, row, column in Double(values[row * 3 + column])
    }
    for (format, name) in [(ImageFormat.omeTIFF, "n.ome.tif"), (.omeZarr05, "n.ome.zarr")] {
      let path = try bench.write(image, format, name)
      let tile = try await bench.tile(path, ["x": "0", "y": "0"], as: Float.self)
      #expect(tile.map(\.bitPattern) == values.map(\.bitPattern))
    }
  }

  @Test(
    "types that a page does not draw become 32-bit floating point",
    arguments: [
      PixelType.int16, .float64,
    ])
  func converted(_ type: PixelType) async throws {
    let bench = try ImageBench()
    let image = ComputedImage(ImageDescription(height: 9, width: 8, type: type)) {
      _, _, row, column in Double(row * 8 + column) - 30
    }
    let path = try bench.write(image, .omeZarr04, "c.ome.zarr")
    let known = try await bench.json("image", path)
    #expect(known["type"] as? String == type.rawValue)
    #expect(known["tileType"] as? String == "float32")
    let tile = try await bench.tile(path, ["x": "0", "y": "0"], as: Float.self)
    #expect(tile == (0..<72).map { Float($0) - 30 })
  }

  @Test(
    "what is not there is not found, and what is no number is refused",
    arguments: [
      (["x": "2"], 404), (["y": "2"], 404), (["level": "1"], 404), (["c": "1"], 404),
      (["t": "1"], 404), (["z": "7"], 404), (["series": "1"], 404),
      (["x": "-1"], 400), (["x": "1e3"], 400), (["x": ""], 400),
      (["x": "99999999999999999999"], 400),
      (["x": "4294967296"], 400), (["y": "٣"], 400), (["level": "0x1"], 400), (["c": "0,,0"], 400),
      (["c": String(repeating: "0,", count: 5000) + "0"], 400), (["c": "-1"], 400),
      (["t": "nan"], 400), (["z": " 1"], 400), (["series": "+0"], 400), (["x": "2147483647"], 404),
      (["path": ""], 400), (["path": "files/none.tif"], 404), (["path": "files/../../etc"], 400),
    ])
  func hostile(_ query: [String: String], _ status: Int) async throws {
    let bench = try ImageBench()
    let path = try bench.write(
      ComputedImage(ImageDescription(height: 300, width: 260, type: .uint8)), .omeTIFF, "a.ome.tif")
    let all = ["path": path, "x": "0", "y": "0"].merging(query) { $1 }
    let answer = await bench.desk.get("/api/tile", all)
    #expect(answer.status == status, "\(answer.text)")
    #expect(!answer.text.isEmpty)
  }

  @Test("a request without a place is refused")
  func missing() async throws {
    let bench = try ImageBench()
    #expect(await bench.desk.get("/api/tile", [:]).status == 400)
    #expect(await bench.desk.get("/api/image", [:]).status == 400)
  }
}
