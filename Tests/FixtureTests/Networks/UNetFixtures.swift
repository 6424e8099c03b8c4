import Experiment
import TestSupport
import Testing
import Torch
import USplit

/// A network that has no latents, and shows what its modules give.
private struct ShownNetwork {
  let run: (Tensor, Mode, (String, Tensor) -> Void) -> NetworkOutput

  init(_ network: NetworkConfiguration, _ scope: Scope) throws {
    if network.backbone == .braveNet {
      let network = try BraveNet(network, scope)
      run = { network.trace($0, mode: $1, show: $2) }
    } else {
      let network = try UNet(network, scope)
      run = { network.trace($0, mode: $1, show: $2) }
    }
  }
}

/// A U-Net: output, the results of some modules and the loss in evaluation, then loss, gradients and
/// running statistics of a training pass; in both memory layouts.
func checkUNet(_ fixture: Fixture) throws {
  for layout in [Layout.channelsFirst, .channelsLast] { try checkShown(fixture, layout) }
}

/// A BraveNet: as a U-Net, and its auxiliary outputs.
///
/// The fixtures' training pass has no dropout, whatever their configuration says.
func checkBraveNet(_ fixture: Fixture) throws { try checkUNet(fixture) }

private func checkShown(_ fixture: Fixture, _ layout: Layout) throws {
  let json = try #require(fixture.metadata["config"], "\(fixture.name) has no config")
  let authors = try AuthorsConfiguration(json: json)
  var configuration = authors.network
  (configuration.encoderDropout, configuration.decoderDropout) = (0, 0)
  let store = try ParameterStore(seed: 0, layout: layout)
  let network = try ShownNetwork(configuration, store.root)
  try store.load(fixture.file, prefix: "state.")
  let loss = SplitLoss(authors.loss)
  #expect(authors.loss.kind == .meanSquaredError)
  let input = try tensor(fixture, "input")
  let target = try normalisedTarget(fixture)
  func terms(_ output: NetworkOutput) -> LossTerms {
    loss(
      output.prediction, latents: output.latents, auxiliary: output.auxiliary, target: target,
      stage: loss.stage(at: 0), divergenceWeight: 0)
  }

  try withoutGradients { () throws in
    var shown: [String: Tensor] = [:]
    let output = network.run(input, .evaluation) { shown[$0] = $1 }
    try expectEqual(output.prediction.mean.floats(), fixture, "output")
    #expect(output.prediction.logVariance == nil && output.latents.isEmpty)
    for (index, auxiliary) in output.auxiliary.enumerated() {
      try expectEqual(auxiliary.mean.floats(), fixture, "output.\(index + 1)")
    }
    #expect(!fixture.has("output.\(output.auxiliary.count + 1)"), "auxiliary outputs are missing")
    for name in fixture.file.entries.map(\.name) where name.hasPrefix("mid.") {
      let module = String(name.dropFirst("mid.".count))
      let found = try #require(shown[module], "\(fixture.name): no \(module)")
      #expect(try found.shape == fixture.shape(name), "\(name)")
      try expectEqual(found.floats(), fixture, name)
    }
    let terms = terms(output)
    try expectEqual(terms.total.floats(), fixture, "eval.loss")
    if fixture.has("eval.loss_primary") {
      try expectEqual(terms.perChannel.mean().floats(), fixture, "eval.loss_primary")
    }
  }

  guard fixture.has("train.total") else { return }
  store.clearGradients()
  let output = network.run(input, .training(try Generator(seed: 0))) { _, _ in }
  let total = terms(output).total
  try expectEqual(total.floats(), fixture, "train.total")
  try total.backward()
  try checkGradients(
    store, fixture,
    within: layout == .channelsFirst ? Tolerance.gradient : Tolerance.reorderedGradient)
  try checkRunningStatistics(store, fixture)
}
