import Experiment
import Foundation
import TestSupport
import Testing
import Torch
import USplit

/// The stable map and its logarithm, and variance, deviation and log-variance made of it.
func checkStableVariance(_ fixture: Fixture) throws {
  let x = try tensor(fixture, "x")
  // Compared number by number: the values span many orders of magnitude. Logarithms near 0 have the
  // rounding of the number near 1 that they are taken of.
  func compare(_ tensor: Tensor, _ name: String, floor: Float = 1e-12) throws {
    for (found, expected) in zip(try tensor.floats(), try fixture.floats(name)) {
      let error = abs(found - expected) / max(abs(expected), floor)
      #expect(error <= Float(Tolerance.value), "\(name): \(found) instead of \(expected)")
    }
  }
  let bare = StableVariance(x, floor: 0)
  try compare(bare.value, "exp")
  try compare(bare.logarithm, "log", floor: 0.05)
  let variance = StableVariance(x)
  try compare(variance.value, "var")
  try compare(variance.standardDeviation, "std")
  try compare(variance.logarithm, "logvar", floor: 0.05)
}

/// A latent block with both estimates of the divergence: outputs and gradients, with the clip of the
/// raw log-variance at work.
func checkLatentBlock(_ fixture: Fixture) throws {
  let maximum = try #require(fixture.metadata["var_clip_max"].flatMap(Double.init))
  let channels = try fixture.shape("q_params")[1]
  let latentChannels = try fixture.shape("eps")[1]
  let outputs = try fixture.shape("state.conv_out.weight")[0]
  for (prefix, estimate) in [("mc", DivergenceEstimate.monteCarlo), ("analytical", .analytic)] {
    let store = try ParameterStore(seed: 0)
    let block = LatentBlock(
      store.root, latent: latentChannels, from: channels, to: outputs, isTop: false,
      isStochastic: true, rawMaximum: maximum)
    try store.load(fixture.file, prefix: "state.")
    let q = try leaf(fixture, "q_params")
    let p = try leaf(fixture, "p_params")
    let pass = Pass(
      mode: .evaluation, latents: .given(noise: [try tensor(fixture, "eps")]), divergence: estimate)
    let (out, latent) = block(q, prior: p, index: 0, pass: pass)
    let divergence = try #require(latent.divergence)
    try expectEqual(out.floats(), fixture, "\(prefix).out")
    try expectEqual(latent.z.floats(), fixture, "\(prefix).z")
    try expectEqual(
      try #require(latent.posterior?.logVariance).floats(), fixture, "\(prefix).q_lv")
    try expectEqual(divergence.floats(), fixture, "\(prefix).kl_samplewise")
    let loss = divergence.sum() * 1e-3 + out.squared().mean()
    try expectEqual(loss.floats(), fixture, "\(prefix).loss")
    try loss.backward()
    func compare(_ tensor: Tensor?, _ name: String) throws {
      let gradient = try #require(tensor?.gradient).floats()
      try expectEqual(gradient, fixture, name, within: Tolerance.gradient)
    }
    try compare(q, "\(prefix).grad_q")
    try compare(p, "\(prefix).grad_p")
    try compare(store["conv_in_q.weight"], "\(prefix).grad.conv_in_q.weight")
  }
}

/// Residual blocks, gated, ungated and with the leaky activation: outputs in both modes, gradients.
func checkResidualBlock(_ fixture: Fixture) throws {
  let names = Set(
    fixture.file.entries.map(\.name).filter { $0.hasSuffix(".input") }.map { $0.dropLast(6) })
  #expect(!names.isEmpty, "\(fixture.name) holds no block")
  for prefix in names.map(String.init) {
    let isConvolutionFirst = try fixture.shape("\(prefix).state.block.0.weight").count == 4
    let store = try ParameterStore(seed: 0)
    let block = ResidualBlock(
      store.root,
      BlockStyle(
        filters: try fixture.shape("\(prefix).input")[1],
        order: isConvolutionFirst ? .cabdcabd : .bacdbacd,
        activation: prefix.contains("leaky") ? .leakyReLU : .elu, kernel: 3, batchNorm: true,
        dropout: 0, gated: fixture.has("\(prefix).state.block.8.conv.weight")))
    try store.load(fixture.file, prefix: "\(prefix).state.")
    let input = try leaf(fixture, "\(prefix).input")
    try expectEqual(
      block(input, mode: .evaluation).floats(), fixture, "\(prefix).output_eval")
    let output = block(input, mode: .training(try Generator(seed: 0)))
    try expectEqual(output.floats(), fixture, "\(prefix).output_train")
    try output.squared().sum().backward()
    try expectEqual(
      try #require(input.gradient).floats(), fixture, "\(prefix).grad_input",
      within: Tolerance.gradient)
    // The first convolution's bias is followed by a normalisation: its gradient is noise.
    let scale = try fixture.floats("\(prefix).grad.block.2.weight").map(abs).max() ?? 1
    for entry in store.entries where fixture.has("\(prefix).grad.\(entry.name)") {
      try expectEqual(
        try #require(entry.tensor.gradient).floats(), fixture, "\(prefix).grad.\(entry.name)",
        within: Tolerance.gradient, floor: Double(scale))
    }
  }
}

/// Convolutions with stride 2 and their gradients, and the two ways of doubling an image.
func checkConvolutions(_ fixture: Fixture) throws {
  func check(_ prefix: String, _ layer: (Scope, _ shape: [Int]) -> (Tensor) -> Tensor) throws {
    let store = try ParameterStore(seed: 0)
    let run = layer(store.root, try fixture.shape("\(prefix).weight"))
    try store.set("weight", to: fixture.floats("\(prefix).weight"))
    try store.set("bias", to: fixture.floats("\(prefix).bias"))
    let input = try leaf(fixture, "input")
    let output = run(input)
    try expectEqual(output.floats(), fixture, "\(prefix).output")
    try output.squared().sum().backward()
    try expectEqual(
      try #require(input.gradient).floats(), fixture, "\(prefix).grad_input",
      within: Tolerance.gradient)
    try expectEqual(
      try #require(store["weight"]?.gradient).floats(), fixture, "\(prefix).grad_weight",
      within: Tolerance.gradient)
  }
  try check("conv") { scope, shape in
    let layer = Conv2d(scope, shape[1], shape[0], kernel: shape[2], stride: 2)
    return { layer($0) }
  }
  try check("ct") { scope, shape in
    let layer = ConvTranspose2d(scope, shape[0], shape[1])
    return { layer($0) }
  }
  let input = try tensor(fixture, "input")
  try expectEqual(input.upsampled(.bilinear).floats(), fixture, "up_bilinear_align_corners")
  try expectEqual(input.upsampled(.nearest).floats(), fixture, "up_nearest")
}

/// Both rules for the centre, and padding.
func checkCropAndPad(_ fixture: Fixture) throws {
  var index = 0
  while fixture.has("\(index).in") {
    let input = try tensor(fixture, "\(index).in")
    func size(_ name: String) throws -> Size {
      let shape = try fixture.shape("\(index).\(name)")
      return Size(height: shape[2], width: shape[3])
    }
    try expectEqual(
      input.centerCropped(to: size("crop")).floats(), fixture, "\(index).crop", within: 0)
    try expectEqual(
      input.centerCropped(to: size("center_crop"), rounding: .toNearestOrEven).floats(), fixture,
      "\(index).center_crop", within: 0)
    try expectEqual(
      input.zeroPadded(to: size("pad")).floats(), fixture, "\(index).pad", within: 0)
    index += 1
  }
  #expect(index > 0, "\(fixture.name) holds no image")
}

/// Clipping by the joint norm, then Adamax, step by step with given gradients.
func checkAdamax(_ fixture: Fixture) throws {
  let store = try ParameterStore(seed: 0)
  var parameters: [Tensor] = []
  while fixture.has("p0.\(parameters.count)") {
    let name = "p0.\(parameters.count)"
    parameters.append(
      store.root.parameter(name, try fixture.shape(name), .values(try fixture.floats(name))))
  }
  let optimiser = Adamax(store, learningRate: 1e-3)
  var step = 0
  while fixture.has("total_norm.\(step)") {
    store.clearGradients()
    for (index, parameter) in parameters.enumerated() {
      // The gradient of Σ p g with respect to p is g.
      try (parameter * tensor(fixture, "grad.\(step).\(index)")).sum().backward()
    }
    let norm = try store.clipGradients(toNorm: 0.5)
    try expectEqual([Float(norm)], fixture, "total_norm.\(step)")
    try optimiser.takeStep()
    step += 1
    for (index, parameter) in parameters.enumerated() {
      try expectEqual(parameter.floats(), fixture, "p.\(step).\(index)")
    }
  }
  #expect(step > 0 && !parameters.isEmpty, "\(fixture.name) holds no step")
}

/// The learning rate after each score.
func checkPlateau(_ fixture: Fixture) throws {
  func number(_ key: String) throws -> Double {
    let text = try #require(fixture.metadata[key], "\(fixture.name) lacks \(key)")
    return try #require(Double(text.split(separator: " ").first ?? ""))
  }
  var schedule = ReduceLROnPlateau(
    factor: try number("factor"), patience: Int(try number("patience")),
    threshold: try number("threshold"), minimumRate: try number("min_lr"))
  let rates = try fixture.doubles("lr_after")
  var rate = 1e-3
  if let first = rates.first, first != 0 {
    // The fixture does not say where it starts; the first score never lowers the rate.
    rate = first
  }
  for (score, expected) in zip(try fixture.doubles("metric"), rates) {
    rate = schedule.rate(after: score, current: rate)
    #expect(abs(rate - expected) <= 1e-6 * expected, "\(rate) instead of \(expected)")
  }
}

/// A fixture's tensor as something that gradients are asked of.
private func leaf(_ fixture: Fixture, _ name: String) throws -> Tensor {
  try ParameterStore(seed: 0).root.parameter(
    name, fixture.shape(name), .values(fixture.floats(name)))
}
