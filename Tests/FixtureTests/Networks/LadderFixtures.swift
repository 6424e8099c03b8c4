import Experiment
import Foundation
import Safetensors
import TestSupport
import Testing
import Torch
import USplit

/// A network with a fixture's weights and inputs.
struct LoadedLadder {
  let network: LadderNetwork
  let store: ParameterStore
  let configuration: AuthorsConfiguration

  init(_ fixture: Fixture, layout: Layout = .channelsFirst) throws {
    let json = try #require(fixture.metadata["config"], "\(fixture.name) has no config")
    self.configuration = try AuthorsConfiguration(json: json)
    self.store = try ParameterStore(seed: 0, layout: layout)
    self.network = try LadderNetwork(configuration.network, store.root)
    try store.load(fixture.file, prefix: "state.")
  }

  /// Noise `prefix.i`, bottom first; the mean when the fixture has none.
  func latents(_ fixture: Fixture, prefix: String = "eps") throws -> Latents {
    guard fixture.has("\(prefix).0") else { return .mean }
    return .given(
      noise: try network.plan.levels.map { try tensor(fixture, "\(prefix).\($0.index)") })
  }
}

func tensor(_ fixture: Fixture, _ name: String) throws -> Tensor {
  try Tensor(fixture.file, named: name)
}

/// Outputs, latents, divergences and losses in evaluation, then losses and gradients of a training
/// pass with the same noise; in both memory layouts.
func checkLadder(_ fixture: Fixture) throws {
  for layout in [Layout.channelsFirst, .channelsLast] {
    let ladder = try LoadedLadder(fixture, layout: layout)
    try checkEvaluation(ladder, fixture)
    if fixture.has("train.total") { try checkTraining(ladder, fixture) }
  }
}

private func checkEvaluation(_ ladder: LoadedLadder, _ fixture: Fixture) throws {
  let loss = SplitLoss(ladder.configuration.loss)
  let pass = Pass(
    mode: .evaluation, latents: try ladder.latents(fixture),
    divergence: fixture.has("eval.kl_loss") ? ladder.configuration.loss.klEstimate : nil)
  try withoutGradients { () throws in
    let input = try tensor(fixture, "input")
    let output = ladder.network.trace(input, pass)
    try expectEqual(output.features.floats(), fixture, "output")
    try expectEqual(output.prediction.mean.floats(), fixture, "out_mean")
    if fixture.has("out_logvar") {
      let logVariance = try #require(output.prediction.logVariance)
      #expect(try logVariance.shape == fixture.shape("out_logvar"))
      try expectEqual(logVariance.floats(), fixture, "out_logvar")
    }
    for (index, latent) in output.latents.enumerated() {
      func compare(_ found: Tensor?, _ name: String) throws {
        guard fixture.has("\(name).\(index)") else { return }
        try expectEqual(try #require(found).floats(), fixture, "\(name).\(index)")
      }
      try compare(latent.z, "z")
      try compare(latent.posteriorMean, "q_mu")
      try compare(latent.posterior?.logVariance, "q_lv")
      try compare(latent.prior?.mean, "p_mu")
      try compare(latent.prior?.logVariance, "p_lv")
      try compare(latent.divergence, "kl")
      try compare(output.bottomUp[index], "bu")
      try compare(output.topDown[index], "td")
    }
    guard fixture.has("eval.recon_loss") else { return }
    let target = try normalisedTarget(fixture)
    let terms = loss(
      output.prediction, latents: output.latents, target: target, stage: .likelihood,
      divergenceWeight: loss.divergenceWeight(epoch: Int.max))
    try compare(terms, fixture, prefix: "eval")
  }
}

private func checkTraining(_ ladder: LoadedLadder, _ fixture: Fixture) throws {
  let loss = SplitLoss(ladder.configuration.loss)
  let pass = Pass(
    mode: .training(try Generator(seed: 0)), latents: try ladder.latents(fixture),
    divergence: ladder.configuration.loss.klEstimate)
  ladder.store.clearGradients()
  let output = ladder.network.trace(try tensor(fixture, "input"), pass)
  try expectEqual(output.prediction.mean.floats(), fixture, "train.out_mean")
  let terms = loss(
    output.prediction, latents: output.latents, target: try normalisedTarget(fixture),
    stage: .likelihood, divergenceWeight: loss.divergenceWeight(epoch: Int.max))
  try compare(terms, fixture, prefix: "train")
  try terms.total.backward()
  try checkGradients(ladder.store, fixture)
  try checkRunningStatistics(ladder.store, fixture)
}

/// Running statistics after a training pass.
func checkRunningStatistics(_ store: ParameterStore, _ fixture: Fixture) throws {
  for name in fixture.file.entries.map(\.name) where name.hasPrefix("bn_after.") {
    let buffer = try #require(store[String(name.dropFirst("bn_after.".count))], "\(name)")
    try expectEqual(buffer.floats(), fixture, name)
  }
}

/// Gradients after a backward pass: some as they are, all by their norms.
func checkGradients(
  _ store: ParameterStore, _ fixture: Fixture, within tolerance: Double = Tolerance.gradient
) throws {
  var gradients: [String: [Float]?] = [:]  // nil where none came
  for entry in store.entries where entry.role == .parameter {
    gradients[entry.name] = .some(try entry.tensor.gradient?.floats())
  }
  // A bias before a batch normalisation has no effect, so its gradient is rounding noise, here and
  // in the fixture; gradients that small are compared on the scale of the whole network's.
  let norms = gradients.compactMapValues { $0.map { norm($0) } }
  let floor = (norms.values.max() ?? 0) * 1e-2
  for name in fixture.file.entries.map(\.name) where name.hasPrefix("grad.") {
    let gradient = try #require(
      gradients[String(name.dropFirst("grad.".count))] ?? nil, "\(fixture.name): no \(name)")
    try expectEqual(gradient, fixture, name, within: tolerance, floor: floor)
  }
  if let list = fixture.metadata["gradnorm_names"], fixture.has("gradnorm.all.f64") {
    let names = try JSONDecoder().decode([String].self, from: Data(list.utf8))
    let expected = try fixture.doubles("gradnorm.all.f64")
    #expect(names.count == expected.count)
    for (name, value) in zip(names, expected) {
      let found = norms[name] ?? 0
      #expect(
        abs(found - value) <= tolerance * max(value, floor),
        "\(fixture.name): gradient norm of \(name) is \(found) instead of \(value)")
    }
  }
  if let list = fixture.metadata["params_without_grad"] {
    let expected = try JSONDecoder().decode([String].self, from: Data(list.utf8))
    let found = gradients.filter { $0.value == nil }.map(\.key)
    #expect(Set(found) == Set(expected), "\(fixture.name): parameters without gradient")
  }
}

private func compare(_ terms: LossTerms, _ fixture: Fixture, prefix: String) throws {
  func compare(_ found: Tensor?, _ name: String) throws {
    guard fixture.has("\(prefix).\(name)"), let found else { return }
    try expectEqual(found.floats(), fixture, "\(prefix).\(name)")
  }
  try compare(terms.reconstruction, "recon_loss")
  try compare(terms.perChannel.sliced(0, 0..<1), "ch1_loss")
  try compare(terms.perChannel.sliced(0, 1..<2), "ch2_loss")
  try compare(terms.divergence, "kl_loss")
  try compare(terms.total, "total")
}

func normalisedTarget(_ fixture: Fixture) throws -> Tensor {
  let target = try tensor(fixture, "target")
  let mean = try tensor(fixture, "data_mean")
  let deviation = try tensor(fixture, "data_std")
  return (target - mean) / deviation
}

func norm(_ values: [Float]) -> Double {
  values.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
}
