import Foundation
import Imaging
import Testing

@Suite struct ChannelRoleTests {
  private func roles(
    _ names: [String?], _ provenance: [String: String], _ format: ImageFormat = .omeTIFF
  ) async throws -> [String?] {
    let bench = try ImageBench()
    let image = ComputedImage(
      ImageDescription(
        channels: names.map { ImageChannel(name: $0) }, height: 8, width: 8, type: .uint16,
        provenance: provenance.map { .init($0.key, $0.value) }))
    let isZarr = format == .omeZarr04 || format == .omeZarr05
    let path = try bench.write(image, format, isZarr ? "r.ome.zarr" : "r.tif")
    let channels = try await bench.json("image", path)["channels"] as? [[String: Any]]
    return try #require(channels).map { $0["role"] as? String }
  }

  @Test(
    "channels of a split are predictions, deviations and samples, in every form",
    arguments: [ImageFormat.omeTIFF, .imageJTIFF, .omeZarr04, .omeZarr05])
  func split(_ format: ImageFormat) async throws {
    let roles = try await roles(
      [
        "actin", "nuclear pore", "actin deviation", "nuclear pore deviation", "actin sample 1",
        "nuclear pore sample 12",
      ], ["usplit_model": "best.safetensors (1234)", "usplit_input": "mean"], format)
    #expect(
      roles == ["prediction", "prediction", "deviation", "deviation", "sample", "sample"])
  }

  @Test("a target whose name ends in such a word is a prediction all the same")
  func names() async throws {
    let roles = try await roles(
      ["standard deviation", "sample 1", "x sample y", nil], ["usplit_model": "a (b)"])
    #expect(roles == ["prediction", "prediction", "prediction", "prediction"])
  }

  @Test("a mixture is an input, and any other image has no roles")
  func others() async throws {
    #expect(try await roles([nil], ["usplit_weights": "1,1"]) == ["input"])
    #expect(try await roles(["actin", "actin deviation"], [:]) == [nil, nil])
  }
}
