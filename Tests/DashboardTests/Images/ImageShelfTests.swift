import Dashboard
import Foundation
import Imaging
import Testing

@Suite struct ImageShelfTests {
  private let small = ComputedImage(ImageDescription(height: 40, width: 30, type: .uint16))

  @Test("an image is described with all that its file says")
  func description() async throws {
    let bench = try ImageBench()
    let image = ComputedImage(
      ImageDescription(
        times: 2,
        channels: [ImageChannel(name: "actin", color: RGBColor(0, 255, 16)), ImageChannel()],
        slices: 3, height: 40, width: 30, type: .uint8,
        pixelSize: PixelSize(width: 0.5, height: 0.25, unit: "micrometer"), timeStep: 2,
        name: "cells"))
    let path = try bench.write(image, .omeTIFF, "a.ome.tif")
    let known = try await bench.json("image", path)
    #expect(known["path"] as? String == path)
    #expect(known["width"] as? Int == 30)
    #expect(known["height"] as? Int == 40)
    #expect(known["times"] as? Int == 2)
    #expect(known["slices"] as? Int == 3)
    #expect(known["type"] as? String == "uint8")
    #expect(known["tile"] as? Int == 256)
    #expect(known["timeStep"] as? Double == 2)
    #expect(known["seriesCount"] as? Int == 1)
    #expect(known["seriesNames"] as? [String] == ["cells"])
    #expect(known["error"] is NSNull)
    let size = try #require(known["pixelSize"] as? [String: Any])
    #expect(size["x"] as? Double == 0.5)
    #expect(size["y"] as? Double == 0.25)
    #expect(size["unit"] as? String == "micrometer")
    let channels = try #require(known["channels"] as? [[String: Any]])
    #expect(channels.count == 2)
    #expect(channels[0]["name"] as? String == "actin")
    #expect(channels[0]["color"] as? String == "#00ff10")
    #expect(channels[0]["role"] is NSNull)
    #expect(channels[1]["name"] is NSNull)
  }

  @Test("an image that changed on the disk is opened anew, and its old version is told")
  func changed() async throws {
    let bench = try ImageBench()
    for (format, name) in [(ImageFormat.omeTIFF, "a.ome.tif"), (.omeZarr05, "a.ome.zarr")] {
      let path = try bench.write(small, format, name)
      let old = try #require(try await bench.json("image", path)["version"] as? String)
      #expect(await bench.get("tile", path, ["v": old, "x": "0", "y": "0"]).status == 200)
      let other = ComputedImage(ImageDescription(height: 40, width: 50, type: .uint16))
      try bench.write(other, format, name)
      let stale = await bench.get("tile", path, ["v": old, "x": "0", "y": "0"])
      #expect(stale.status == 409, "\(name)")
      let known = try await bench.json("image", path)
      #expect(known["width"] as? Int == 50)
      let new = try #require(known["version"] as? String)
      #expect(new != old)
      #expect(await bench.get("tile", path, ["v": new, "x": "0", "y": "0"]).status == 200)
    }
  }

  @Test("an image that vanished is not found")
  func vanished() async throws {
    let bench = try ImageBench()
    for (format, name) in [(ImageFormat.omeTIFF, "a.ome.tif"), (.omeZarr04, "a.ome.zarr")] {
      let path = try bench.write(small, format, name)
      _ = try await bench.json("image", path)
      try FileManager.default.removeItem(at: bench.url(name))
      #expect(await bench.get("tile", path, ["x": "0", "y": "0"]).status == 404)
      #expect(await bench.get("image", path).status == 404)
    }
  }

  @Test("what cannot be read is told in the reader's words, without the machine's paths")
  func broken() async throws {
    let bench = try ImageBench()
    try bench.write(small, .omeTIFF, "whole.ome.tif")
    let bytes = try Data(contentsOf: bench.url("whole.ome.tif"))
    for count in [0, 3, 8, 20, 100, bytes.count / 2] {
      let url = bench.url("cut.tif")
      try bytes.prefix(count).write(to: url)
      let image = await bench.get("image", "files/cut.tif")
      let tile = await bench.get("tile", "files/cut.tif", ["x": "0", "y": "0"])
      #expect(image.status == 422 || tile.status == 422, "\(count) bytes")
      for answer in [image, tile] where answer.status != 200 {
        #expect(!answer.text.contains(bench.folder.path), "\(answer.text)")
      }
      #expect(bench.desk.obstacle(to: url)?.status == 422)
    }
    try Data("no image at all".utf8).write(to: bench.url("note.txt"))
    #expect(await bench.get("image", "files/note.txt").status == 422)
    try FileManager.default.createDirectory(
      at: bench.url("folder"), withIntermediateDirectories: true)
    #expect(await bench.get("image", "files/folder").status == 422)
    #expect(mkfifo(bench.url("pipe.tif").path, 0o600) == 0)
    #expect(await bench.get("image", "files/pipe.tif").status == 422)
  }

  @Test("a broken chunk is told of, and the others are shown")
  func brokenChunk() async throws {
    let bench = try ImageBench()
    let image = ComputedImage(ImageDescription(height: 40, width: 1100, type: .uint16))
    let path = try bench.write(image, .omeZarr05, "b.ome.zarr")
    try Data("nonsense".utf8).write(to: bench.url("b.ome.zarr/0/c/0/1"))
    #expect(await bench.get("tile", path, ["x": "0", "y": "0"]).status == 200)
    let answer = await bench.get("tile", path, ["x": "2", "y": "0"])
    #expect(answer.status == 422)
    #expect(answer.text.contains("files/b.ome.zarr/0/c/0/1"), "\(answer.text)")
  }

  @Test("an upload is checked to be an image that can be read")
  func upload() async throws {
    let bench = try ImageBench()
    try bench.write(small, .omeTIFF, "a.ome.tif")
    #expect(bench.desk.obstacle(to: bench.url("a.ome.tif")) == nil)
    try Data("II*\0nothing".utf8).write(to: bench.url("b.tif"))
    let answer = try #require(bench.desk.obstacle(to: bench.url("b.tif")))
    #expect(answer.status == 422)
    #expect(answer.text.hasPrefix("the file"), "\(answer.text)")
  }

  @Test("more images than are kept open are opened again")
  func many() async throws {
    let bench = try ImageBench()
    var paths: [String] = []
    for number in 0..<20 {
      let image = ComputedImage(ImageDescription(height: 4, width: 4, type: .uint8)) {
        _, _, _, _ in Double(number)
      }
      paths.append(try bench.write(image, .imageJTIFF, "\(number).tif"))
    }
    for _ in 0..<2 {
      for (number, path) in paths.enumerated() {
        let tile = try await bench.tile(path, ["x": "0", "y": "0"], as: UInt8.self)
        #expect(tile == [UInt8](repeating: UInt8(number), count: 16))
      }
    }
  }

  @Test("many tiles may be asked for at once")
  func concurrent() async throws {
    let bench = try ImageBench(cacheBytes: 1 << 20)
    let image = ComputedImage(ImageDescription(height: 1500, width: 1500, type: .uint8))
    let paths = [
      try bench.write(image, .omeZarr05, "a.ome.zarr"),
      try bench.write(image, .omeTIFF, "a.ome.tif"),
    ]
    await withTaskGroup(of: Bool.self) { group in
      for number in 0..<144 {
        group.addTask {
          let (x, y) = (number / 2 % 6, number / 12 % 6)
          let tile = try? await bench.tile(
            paths[number % 2], ["x": "\(x)", "y": "\(y)"], as: UInt8.self)
          let width = min(256, 1500 - x * 256)
          return tile?.last
            == UInt8(
              ComputedImage.pattern(
                PlaneIndex(), 0, min(1499, y * 256 + 255), x * 256 + width - 1))
        }
      }
      for await isRight in group { #expect(isRight) }
    }
  }

  @Test("the value of a pixel is told for each channel")
  func pixel() async throws {
    let bench = try ImageBench()
    let image = ComputedImage(
      ImageDescription(
        channels: [ImageChannel(), ImageChannel()], height: 4, width: 5, type: .float32)
    ) { plane, _, row, column in
      plane.channel == 1 && row == 3 ? .nan : Double(row) + Double(column) / 4
    }
    let path = try bench.write(image, .omeTIFF, "p.ome.tif")
    let values = try await bench.json("pixel", path, ["x": "3", "y": "3"])["values"] as? [Any]
    #expect(values?.first as? Double == 3.75)
    #expect(values?.last as? String == "nan")
    #expect(await bench.get("pixel", path, ["x": "5", "y": "0"]).status == 404)
    #expect(await bench.get("pixel", path, ["x": "-1", "y": "0"]).status == 400)
    #expect(await bench.get("pixel", path, ["x": "1", "y": "0", "t": "1"]).status == 404)
  }
}
