import Foundation
import Imaging
import Testing

@Suite struct ChannelContrastTests {
  private func contrast(
    _ type: PixelType, height: Int = 20, width: Int = 20,
    _ value: @escaping @Sendable (Int) -> Double
  ) async throws -> [String: Any] {
    let bench = try ImageBench()
    let image = ComputedImage(ImageDescription(height: height, width: width, type: type)) {
      _, _, row, column in value(row * width + column)
    }
    let path = try bench.write(image, .omeTIFF, "c.ome.tif")
    let channels = try await bench.json("contrast", path)["channels"] as? [[String: Any]]
    return try #require(channels?.first)
  }

  private func histogram(_ contrast: [String: Any]) throws -> (Double, Double, [Int]) {
    let histogram = try #require(contrast["histogram"] as? [String: Any])
    return (
      try #require(histogram["from"] as? Double), try #require(histogram["to"] as? Double),
      try #require(histogram["counts"] as? [Int])
    )
  }

  @Test("a constant has a range that it can be shown in", arguments: [PixelType.uint16, .float32])
  func constant(_ type: PixelType) async throws {
    let contrast = try await contrast(type) { _ in 7 }
    #expect(contrast["min"] as? Double == 7)
    #expect(contrast["max"] as? Double == 7)
    #expect(contrast["low"] as? Double == 7)
    #expect(try #require(contrast["high"] as? Double) > 7)
    let (from, to, counts) = try histogram(contrast)
    #expect(from == 7 && to > 7 && counts.reduce(0, +) == 400 && counts.count == 256)
  }

  @Test("values that are no numbers are left out")
  func notFinite() async throws {
    let contrast = try await contrast(.float32) { $0 % 2 == 0 ? .nan : $0 == 1 ? .infinity : 3 }
    #expect(contrast["min"] as? Double == 3)
    #expect(contrast["max"] as? Double == 3)
    #expect(try histogram(contrast).2.reduce(0, +) == 199)
  }

  @Test("a plane without a number has no smallest value, but a range")
  func nothing() async throws {
    let contrast = try await contrast(.float32) { _ in .nan }
    #expect(contrast["min"] is NSNull)
    #expect(contrast["low"] as? Double == 0)
    #expect(contrast["high"] as? Double == 1)
  }

  @Test("ranges of whole numbers are of whole length, one for each number where there are few")
  func integers() async throws {
    let few = try await contrast(.uint16) { Double($0 % 4) + 10 }
    let (from, to, counts) = try histogram(few)
    #expect(from == 10 && to == 266)
    #expect(Array(counts.prefix(5)) == [100, 100, 100, 100, 0])
    let many = try await contrast(.uint16) { Double($0 * 3) }
    #expect((try histogram(many).1 - 0) / 256 == 5)
  }

  @Test("percentiles leave out a few extremes, but not all that is to be seen")
  func percentiles() async throws {
    let spread = try await contrast(.uint16, height: 100, width: 100) {
      $0 == 17 ? 60_000 : Double($0 % 1000)
    }
    #expect(spread["max"] as? Double == 60_000)
    #expect(try #require(spread["high"] as? Double) < 1000)
    let sparse = try await contrast(.uint16, height: 100, width: 100) { $0 == 17 ? 900 : 0 }
    #expect(sparse["low"] as? Double == 0)
    #expect(sparse["high"] as? Double == 900)
  }

  @Test("floating point of enormous range is no trouble")
  func enormous() async throws {
    let contrast = try await contrast(.float32) {
      Double($0 % 2 == 0 ? -Float.greatestFiniteMagnitude : .greatestFiniteMagnitude)
    }
    #expect(try histogram(contrast).2.reduce(0, +) == 400)
  }
}
