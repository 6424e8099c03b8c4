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

  @Test("a scale makes a curve right, whose errors fall in places, too")
  func scale() throws {
    func bin(_ deviation: Double, _ error: Double) -> CalibrationCurve.Bin {
      .init(pixels: 100, deviation: deviation, error: error)
    }
    let scale = try #require(
      DeviationScale(
        CalibrationCurve(bins: [bin(1, 2), bin(2, 3), bin(3, 5), bin(4, 1), bin(10, 7)])))
    #expect(scale.predicted.count == 4 && scale.real.count == 4)
    #expect(scale.predicted[..<2] == [1, 2] && scale.real[..<2] == [2, 3])
    #expect(abs(scale.predicted[2] - 12.5.squareRoot()) < 1e-12)
    #expect(abs(scale.real[2] - 13.0.squareRoot()) < 1e-12)
    #expect(scale.predicted[3] == 10 && scale.real[3] == 7)
    #expect(scale.factors == 0.7...2)
    #expect(DeviationScale(CalibrationCurve(bins: [])) == nil)
    #expect(DeviationScale(CalibrationCurve(bins: [bin(0, 1)])) == nil)
    #expect(DeviationScale(CalibrationCurve(bins: [bin(1, 0)])) == nil)
  }

  /// The error beside the deviation in a typical image, over all bins.
  private func factors(of histograms: [ErrorHistogram]) -> [Double] {
    ErrorHistogram.typicalCurve(of: histograms).bins.map { $0.error / $0.deviation }
  }

  @Test("an image that is unlike the others does not decide how large errors are")
  func typical() throws {
    let fine = try histogram(scale: 2)
    let odd = try histogram(scale: 10)
    #expect(factors(of: [fine, fine, fine]).allSatisfy { abs($0 / 2 - 1) < 0.06 })
    let few = factors(of: [fine, odd, fine])
    let many = factors(
      of: [[ErrorHistogram]](repeating: [fine, odd, fine], count: 20).flatMap(\.self))
    #expect(many.allSatisfy { (1.7...2.1).contains($0) })
    // Few that disagree are believed less: one is nearer to what was predicted.
    #expect(zip(few, many).allSatisfy { 1 < $0 && $0 < $1 })
    let one = ErrorHistogram.typicalCurve(of: [odd])
    for (bin, same) in zip(one.bins, odd.curve().bins) {
      #expect(abs(bin.error / same.error - 1) < 1e-9 && bin.deviation == same.deviation)
    }
    #expect(ErrorHistogram.typicalCurve(of: []).bins.isEmpty)
  }

  @Test("scales that are none are refused with the model file")
  func unusable() throws {
    let folder = try TemporaryFolder()
    let file = folder.url.appendingPathComponent("model.safetensors")
    let fine = DeviationScale(predicted: [1, 2], real: [1, 3])
    for bad in [
      DeviationScale(predicted: [], real: []), DeviationScale(predicted: [1, 2], real: [1]),
      DeviationScale(predicted: [2, 1], real: [1, 2]), DeviationScale(factor: -1),
    ] {
      let model = try Tiny.model()
      model.description.calibration = Calibration(mean: [fine, bad], drawn: [])
      try model.save(to: file)
      #expect(throws: ModelError.self) { try SplitModel(contentsOf: file) }
    }
    let model = try Tiny.model()
    model.description.calibration = Calibration(mean: [fine, fine], drawn: [])
    model.description.turns = 4
    try model.save(to: file)
    let read = try SplitModel.description(contentsOf: file)
    #expect(read.turns == 4 && read.calibration == model.description.calibration)
    model.description.turns = 3
    try model.save(to: file)
    #expect(throws: ModelError.self) { try SplitModel(contentsOf: file) }
  }

  @Test("the fewest turns are taken that are about as good as the best")
  func turns() {
    #expect(TurnChoice.fewest([1: [1, 1], 2: [0.99, 0.99], 4: [1, 1], 8: [1.2, 1]]) == 1)
    #expect(TurnChoice.fewest([1: [1, 1], 2: [0.9, 0.9], 4: [0.8, 0.8], 8: [0.7, 0.7]]) == 8)
    #expect(TurnChoice.fewest([1: [1, 1], 2: [0.81, 0.8], 4: [0.8, 0.8], 8: [0.79, 0.8]]) == 2)
    #expect(TurnChoice.fewest([1: [0, 1], 2: [0, 0.5], 4: [0, 0.5], 8: [0, 0.5]]) == 1)
    #expect(TurnChoice.fewest([1: [1, 1], 2: [.nan, 1], 4: [1, 1], 8: [1, 1]]) == 1)
  }

  @Test("deviations are brought to the size of the errors, in the units of the targets")
  func scales() throws {
    let model = try SplitterTests.constantModel()
    let name = "likelihood.parameter_net.bias"
    try model.store.set(name, to: [1, 2, Float(2 * log(0.5)), Float(2 * log(0.25))])
    let image = Plane(height: 20, width: 20, values: [Float](repeating: 100, count: 400))
    var options = SplitOptions(inner: 8)
    options.withDeviation = true
    let deviations = model.description.normalisation.targetStd
    let nine = DeviationScale(factor: 9)
    // The second scale has 0.25 in the middle of a line.
    let line = DeviationScale(predicted: [0.2, 0.3, 0.7], real: [0.01, 0.04, 2])
    for factors in [nil, [3.0, 0.1]] {
      model.description.calibration = factors.map {
        Calibration(mean: [DeviationScale(factor: $0[0]), line], drawn: [nine, nine])
      }
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
    #expect((calibration.mean + calibration.drawn).allSatisfy { $0.isUsable })
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
