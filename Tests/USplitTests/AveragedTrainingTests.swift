import Experiment
import TestSupport
import Testing
import Torch
import USplit

@Suite("Training with averaged weights")
struct AveragedTrainingTests {
  /// All weights and running statistics of the last model of a run, by name.
  private func entries(_ run: RunDirectory) throws -> [String: [Double]] {
    let store = try SplitModel(contentsOf: run.last).store
    return Dictionary(
      uniqueKeysWithValues: try store.entries.map { entry in
        let tensor = entry.tensor
        return (
          entry.name,
          tensor.type == .int64
            ? try tensor.integers().map(Double.init) : try tensor.floats().map(Double.init)
        )
      })
  }

  private func settings(steps: Int, averaging: Double) -> Configuration {
    Tiny.configuration {
      $0.training.epochs = 1
      $0.training.stepsPerEpoch = steps
      $0.training.averaging = averaging
      $0.training.optimiser.learningRate = 1e-2
    }
  }

  @Test("models are saved with the moving average of all steps' weights and statistics")
  func saved() throws {
    let folder = try TemporaryFolder()
    let decay = 0.15
    // The weights after each step, from trainings that end there.
    let start = try SplitModel(
      ModelDescription(settings(steps: 1, averaging: 0), Tiny.data()), seed: 0)
    var expected: [String: [Double]] = [:]
    for entry in start.store.entries where entry.tensor.type != .int64 {
      expected[entry.name] = try entry.tensor.floats().map(Double.init)
    }
    for step in 1...3 {
      let (_, run) = try TrainerTests.train(
        folder, "after \(step)", settings(steps: step, averaging: 0))
      let now = try entries(run)
      let kept = min(decay, Double(1 + step) / Double(10 + step))
      for (name, values) in now {
        guard let before = expected[name] else {
          expected[name] = nil
          continue
        }
        expected[name] = zip(before, values).map { $0 * kept + $1 * (1 - kept) }
      }
    }
    let (_, averaged) = try TrainerTests.train(
      folder, "averaged", settings(steps: 3, averaging: decay))
    let found = try entries(averaged)
    let names = expected.keys.sorted()
    #expect(names.contains { $0.hasSuffix("running_var") })
    for name in names {
      let values = try #require(found[name])
      let wanted = try #require(expected[name])
      #expect(relativeError(values, wanted, floor: 1e-3) < 1e-4, "\(name)")
    }
    let last = try entries(
      RunDirectory(opening: folder.url.appendingPathComponent("after 3")))
    #expect(names.contains { found[$0] != last[$0] })
    // How many batches the statistics are of is counted, not averaged.
    for (name, values) in last where expected[name] == nil { #expect(found[name] == values) }
  }

  @Test("validation measures the averaged weights, the best model is they")
  func validated() throws {
    let folder = try TemporaryFolder()
    let (_, plain) = try TrainerTests.train(folder, "plain", settings(steps: 3, averaging: 0))
    let (_, averaged) = try TrainerTests.train(
      folder, "averaged", settings(steps: 3, averaging: 0.99))
    let psnr = try [plain, averaged].map { run in
      try MetricEvent.read(contentsOf: run.metrics).compactMap(\.meanPSNR)
    }
    #expect(psnr[0] != psnr[1])
    // The steps themselves do not know of the average.
    let losses = try [plain, averaged].map { run in
      try MetricEvent.read(contentsOf: run.metrics).filter { $0.event == .step }
        .compactMap(\.loss)
    }
    #expect(losses[0] == losses[1])
    let best = try SplitModel(contentsOf: averaged.best).store.entries
    let last = try SplitModel(contentsOf: averaged.last).store.entries
    for (first, second) in zip(best, last) where first.tensor.type != .int64 {
      #expect(try first.tensor.floats() == second.tensor.floats())
    }
  }
}
