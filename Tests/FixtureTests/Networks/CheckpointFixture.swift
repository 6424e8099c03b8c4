import Checkpoint
import Experiment
import Foundation
import TestSupport
import Testing
import Torch
import USplit

/// A checkpoint of the authors' program, which lies beside its fixture, is imported and gives the
/// authors' numbers; the network that is found out from its weights alone is the configured one,
/// but for what weights do not tell.
func checkCheckpoint(_ fixture: Fixture) throws {
  let checkpoint = try TorchCheckpoint(contentsOf: try checkpointFile(fixture))
  let json = try #require(fixture.metadata["config"], "\(fixture.name) has no config")
  let file = try AuthorsConfigFile(Data(json.utf8), path: "the config of \(fixture.name)")
  let targets = try fixture.shape("target")[1]
  let authors = try AuthorsModel(checkpoint, configuration: file, targets: targets)
  let statistics = ModelStatistics(
    channels: (0..<targets).map { "target \($0)" },
    clip: [Double](repeating: 1e6, count: targets), inputMean: 0, inputStd: 1,
    targetMean: try fixture.doubles("data_mean"), targetStd: try fixture.doubles("data_std"))
  let model = try authors.model(statistics)
  if let epoch = fixture.metadata["epoch"] { #expect(checkpoint.epoch == Int(epoch)) }

  var latents = Latents.mean
  if fixture.has("eps.0") {
    let levels = authors.configuration.network.levels
    latents = .given(noise: try (0..<levels).map { try tensor(fixture, "eps.\($0)") })
  }
  let pass = Pass(mode: .evaluation, latents: latents)
  try withoutGradients { () throws in
    let found = model(try tensor(fixture, "input"), pass).distribution
    let name = fixture.has("out_mean") ? "out_mean" : "output"
    try expectEqual(found.mean.floats(), fixture, name)
    if fixture.has("out_logvar") {
      let logVariance = try #require(found.logVariance)
      try expectEqual(logVariance.floats(), fixture, "out_logvar")
    }
  }
  try checkDerived(checkpoint, authors.configuration.network)
}

private func checkDerived(
  _ checkpoint: TorchCheckpoint, _ expected: NetworkConfiguration
) throws {
  let choices = NetworkChoices(
    backbone: expected.backbone, context: expected.context, patch: expected.patch)
  var found = try DerivedNetwork(checkpoint, targets: expected.targets, choices: choices)
    .configuration
  found.activation = expected.activation
  found.encoderDropout = expected.encoderDropout
  found.decoderDropout = expected.decoderDropout
  found.learnedTopPrior = expected.learnedTopPrior
  found.latentLogVarianceMaximum = expected.latentLogVarianceMaximum
  found.logVarianceMinimum = expected.logVarianceMinimum
  found.logVarianceMaximum = expected.logVarianceMaximum
  if expected.logVariance != .unit { found.logVariance = expected.logVariance }
  if expected.contexts == 0 || expected.blocksPerLevel == 1 {
    found.separateContextBranch = expected.separateContextBranch
  }
  #expect(found == expected, "\(checkpoint.path)")
}

/// The file that the fixture names, or that has its name, or the only one in its folder.
private func checkpointFile(_ fixture: Fixture) throws -> URL {
  let folder = fixture.file.url.deletingLastPathComponent()
  let files = try FileManager.default.contentsOfDirectory(
    at: folder, includingPropertiesForKeys: nil
  ).filter { $0.pathExtension == "ckpt" }
  let named = files.first { $0.lastPathComponent == fixture.metadata["ckpt"] }
  let alike = files.first { $0.deletingPathExtension().lastPathComponent == fixture.name }
  return try #require(
    named ?? alike ?? (files.count == 1 ? files[0] : nil),
    "\(fixture.name): \(files.count) checkpoints in \(folder.path), and none is named for it")
}
