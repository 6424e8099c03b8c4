import Imaging
import Testing

@Suite("Structural similarity")
struct StructuralSimilarityTests {
  @Test("as scikit-image with its defaults")
  func scikitImage() throws {
    let value = try #require(
      ImageMetrics.ssim(target: metricTarget, prediction: metricPrediction))
    #expect(abs(value - 0.2967359631534737) < 1e-9)
    let wider = try #require(
      ImageMetrics.ssim(target: metricTarget, prediction: metricPrediction, dataRange: 20))
    #expect(abs(wider - 0.3075817171916697) < 1e-9)
  }

  @Test("an image equals itself")
  func identical() throws {
    let value = try #require(ImageMetrics.ssim(target: metricTarget, prediction: metricTarget))
    #expect(abs(value - 1) < 1e-12)
  }

  @Test("none for images below 7 pixels and for constant targets")
  func none() {
    let small = ramp(height: 6, width: 20)
    #expect(ImageMetrics.ssim(target: small, prediction: small) == nil)
    let flat = Plane(height: 8, width: 8, repeating: 1)
    #expect(ImageMetrics.ssim(target: flat, prediction: flat) == nil)
    #expect(ImageMetrics.ssim(target: flat, prediction: flat, dataRange: 1) == 1)
  }

  @Test("sliding windows equal windows summed one by one")
  func oneByOne() throws {
    let (height, width) = (23, 17)
    let x = Plane(height: height, width: width, values: noise(height * width))
    let y = Plane(height: height, width: width, values: noise(height * width, seed: 9))
    var sum = 0.0
    for row in 0...height - 7 {
      for column in 0...width - 7 {
        let a = x.cropped(row: row, column: column, height: 7, width: 7).values.map(Double.init)
        let b = y.cropped(row: row, column: column, height: 7, width: 7).values.map(Double.init)
        let (ma, mb) = (a.reduce(0, +) / 49, b.reduce(0, +) / 49)
        let va = a.reduce(0) { $0 + ($1 - ma) * ($1 - ma) } / 48
        let vb = b.reduce(0) { $0 + ($1 - mb) * ($1 - mb) } / 48
        let ab = zip(a, b).reduce(0) { $0 + ($1.0 - ma) * ($1.1 - mb) } / 48
        sum +=
          (2 * ma * mb + 100) * (2 * ab + 900) / ((ma * ma + mb * mb + 100) * (va + vb + 900))
      }
    }
    let value = try #require(ImageMetrics.ssim(target: x, prediction: y, dataRange: 1000))
    #expect(abs(value - sum / Double((height - 6) * (width - 6))) < 1e-10)
  }
}
