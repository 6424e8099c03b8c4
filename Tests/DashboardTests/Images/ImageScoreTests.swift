import Foundation
import Imaging
import Testing

@Suite struct ImageScoreTests {
  private func score(
    _ bench: ImageBench, _ prediction: String, _ target: String, _ query: [String: String] = [:]
  ) async throws -> [String: Any] {
    let all = ["prediction": prediction, "target": target].merging(query) { $1 }
    let answer = await bench.desk.get("/api/score", all)
    guard answer.status == 200 else { throw ImageBench.Refused(answer) }
    return try JSONSerialization.jsonObject(with: answer.body) as? [String: Any] ?? [:]
  }

  @Test(
    "scores are those of the whole image, also where it is read in bands",
    arguments: [(61, 47), (1400, 1100)])
  func likeMetrics(_ height: Int, _ width: Int) async throws {
    let bench = try ImageBench()
    let target = ComputedImage(
      ImageDescription(
        channels: [ImageChannel(), ImageChannel()], height: height, width: width, type: .uint16)
    ) { plane, _, row, column in 500 + ComputedImage.pattern(plane, 0, row, column) }
    let prediction = ComputedImage(ImageDescription(height: height, width: width, type: .float32)) {
      _, _, row, column in
      60 + ComputedImage.pattern(PlaneIndex(channel: 1), 0, row, column) / 3
        + Double((row * 7 + column * 13) % 11)
    }
    let paths = (
      try bench.write(prediction, .omeTIFF, "p.ome.tif"),
      try bench.write(target, .omeZarr05, "t.ome.zarr")
    )
    let score = try await score(bench, paths.0, paths.1, ["targetChannel": "1"])
    let t = try target.plane(PlaneIndex(channel: 1))
    let p = try prediction.plane(PlaneIndex())
    let expected: [String: Double?] = [
      "psnr": ImageMetrics.psnr(target: t, prediction: p),
      "rangeInvariantPSNR": ImageMetrics.rangeInvariantPSNR(target: t, prediction: p),
      "ssim": ImageMetrics.ssim(target: t, prediction: p),
      "rmse": ImageMetrics.rmse(target: t, prediction: p),
      "pearson": ImageMetrics.pearson(target: t, prediction: p),
    ]
    for (name, value) in expected {
      let value = try #require(value)
      let found = try #require(score[name] as? Double, "\(name)")
      #expect(abs(found - value) < 1e-9 * max(1, abs(value)), "\(name): \(found), \(value)")
    }
  }

  @Test("a perfect prediction is infinitely good, one of a constant has no ratio")
  func extremes() async throws {
    let bench = try ImageBench()
    let image = ComputedImage(ImageDescription(height: 20, width: 30, type: .uint8))
    let constant = ComputedImage(ImageDescription(height: 20, width: 30, type: .uint8)) {
      _, _, _, _ in 5
    }
    let path = try bench.write(image, .omeTIFF, "a.ome.tif")
    let flat = try bench.write(constant, .omeTIFF, "b.ome.tif")
    let perfect = try await score(bench, path, path)
    #expect(perfect["psnr"] as? String == "inf")
    #expect(perfect["rmse"] as? Double == 0)
    #expect(try #require(perfect["pearson"] as? Double) > 1 - 1e-12)
    let none = try await score(bench, path, flat)
    #expect(none["psnr"] is NSNull)
    #expect(none["pearson"] is NSNull)
    #expect(none["ssim"] is NSNull)
  }

  @Test("images that cannot be compared are told")
  func refused() async throws {
    let bench = try ImageBench()
    let image = ComputedImage(ImageDescription(height: 20, width: 30, type: .uint8))
    let other = ComputedImage(ImageDescription(height: 20, width: 31, type: .uint8))
    let spoilt = ComputedImage(ImageDescription(height: 20, width: 30, type: .float32)) {
      _, _, row, _ in row == 3 ? .nan : 1
    }
    let a = try bench.write(image, .omeTIFF, "a.ome.tif")
    let b = try bench.write(other, .omeTIFF, "b.ome.tif")
    let c = try bench.write(spoilt, .omeTIFF, "c.ome.tif")
    func status(_ prediction: String, _ target: String, _ query: [String: String] = [:]) async
      -> Int
    {
      let all = ["prediction": prediction, "target": target].merging(query) { $1 }
      return await bench.desk.get("/api/score", all).status
    }
    #expect(await status(a, b) == 409)
    #expect(await status(a, c) == 422)
    #expect(await status(a, a, ["channel": "1"]) == 404)
    #expect(await status(a, a, ["channel": "-1"]) == 400)
    #expect(await status(a, "files/none.tif") == 404)
    #expect(await bench.desk.get("/api/score", ["prediction": a]).status == 400)
  }
}
