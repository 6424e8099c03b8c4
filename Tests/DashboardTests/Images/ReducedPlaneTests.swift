import Dashboard
import Foundation
import Imaging
import Testing

@Suite struct ReducedPlaneTests {
  /// Waits until the levels are there.
  private func wait(_ bench: ImageBench, _ path: String) async throws -> [String: Any] {
    for _ in 0..<3000 {
      let known = try await bench.json("image", path)
      if known["state"] as? String == "ready" { return known }
      #expect((0...1).contains(try #require(known["done"] as? Double)))
      try await Task.sleep(for: .milliseconds(10))
    }
    throw CancellationError()
  }

  @Test(
    "levels of a large plane without any are means of 2 × 2 pixels, made when it is looked at",
    arguments: [PixelType.uint16, .float32, .int16])
  func means(_ type: PixelType) async throws {
    let bench = try ImageBench()
    let image = ComputedImage(
      ImageDescription(
        channels: [ImageChannel(), ImageChannel()], slices: 2, height: 37, width: 2101, type: type))
    let path = try bench.write(image, .omeTIFF, "l.ome.tif")
    let known = try await wait(bench, path)
    let levels = try #require(known["levels"] as? [[String: Int]])
    #expect(levels.map { $0["width"] } == [2101, 1051, 526, 263])
    #expect(levels.map { $0["height"] } == [37, 19, 10, 5])
    var rows = (0..<37).map { row in
      (0..<2101).map { ComputedImage.pattern(PlaneIndex(channel: 1), 0, row, $0) }
    }
    for level in 1...3 {
      rows = (0..<(rows.count + 1) / 2).map { row in
        let (a, b) = (rows[2 * row], rows[min(2 * row + 1, rows.count - 1)])
        return (0..<(a.count + 1) / 2).map { column in
          let right = min(2 * column + 1, a.count - 1)
          return (a[2 * column] + a[right] + b[2 * column] + b[right]) / 4
        }
      }
      var values: [Double] = []
      for x in 0..<(rows[0].count + 255) / 256 {
        let query = ["level": "\(level)", "x": "\(x)", "y": "0", "c": "1"]
        values +=
          type == .uint16
          ? try await bench.tile(path, query, as: UInt16.self).map(Double.init)
          : try await bench.tile(path, query, as: Float.self).map(Double.init)
      }
      var expected: [Double] = []
      for x in stride(from: 0, to: rows[0].count, by: 256) {
        for row in rows { expected += row[x..<min(row.count, x + 256)] }
      }
      #expect(values.count == expected.count)
      let worst = zip(values, expected).map { abs($0 - $1) }.max()
      #expect(try #require(worst) <= (type == .uint16 ? 0.51 : 1e-4), "level \(level)")
    }
  }

  @Test("pixels that are no numbers leave those around them")
  func notNumbers() async throws {
    let bench = try ImageBench()
    let image = ComputedImage(ImageDescription(height: 2, width: 2050, type: .float32)) {
      _, _, row, column in column < 2 || row == 0 && column == 4 ? .nan : 6
    }
    let path = try bench.write(image, .imageJTIFF, "n.tif")
    _ = try await wait(bench, path)
    let tile = try await bench.tile(path, ["level": "1", "x": "0", "y": "0"], as: Float.self)
    #expect(tile[0].isNaN)
    #expect(tile[1...].allSatisfy { $0 == 6 })
  }

  @Test("while a level is being made, clients are told to come back, and the full size is there")
  func meanwhile() async throws {
    let bench = try ImageBench()
    let image = ComputedImage(ImageDescription(slices: 2, height: 300, width: 2600, type: .uint8))
    let path = try bench.write(image, .imageJTIFF, "m.tif")
    let query = ["level": "1", "x": "0", "y": "0", "z": "1"]
    let answer = await bench.get("tile", path, query)
    #expect(answer.status == 503)
    #expect(answer.headers["Retry-After"] == "1")
    #expect(await bench.get("tile", path, ["x": "0", "y": "0", "z": "1"]).status == 200)
    _ = try await wait(bench, path)
    #expect(await bench.get("tile", path, query).status == 200)
  }

  @Test("levels of an image that nobody looks at any more are not made")
  func left() async throws {
    let bench = try ImageBench(patience: .zero)
    let image = ComputedImage(ImageDescription(height: 30, width: 2600, type: .uint8))
    let path = try bench.write(image, .imageJTIFF, "m.tif")
    for _ in 0..<5 {
      #expect(await bench.get("tile", path, ["level": "1", "x": "0", "y": "0"]).status == 503)
      try await Task.sleep(for: .milliseconds(20))
    }
    #expect(await bench.get("tile", path, ["x": "0", "y": "0"]).status == 200)
  }

  @Test("levels that would take too much of the disk are not made, and the full size is there")
  func tooLarge() async throws {
    let bench = try ImageBench(levelBytes: 1000)
    let image = ComputedImage(ImageDescription(height: 30, width: 2600, type: .uint8))
    let path = try bench.write(image, .imageJTIFF, "m.tif")
    let known = try await wait(bench, path)
    #expect((known["error"] as? String)?.contains("usplit convert") == true)
    #expect((known["levels"] as? [Any])?.count == 1)
    #expect(await bench.get("tile", path, ["level": "1", "x": "0", "y": "0"]).status == 422)
    #expect(await bench.get("tile", path, ["x": "0", "y": "0"]).status == 200)
  }

  @Test("levels that were not used for longest make room for others")
  func room() async throws {
    let bench = try ImageBench(levelBytes: 60_000)
    let image = ComputedImage(ImageDescription(slices: 3, height: 30, width: 2600, type: .uint8))
    let path = try bench.write(image, .imageJTIFF, "m.tif")
    for slice in [0, 1, 2, 0] {
      let query = ["level": "1", "x": "0", "y": "0", "z": "\(slice)"]
      var answer = await bench.get("tile", path, query)
      for _ in 0..<3000 where answer.status == 503 {
        try await Task.sleep(for: .milliseconds(10))
        answer = await bench.get("tile", path, query)
      }
      #expect(answer.status == 200)
    }
  }

  @Test("nothing is left in the scratch folder when the images are closed")
  func closed() async throws {
    let bench = try ImageBench()
    let image = ComputedImage(ImageDescription(height: 300, width: 2600, type: .uint8))
    let path = try bench.write(image, .imageJTIFF, "m.tif")
    _ = try await wait(bench, path)
    #expect(try FileManager.default.contentsOfDirectory(atPath: bench.folder.path).count == 2)
    bench.desk.close()
    #expect(try FileManager.default.contentsOfDirectory(atPath: bench.folder.path) == ["images"])
  }
}
