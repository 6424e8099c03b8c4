import Imaging
import Testing

@Suite("Multi-scale structural similarity")
struct MultiScaleSimilarityTests {
  /// Coarse squares with a fine pattern, and the like with other contrast and pattern.
  static func images(_ height: Int, _ width: Int) -> (target: Plane, prediction: Plane) {
    var target = Plane(height: height, width: width)
    var prediction = target
    for y in 0..<height {
      for x in 0..<width {
        let coarse = (x / 9 + y / 7 * 3) % 7
        target[y, x] = Float(coarse * 10 + (x * 7 + y * 5) % 11)
        prediction[y, x] = Float(coarse * 9 + (x * 3 + y * 4) % 7 + x / 31)
      }
    }
    return (target, prediction)
  }

  @Test(
    "as computed with NumPy and SciPy from the definition",
    arguments: [
      (176, 192, 5, 0.9872209874411698), (180, 203, 5, 0.9872058109087435),
      (50, 61, 3, 0.9829972939039886), (22, 22, 2, 0.9695067050931339),
      (21, 12, 1, 0.9071511606197217),
    ])
  func reference(height: Int, width: Int, scales: Int, expected: Double) throws {
    let (target, prediction) = Self.images(height, width)
    #expect(ImageMetrics.msSSIMScales(height: height, width: width) == scales)
    let value = try #require(ImageMetrics.msSSIM(target: target, prediction: prediction))
    #expect(abs(value - expected) < 1e-9)
  }

  @Test("another range gives another value")
  func range() throws {
    let (target, prediction) = Self.images(176, 192)
    let value = try #require(
      ImageMetrics.msSSIM(target: target, prediction: prediction, dataRange: 300))
    #expect(abs(value - 0.9915136880965907) < 1e-9)
  }

  @Test("an image equals itself, and its negative is not like it at all")
  func extremes() throws {
    let target = Self.images(40, 48).target
    let same = try #require(ImageMetrics.msSSIM(target: target, prediction: target))
    #expect(abs(same - 1) < 1e-12)
    var negative = target
    negative.values = target.values.map { 70 - $0 }
    #expect(ImageMetrics.msSSIM(target: target, prediction: negative) == 0)
  }

  @Test("five scales from 176 pixels on, none below 11 and for constant targets")
  func scales() {
    let counts = [10, 11, 21, 22, 43, 44, 87, 88, 175, 176, 4000].map {
      ImageMetrics.msSSIMScales(height: $0, width: 5000)
    }
    #expect(counts == [0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5])
    let small = ramp(height: 10, width: 30)
    #expect(ImageMetrics.msSSIM(target: small, prediction: small) == nil)
    let flat = Plane(height: 16, width: 16, repeating: 1)
    #expect(ImageMetrics.msSSIM(target: flat, prediction: flat) == nil)
  }
}
