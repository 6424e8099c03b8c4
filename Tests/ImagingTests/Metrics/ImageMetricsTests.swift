import Imaging
import Testing

/// Two images of 9 × 8 pixels with few grey levels.
let metricTarget = pattern(7, 5, 11)
let metricPrediction = pattern(3, 4, 7)

private func pattern(_ perColumn: Int, _ perRow: Int, _ period: Int) -> Plane {
  var plane = Plane(height: 9, width: 8)
  for y in 0..<9 {
    for x in 0..<8 { plane[y, x] = Float((x * perColumn + y * perRow) % period) }
  }
  return plane
}

@Suite("Image metrics")
struct ImageMetricsTests {
  @Test("root mean squared error")
  func rmse() {
    let value = ImageMetrics.rmse(target: metricTarget, prediction: metricPrediction)
    #expect(abs(value - 3.7675515184857717) < 1e-9)
    #expect(ImageMetrics.rmse(target: metricTarget, prediction: metricTarget) == 0)
  }

  @Test("PSNR with the target's range")
  func psnr() throws {
    let value = try #require(
      ImageMetrics.psnr(target: metricTarget, prediction: metricPrediction))
    #expect(abs(value - 8.478816006325745) < 1e-9)
    #expect(ImageMetrics.psnr(target: metricTarget, prediction: metricTarget) == .infinity)
  }

  @Test(
    "range-invariant PSNR ignores scale and shift of the prediction",
    arguments: [
      (1, 0), (3, 0), (-2, 7), (0.01, 500),
    ])
  func rangeInvariant(scale: Float, shift: Float) throws {
    var prediction = metricPrediction
    prediction.values = prediction.values.map { scale * $0 + shift }
    let value = try #require(
      ImageMetrics.rangeInvariantPSNR(target: metricTarget, prediction: prediction))
    #expect(abs(value - 10.53474149650871) < 1e-4)
  }

  @Test("a constant prediction has a range-invariant PSNR, a constant target has none")
  func constants() throws {
    let flat = Plane(height: 9, width: 8, repeating: 3)
    let value = try #require(
      ImageMetrics.rangeInvariantPSNR(target: metricTarget, prediction: flat))
    #expect(value.isFinite)
    #expect(ImageMetrics.rangeInvariantPSNR(target: flat, prediction: metricTarget) == nil)
    #expect(ImageMetrics.psnr(target: flat, prediction: metricTarget) == nil)
    #expect(ImageMetrics.psnr(target: flat, prediction: flat) == nil)
  }

  @Test("correlation ignores scale and shift but not the sign, and constants have none")
  func pearson() throws {
    let value = try #require(
      ImageMetrics.pearson(target: metricTarget, prediction: metricPrediction))
    #expect(abs(value - 0.3358117689135492) < 1e-9)
    var turned = metricPrediction
    turned.values = turned.values.map { 5 - 2 * $0 }
    let negative = try #require(ImageMetrics.pearson(target: metricTarget, prediction: turned))
    #expect(abs(negative + value) < 1e-6)
    #expect(ImageMetrics.pearson(target: metricTarget, prediction: metricTarget) == 1)
    let flat = Plane(height: 9, width: 8, repeating: 3)
    #expect(ImageMetrics.pearson(target: flat, prediction: metricTarget) == nil)
    #expect(ImageMetrics.pearson(target: metricTarget, prediction: flat) == nil)
  }
}
