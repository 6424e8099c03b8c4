import Experiment
import Foundation
import Imaging
import TestSupport
import Testing
import Torch
import USplit

@Suite("Uncertainty")
struct CalibrationTests {
  /// Errors of pixels whose real deviations are `scale` times those that are predicted.
  private func histogram(scale: Double, pixels: Int = 60_000) throws -> ErrorHistogram {
    let noise = try Tiny.noise([pixels], seed: 3).floats()
    let deviations = (0..<pixels).map { Float(exp(Double($0 % 997) / 300 - 2)) }
    var histogram = ErrorHistogram()
    histogram.add(
      deviations: deviations[...],
      errors: zip(noise, deviations).map { $0 * $1 * Float(scale) })
    return histogram
  }

  @Test("deviations that are too small are found to be, and by how much", arguments: [1, 2.5, 0.4])
  func factor(scale: Double) throws {
    let curve = try histogram(scale: scale).curve()
    #expect(curve.bins.count == 15)
    #expect(abs(try #require(curve.factor) / scale - 1) < 0.02)
    #expect(abs(try #require(curve.miscalibration) - abs(1 / scale - 1)) < 0.03)
    for bin in curve.bins {
      #expect(bin.pixels > 3500 && bin.pixels < 4500)
      #expect(abs(bin.error / bin.deviation / scale - 1) < 0.06)
    }
    #expect(curve.bins.map(\.deviation) == curve.bins.map(\.deviation).sorted())
  }

  @Test("one deviation for all pixels is one bin, none is no curve")
  func constant() throws {
    var histogram = ErrorHistogram()
    #expect(histogram.curve().bins.isEmpty)
    #expect(histogram.curve().factor == nil && histogram.curve().miscalibration == nil)
    histogram.add(deviations: [0.5, 0.5, 0.5, 0.5], errors: [1, -1, 1, -1])
    #expect(
      histogram.curve()
        == CalibrationCurve(bins: [.init(pixels: 4, deviation: 0.5, error: 1)]))
    histogram.add(deviations: [0, .infinity, .nan], errors: [0, 0, 0])
    #expect(histogram.curve().bins.reduce(0) { $0 + $1.pixels } == 6)
  }

  @Test("the variance of several draws is the predicted one and the spread of their means")
  func totalVariance() throws {
    let model = try Tiny.model()
    let name = "likelihood.parameter_net"
    let weight = try #require(model.store[name + ".weight"])
    var numbers = try weight.floats()
    let half = numbers.count / 2
    numbers.replaceSubrange(half..., with: [Float](repeating: 0, count: half))
    try model.store.set(name + ".weight", to: numbers)
    let variances = [0.04, 0.25]
    try model.store.set(name + ".bias", to: [1, 2] + variances.map { Float(log($0)) })
    let image = Plane(
      height: 16, width: 16, values: try Tiny.noise([256]).floats().map { 100 + 10 * $0 })

    /// The averages and deviations of so many draws, `[2 T][256]`.
    func split(_ samples: Int) throws -> [[Double]] {
      var options = SplitOptions(inner: 16)
      options.samplesPosterior = true
      options.withDeviation = true
      options.samples = samples
      return try Splitter(model, options).normalised(ContextPyramid(image, contexts: 2)).map {
        $0.values.map(Double.init)
      }
    }

    // The first draws are the same however many there are.
    let averages = try (1...4).map { try split($0) }
    for channel in 0..<2 {
      for pixel in 0..<256 {
        var draws: [Double] = []
        for (number, planes) in averages.enumerated() {
          let sum = Double(number + 1) * planes[channel][pixel]
          draws.append(sum - draws.reduce(0, +))
        }
        let mean = averages[3][channel][pixel]
        let squares = draws.map { ($0 - mean) * ($0 - mean) }
        let expected = variances[channel] + squares.reduce(0, +) / 3
        #expect(abs(averages[3][2 + channel][pixel] / expected.squareRoot() - 1) < 1e-4)
        #expect(abs(averages[0][2 + channel][pixel] / variances[channel].squareRoot() - 1) < 1e-4)
      }
    }
    #expect(averages[3][2] != averages[0][2])
  }

  @Test("deviations are multiplied with the factors of the model, in the units of the targets")
  func factors() throws {
    let model = try SplitterTests.constantModel()
    let name = "likelihood.parameter_net.bias"
    try model.store.set(name, to: [1, 2, Float(2 * log(0.5)), Float(2 * log(0.25))])
    let image = Plane(height: 20, width: 20, values: [Float](repeating: 100, count: 400))
    var options = SplitOptions(inner: 8)
    options.withDeviation = true
    let deviations = model.description.normalisation.targetStd
    for factors in [nil, [3.0, 0.1]] {
      model.description.calibration = factors.map { Calibration(mean: $0, drawn: [9, 9]) }
      let planes = try Splitter(model, options)(image)
      #expect(planes.count == 4)
      for (channel, deviation) in [0.5, 0.25].enumerated() {
        let expected = deviation * deviations[channel] * (factors?[channel] ?? 1)
        for value in planes[2 + channel].values {
          #expect(abs(Double(value) / expected - 1) < 1e-4)
        }
      }
    }
  }

  @Test("a training that ends by itself measures its models, one that is stopped does not")
  func trained() throws {
    let folder = try TemporaryFolder()
    let (_, run) = try TrainerTests.train(folder, "run", Tiny.configuration())
    let calibration = try #require(try SplitModel.description(contentsOf: run.best).calibration)
    #expect(calibration.mean.count == 2 && calibration.drawn.count == 2)
    #expect((calibration.mean + calibration.drawn).allSatisfy { $0 > 0 })
    let unit = Tiny.configuration {
      $0.network.backbone = .hae
      $0.network.logVariance = .unit
    }
    let (_, other) = try TrainerTests.train(folder, "unit", unit)
    let description = try SplitModel.description(contentsOf: other.best)
    #expect(description.calibration == nil)
    #expect(!description.predictsDeviation(samples: 10))
  }

  @Test("an evaluation has the curve of each channel when deviations are predicted")
  func evaluated() throws {
    let configuration = Tiny.configuration()
    let data = try Tiny.data(configuration)
    let model = try SplitterTests.constantModel(configuration)
    var options = SplitOptions(inner: 16)
    #expect(try Evaluator(model, options).evaluate(data, part: .test).calibration == nil)
    options.withDeviation = true
    let report = try Evaluator(model, options).evaluate(data, part: .test)
    let curves = try #require(report.calibration)
    #expect(curves.count == 2)
    for (curve, scores) in zip(curves, report.mean.clipped) {
      // One variance for all pixels: a single bin with the error of the whole image.
      #expect(curve.bins.count == 1)
      #expect(abs(curve.bins[0].deviation - 1) < 1e-5)
      #expect(abs(curve.bins[0].error / scores.rmse - 1) < 1e-4)
    }
    #expect(report.table().contains("mean difference of predicted deviation and real error"))
  }
}
