import Experiment
import TestSupport
import Testing
import Torch
import USplit

/// A few steps of clipped Adamax from the fixture's weights: losses and gradient norms of each step,
/// and the weights at the end.
///
/// The bias of a convolution that a batch normalisation follows has a true gradient of zero, of
/// which Adamax makes steps of rounding noise; so has the running mean behind it. They are compared
/// loosely.
func checkTrajectory(_ fixture: Fixture) throws {
  let ladder = try LoadedLadder(fixture)
  let loss = SplitLoss(ladder.configuration.loss)
  let optimiser = Adamax(ladder.store, learningRate: 1e-3)
  let inputs = try tensor(fixture, "inputs")
  let targets = try tensor(fixture, "targets")
  let mean = try tensor(fixture, "data_mean")
  let deviation = try tensor(fixture, "data_std")
  let expected = try fixture.doubles("losses.f64")

  for step in 0..<inputs.size(0) {
    let input = inputs.sliced(0, step..<step + 1)
    let target = targets.sliced(0, step..<step + 1)
    let pass = Pass(
      mode: .training(try Generator(seed: 0)),
      latents: try ladder.latents(fixture, prefix: "eps.\(step)"),
      divergence: ladder.configuration.loss.klEstimate)
    let output = ladder.network.trace(input.reshaped(Array(input.shape.dropFirst())), pass)
    let terms = loss(
      output.prediction, latents: output.latents,
      target: (target.reshaped(Array(target.shape.dropFirst())) - mean) / deviation,
      stage: .likelihood, divergenceWeight: loss.divergenceWeight(epoch: Int.max))
    ladder.store.clearGradients()
    try terms.total.backward()
    let gradientNorm = try ladder.store.clipGradients(toNorm: 0.5)
    try optimiser.takeStep()

    let found = [
      try terms.total.item(), try terms.reconstruction.item(),
      try terms.divergence?.item() ?? 0, gradientNorm,
    ]
    for (column, value) in found.enumerated() {
      let error = abs(value - expected[4 * step + column]) / abs(expected[4 * step + column])
      let tolerance = column == 3 ? Tolerance.gradient : Tolerance.value
      #expect(
        error <= tolerance, "\(fixture.name), step \(step), column \(column): error \(error)")
    }
  }

  for entry in ladder.store.entries {
    let name = "final.\(entry.name)"
    guard fixture.has(name) else {
      Issue.record("\(fixture.name) lacks \(name)")
      continue
    }
    let isNoise =
      entry.name.hasSuffix("block.2.bias") || entry.name.hasSuffix("block.4.running_mean")
    let found = try entry.tensor.floats()
    if isNoise {
      let expected = try fixture.floats(name)
      let difference = zip(found, expected).map { abs($0 - $1) }.max() ?? 0
      #expect(difference <= 3e-3, "\(fixture.name), \(name): differs by \(difference)")
    } else {
      // Adamax also turns single gradients near zero into full steps: compared by norm.
      let expected = try fixture.floats(name)
      let error = norm(zip(found, expected).map { $0 - $1 }) / max(norm(expected), 1e-12)
      #expect(error <= 5e-5, "\(fixture.name), \(name): relative error \(error)")
    }
  }
}
