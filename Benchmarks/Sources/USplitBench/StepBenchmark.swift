import Experiment
import Foundation
import Torch
import USplit

/// Median seconds of a training step and of the prediction of a batch.
struct StepBenchmark {
  private let filters: Int
  private let patch: Int
  private let batch: Int
  private let repeats: Int

  init(_ arguments: inout Arguments) throws {
    filters = try arguments.number("filters", 16)
    patch = try arguments.number("patch", 64, least: 16)
    batch = try arguments.number("batch", 8)
    repeats = try arguments.number("repeats", 9, least: 3)
    let threads = try arguments.number("threads", 0, least: 0)
    try arguments.finish()
    if threads > 0 { Runtime.threads = threads }
  }

  func run() throws {
    print(
      "\(filters) filters, patches of \(patch) pixels, batches of \(batch), "
        + "threads: \(Runtime.threads), LibTorch \(Runtime.version); medians of \(repeats)\n")
    print(row(["variant", "training step, s", "prediction, s", "Gflop per patch"]))
    for variant in ContextVariant.allCases where variant != .unaligned {
      let configuration = Cells.configuration(
        variant, filters: filters, patch: patch, batch: batch)
      let cost = try NetworkCost.measure(configuration)
      let (training, prediction) = try measure(configuration)
      print(
        row([
          variant.rawValue, String(format: "%.4f", training), String(format: "%.4f", prediction),
          String(format: "%.2f", cost.gigaflopPerPatch),
        ]))
    }
  }

  private func measure(_ configuration: Configuration) throws -> (Double, Double) {
    let data = try Cells.data(configuration, frames: 10, side: 2 * patch)
    let model = try SplitModel(ModelDescription(configuration, data))
    let sampler = PatchSampler(data, patch: patch, batch: batch, seed: 1, turns: true)
    let generator = try Generator(seed: 1)
    let loss = SplitLoss(configuration.loss)
    let optimiser = AdamW(model.store)
    let (input, target) = (
      try sampler(0).inputTensor(on: .cpu), try sampler(0).targetTensor(on: .cpu)
    )
    let training = try median {
      let pass = Pass(
        mode: .training(generator), latents: .sample(generator), divergence: .monteCarlo)
      let prediction = model(input, pass)
      let terms = loss(
        prediction.distribution, latents: prediction.latents, target: target, stage: .likelihood,
        divergenceWeight: 1)
      model.store.clearGradients()
      try terms.total.backward()
      try model.store.clipGradients(toNorm: 0.5)
      try optimiser.takeStep()
    }
    let prediction = try median {
      try withoutGradients { () throws in
        let pass = Pass(mode: .evaluation, latents: .mean)
        _ = try model(input, pass).distribution.mean.floats()
      }
    }
    return (training, prediction)
  }

  /// The median seconds of a piece of work, after two rounds that do not count.
  private func median(_ work: () throws -> Void) throws -> Double {
    for _ in 0..<2 { try work() }
    let clock = ContinuousClock()
    let times = try (0..<repeats).map { _ in try clock.measure(work) / .seconds(1) }
    return times.sorted()[repeats / 2]
  }

  private func row(_ cells: [String]) -> String {
    cells.map { $0 + String(repeating: " ", count: max(20 - $0.count, 0)) }.joined()
  }
}
