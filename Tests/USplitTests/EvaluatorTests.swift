import Experiment
import Foundation
import Imaging
import TestSupport
import Testing
import USplit

@Suite("Evaluation")
struct EvaluatorTests {
  private let options = SplitOptions(inner: 16)

  private func rootMeanSquare(_ plane: Plane, minus value: Float) -> Double {
    let squares = plane.values.reduce(0.0) { $0 + Double(($1 - value) * ($1 - value)) }
    return (squares / Double(plane.values.count)).squareRoot()
  }

  /// Frames of which strips train, validate and test.
  private func striped() -> Configuration {
    Tiny.configuration {
      $0.data.split.rule = .regions
      $0.data.split.validation = 0.334
      $0.data.split.test = 0.334
    }
  }

  @Test("a part of a frame is measured there and nowhere else", arguments: DataPart.allCases)
  func regions(part: DataPart) throws {
    let configuration = striped()
    let data = try Tiny.data(configuration)
    let model = try SplitterTests.constantModel(configuration)
    let report = try Evaluator(model, options).evaluate(data, part: part)
    let regions = data.split.regions(of: part)
    #expect(report.frames.map(\.frame) == regions.map(\.frame))
    #expect(regions.allSatisfy { $0.height == 16 })
    for (scores, region) in zip(report.frames, regions) {
      for channel in 0..<2 {
        let target = try data.frame(region.frame).targets[channel].cropped(
          row: region.row, column: region.column, height: region.height, width: region.width)
        let rmse = rootMeanSquare(
          data.normalised(target, channel: channel), minus: Float(channel + 1))
        let found = scores.clipped[channel]
        #expect(abs(found.rmse - rmse) < 1e-5 * rmse)
        let deviation = data.normalisation.targetStd[channel]
        #expect(abs(found.rmseInUnits - rmse * deviation) < 1e-4 * rmse * deviation)
      }
    }
  }

  @Test("the input itself is measured as a prediction when asked for")
  func trivial() throws {
    let data = try Tiny.data()
    let evaluator = Evaluator(try SplitterTests.constantModel(), options)
    let without = try evaluator.evaluate(data, part: .test)
    #expect(without.frames[0].trivial == nil && without.mean.trivial == nil)
    let report = try evaluator.evaluate(data, part: .test, trivial: true)
    let frame = try data.frame(report.frames[0].frame)
    let input = data.normalisedInput(frame.input.scales[0])
    for (channel, scores) in try #require(report.mean.trivial).enumerated() {
      let target = data.normalised(frame.targets[channel], channel: channel)
      let expected = try #require(
        ImageMetrics.rangeInvariantPSNR(target: target, prediction: input))
      #expect(scores.rangeInvariantPSNR == expected)
      #expect(scores.rmse == ImageMetrics.rmse(target: target, prediction: input))
    }
  }

  @Test("clipped and unclipped targets are measured apart")
  func unclipped() throws {
    let configuration = Tiny.configuration { $0.data.clipQuantile = 0.5 }
    let report = try Evaluator(try SplitterTests.constantModel(configuration), options)
      .evaluate(Tiny.data(configuration), part: .test)
    #expect(report.frames[0].clipped[0].rmse < report.frames[0].unclipped[0].rmse)
  }

  @Test("a part without frames is refused with the remedy")
  func empty() throws {
    let configuration = Tiny.configuration { $0.data.split.test = 0 }
    let evaluator = Evaluator(try SplitterTests.constantModel(configuration), options)
    let data = try Tiny.data(configuration)
    let error = #expect(throws: ImagingError.self) { try evaluator.evaluate(data, part: .test) }
    #expect(error?.description.hasPrefix("the test part of the data is empty") == true)
  }

  @Test("a picture is made of each frame, and the share that is done grows to 1")
  func panels() throws {
    var shares: [Double] = []
    var frames: [Int] = []
    _ = try Evaluator(SplitterTests.constantModel(), options).evaluate(
      Tiny.data(), part: .train, progress: { shares.append($0) },
      panel: { frame, image in
        frames.append(frame)
        #expect(image.width > 100)
      })
    #expect(frames == [2, 3])
    #expect(shares == shares.sorted() && shares.last == 1)
  }

  @Test("the JSON of a report comes back")
  func report() throws {
    let report = try Evaluator(SplitterTests.constantModel(), options).evaluate(
      Tiny.data(), part: .train, trivial: true)
    let json = try JSONEncoder().encode(report)
    #expect(try JSONDecoder().decode(EvaluationReport.self, from: json) == report)
  }

  @Test("a perfect prediction has no error and 200 dB")
  func perfect() throws {
    let cells = try Tiny.cells.get()
    let report = try Evaluator.compare(
      predictions: cells, targets: Tiny.targets(), names: ["a", "b"], clipQuantile: 1)
    #expect(report.frames.count == 4)
    for scores in report.mean.clipped {
      #expect(scores.rmse < 1e-6)
      #expect(try #require(scores.psnr) == 200)
      #expect(try #require(scores.rangeInvariantPSNR) > 120)
      #expect(abs(try #require(scores.ssim) - 1) < 1e-6)
    }
  }

  @Test("images that cannot be compared are refused with both sizes")
  func misfits() throws {
    let cells = try Tiny.cells.get()
    let targets = try Tiny.targets()
    let one = #expect(throws: ImagingError.self) {
      try Evaluator.compare(predictions: cells, targets: [targets[0]], names: ["a"])
    }
    #expect(one?.description.contains("2 channels, but 1 targets") == true)
    let small = Tiny.stack([Plane(height: 3, width: 4)])
    let other = #expect(throws: ImagingError.self) {
      try Evaluator.compare(predictions: cells, targets: [targets[0], small], names: ["a", "b"])
    }
    #expect(other?.description.contains("1 × 3 × 4") == true)
    #expect(other?.description.contains("4 × 48 × 48") == true)
  }

  @Test("every frame says what of it was measured, and the report how it was split")
  func measurement() throws {
    let configuration = striped()
    let data = try Tiny.data(configuration)
    let model = try SplitterTests.constantModel(configuration)
    var options = SplitOptions(.outer(3))
    options.samplesPosterior = true
    options.samples = 2
    options.seed = 7
    let report = try Evaluator(model, options).evaluate(data, part: .test)
    #expect(report.frames.map(\.region) == data.split.test)
    #expect(Set(report.frames.compactMap(\.targetChecksum)).count == report.frames.count)
    let measurement = try #require(report.measurement)
    #expect(measurement.part == .test && measurement.model == nil)
    let tiles = try #require(measurement.tiles)
    #expect(tiles.scheme == .outer && tiles.padding == 3 && tiles.patch == 22 && tiles.kept == 16)
    #expect(measurement.samples == 2 && measurement.seed == 7)
    #expect(measurement.normalisation == data.normalisation)
    let plain = try Evaluator(model, SplitOptions(inner: 16)).evaluate(data, part: .test)
    #expect(plain.measurement?.tiles?.scheme == Measurement.Tiles.Scheme.none)
    #expect(plain.measurement?.samples == 0 && plain.measurement?.seed == nil)
  }

  @Test("means and standard deviations over frames, and the PSNR of all of them as a whole")
  func statistics() throws {
    let data = try Tiny.data()
    let report = try Evaluator(SplitterTests.constantModel(), options).evaluate(
      data, part: .train, trivial: true)
    let values = report.frames.map { $0.clipped[1].rmse }
    try #require(values.count == 2)
    #expect(abs(report.mean.clipped[1].rmse - (values[0] + values[1]) / 2) < 1e-12)
    let spread = try #require(report.spread)
    let expected = (values[0] - values[1]).magnitude / 2.0.squareRoot()
    #expect(abs(spread.clipped[1].rmse - expected) < 1e-12)
    #expect(spread.trivial?.count == 2)
    var running = RunningPSNR()
    for region in data.split.train {
      running.add(
        target: data.normalised(try data.frame(region.frame).targets[1], channel: 1),
        prediction: Plane(height: 48, width: 48, repeating: 2))
    }
    let whole = try #require(report.wholePSNR)
    #expect(whole.clipped[1] == running.value)
    #expect(whole.trivial?.count == 2)
    #expect(report.msSSIMScales == 3)
    // A constant prediction correlates with nothing.
    #expect(report.mean.clipped[0].pearson == nil)
    let one = try Evaluator(SplitterTests.constantModel(), options).evaluate(data, part: .test)
    #expect(one.spread == nil && one.wholePSNR?.trivial == nil)
  }

  @Test("jumps are measured at the borders of the tiles, in regions too")
  func seams() throws {
    let data = try Tiny.data()
    let model = try SplitterTests.constantModel()
    let evaluator = Evaluator(model, SplitOptions(inner: 8))
    #expect(try evaluator.evaluate(data, part: .test).frames[0].clipped[0].seams == nil)
    let report = try evaluator.evaluate(data, part: .test, trivial: true, seams: true)
    let frame = report.frames[0]
    let seams = try #require(frame.clipped[0].seams)
    #expect(seams.prediction == Seams(border: 0, elsewhere: 0, ratio: nil))
    let target = data.normalised(try data.frame(frame.frame).targets[0], channel: 0)
    #expect(
      seams.target == Seams(target, borders: TileBorders(height: 48, width: 48, side: 8)))
    #expect(frame.trivial?[0].seams == nil)
    // Tiles of 16 pixels have their borders at the edges of strips of 16 rows or columns.
    let configuration = striped()
    let strips = try Tiny.data(configuration)
    let striped = try Evaluator(SplitterTests.constantModel(configuration), SplitOptions(inner: 16))
      .evaluate(strips, part: .test, seams: true)
    let region = strips.split.test[0]
    let part = strips.normalised(
      try strips.frame(region.frame).targets[0].cropped(
        row: region.row, column: region.column, height: region.height, width: region.width),
      channel: 0)
    let borders = TileBorders(height: region.height, width: region.width, side: 16)
    #expect(striped.frames[0].clipped[0].seams?.target == Seams(part, borders: borders))
  }

  @Test("an image of one tile has no seams, which the table says with a dash")
  func oneTile() throws {
    let cells = try Tiny.cells.get()
    let report = try Evaluator.compare(
      predictions: cells, targets: Tiny.targets(), names: ["a", "b"], clipQuantile: 1,
      frameNumbers: [4, 5, 6, 9], tile: 48)
    #expect(report.frames.map(\.frame) == [4, 5, 6, 9])
    #expect(report.mean.clipped.allSatisfy { $0.seams == nil })
    let lines = report.table(seams: true).split(separator: "\n")
    let line = try #require(lines.first { $0.hasPrefix("a ") && $0.contains("prediction") })
    #expect(line.split(separator: " ") == ["a", "prediction", "-", "-", "-"])
    let halves = try Evaluator.compare(
      predictions: cells, targets: Tiny.targets(), names: ["a", "b"], clipQuantile: 1,
      tile: 24)
    let seams = try #require(halves.mean.clipped[0].seams)
    #expect(seams.prediction == seams.target)
  }
}
