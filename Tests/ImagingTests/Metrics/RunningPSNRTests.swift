import Foundation
import Imaging
import Testing

@Suite("Running PSNR")
struct RunningPSNRTests {
  @Test("nothing before the first image and for constant targets")
  func nothing() {
    var running = RunningPSNR()
    #expect(running.value == nil)
    running.add(target: [2, 2], prediction: [1, 2])
    #expect(running.value == nil)
  }

  @Test("range of all targets over the mean of the images' errors")
  func several() throws {
    var running = RunningPSNR()
    running.add(target: [0, 1], prediction: [1, 1])  // error 0.5
    running.add(target: [5, 10], prediction: [5, 11])  // error 0.5
    let value = try #require(running.value)
    #expect(running.count == 2)
    #expect(abs(value - 20 * log10(10 / 0.5.squareRoot())) < 1e-12)
  }

  @Test("an image whose error is not a number does not count")
  func notANumber() throws {
    var running = RunningPSNR()
    running.add(target: [0, 1], prediction: [1, 1])
    let before = running.value
    running.add(target: [0, 1], prediction: [.nan, 1])
    #expect(running.value == before && running.count == 1)
  }

  @Test("planes and lists are the same, slices too")
  func planes() {
    var first = RunningPSNR()
    var second = RunningPSNR()
    first.add(target: metricTarget, prediction: metricPrediction)
    second.add(
      target: metricTarget.values[...], prediction: metricPrediction.values[...])
    #expect(first == second)
  }

  @Test("perfect predictions are infinitely good")
  func perfect() {
    var running = RunningPSNR()
    running.add(target: [0, 1], prediction: [0, 1])
    #expect(running.value == .infinity)
  }
}
