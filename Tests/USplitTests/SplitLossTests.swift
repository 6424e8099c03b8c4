import Experiment
import Foundation
import TestSupport
import Testing
import Torch
import USplit

@Suite("Losses")
struct SplitLossTests {
  private let target = Tensor([1, 2, 3, 4], shape: [1, 2, 1, 2])
  private let mean = Tensor([0, 2, 5, 4], shape: [1, 2, 1, 2])
  private let logVariance = Tensor([0, 1, 2, -1], shape: [1, 2, 1, 2])

  private func terms(
    _ stage: SplitLoss.Stage, logVariance: Tensor? = nil,
    latents: [LatentOutput] = [], divergenceWeight: Double = 1,
    _ change: (inout LossConfiguration) -> Void = { _ in }
  ) -> LossTerms {
    var configuration = LossConfiguration()
    change(&configuration)
    return SplitLoss(configuration)(
      PixelDistribution(mean: mean, logVariance: logVariance), latents: latents, target: target,
      stage: stage, divergenceWeight: divergenceWeight)
  }

  /// What a level's latent block gave: a divergence for each of two samples of six elements.
  private func latent(_ divergence: [Float]) -> LatentOutput {
    LatentOutput(
      z: .zeros([2, 6, 1, 1]), divergence: Tensor(divergence, shape: [2]))
  }

  @Test("the squared error is the mean over pixels, then over channels")
  func squares() throws {
    let terms = terms(.meanSquaredError)
    #expect(try terms.perChannel.floats() == [0.5, 2])
    #expect(try terms.reconstruction.item() == 1.25)
    #expect(try terms.total.item() == 1.25)
    #expect(terms.divergence == nil && terms.perLevel.isEmpty)
  }

  @Test("without variances the likelihood is half the squared error, without the constant")
  func unitVariance() throws {
    #expect(try terms(.likelihood).reconstruction.item() == 0.625)
  }

  @Test("with variances the likelihood is that of a normal distribution")
  func likelihood() throws {
    let errors = [1.0, 0, 4, 0]
    let logs = [0.0, 1, 2, -1]
    let cost = zip(errors, logs).map { 0.5 * ($0 / exp($1) + $1 + log(2 * .pi)) }
    let terms = terms(.likelihood, logVariance: logVariance)
    #expect(
      relativeError(
        try terms.perChannel.doubles(), [(cost[0] + cost[1]) / 2, (cost[2] + cost[3]) / 2]) < 1e-6)
  }

  @Test("the last stage adds likelihood to squared error")
  func both() throws {
    let sum =
      try terms(.likelihood, logVariance: logVariance).total.item()
      + terms(.meanSquaredError).total.item()
    #expect(abs(try terms(.both, logVariance: logVariance).total.item() - sum) < 1e-6)
  }

  @Test("in the last stage the variances shape neither means nor features")
  func faithful() throws {
    func gradients(_ stage: SplitLoss.Stage) throws -> [String: [Float]] {
      let store = try ParameterStore(seed: 1)
      let network = try LadderNetwork(Tiny.configuration().network, store.root)
      let pass = Pass(mode: .evaluation, latents: .mean)
      let output = network.trace(
        try Tiny.noise([1, 3, 16, 16]), pass, detachesVariance: stage == .both)
      try SplitLoss(LossConfiguration())(
        output.prediction, latents: [], target: try Tiny.noise([1, 2, 16, 16], seed: 2),
        stage: stage, divergenceWeight: 0
      ).total.backward()
      return try Dictionary(
        uniqueKeysWithValues: store.entries.compactMap { entry in
          try entry.tensor.gradient.map { (entry.name, try $0.floats()) }
        })
    }
    let both = try gradients(.both)
    let means = try gradients(.meanSquaredError)
    let name = "likelihood.parameter_net.weight"
    for (key, values) in means where !key.hasPrefix("likelihood") {
      #expect(relativeError(try #require(both[key]), values, floor: 1e-4) < 1e-4, "\(key)")
    }
    let half = try #require(both[name]).count / 2
    let bothWeight = try #require(both[name])
    let meanWeight = try #require(means[name])
    #expect(relativeError(Array(bothWeight[..<half]), Array(meanWeight[..<half])) < 1e-5)
    #expect(meanWeight[half...].allSatisfy { $0 == 0 })
    #expect(bothWeight[half...].contains { $0 != 0 })
    // The likelihood alone does shape the features.
    let likelihood = try gradients(.likelihood)
    let first = "first_bottom_up.0.weight"
    #expect(
      relativeError(try #require(likelihood[first]), try #require(means[first])) > 0.01)
  }

  @Test("variances with convolutions of their own learn, and shape neither means nor features")
  func branch() throws {
    func gradients(_ stage: SplitLoss.Stage) throws -> [String: [Float]] {
      let store = try ParameterStore(seed: 1)
      let configuration = Tiny.configuration { $0.network.varianceBranch = true }
      let network = try LadderNetwork(configuration.network, store.root)
      let output = network.trace(
        try Tiny.noise([1, 3, 16, 16]), Pass(mode: .evaluation, latents: .mean),
        detachesVariance: stage == .both)
      #expect(output.prediction.logVariance?.shape == [1, 2, 16, 16])
      try SplitLoss(LossConfiguration())(
        output.prediction, latents: [], target: try Tiny.noise([1, 2, 16, 16], seed: 2),
        stage: stage, divergenceWeight: 0
      ).total.backward()
      #expect(store["likelihood.parameter_net.weight"]?.shape.first == 2)
      return try Dictionary(
        uniqueKeysWithValues: store.entries.compactMap { entry in
          try entry.tensor.gradient.map { (entry.name, try $0.floats()) }
        })
    }
    let both = try gradients(.both)
    let means = try gradients(.meanSquaredError)
    for (key, values) in means where !key.contains("variance_net") {
      #expect(relativeError(try #require(both[key]), values, floor: 1e-4) < 1e-4, "\(key)")
    }
    for layer in [0, 2] {
      let name = "likelihood.variance_net.\(layer).weight"
      #expect(try #require(both[name]).contains { $0 != 0 })
      #expect(means[name]?.allSatisfy { $0 == 0 } ?? true)
    }
  }

  @Test("in the last stage a network without variances stays with the squared error")
  func bothWithoutVariance() throws {
    let both = try terms(.both).total.item()
    #expect(try both == terms(.meanSquaredError).total.item())
  }

  @Test("auxiliary predictions together count as much as the prediction")
  func auxiliary() throws {
    let loss = SplitLoss(LossConfiguration())
    func distribution(_ mean: Tensor) -> PixelDistribution {
      PixelDistribution(mean: mean, logVariance: nil)
    }
    func terms(_ auxiliary: [Tensor]) -> LossTerms {
      loss(
        distribution(mean), latents: [], auxiliary: auxiliary.map(distribution), target: target,
        stage: .meanSquaredError, divergenceWeight: 0)
    }
    let two = terms([target + 1, target + 3])  // squared errors of 1 and 9
    #expect(try two.total.item() == (1.25 + 5) / 2)
    #expect(try two.perChannel.floats() == [0.5, 2])
    #expect(try terms([target + 1]).reconstruction.item() == (1.25 + 1) / 2)
    #expect(try terms([]).total.item() == 1.25)
  }

  @Test("channel weights average, reconstruction weights multiply")
  func weights() throws {
    let averaged = terms(.meanSquaredError) { $0.channelWeights = [3, 1] }
    #expect(abs(try averaged.total.item() - (3 * 0.5 + 2) / 4) < 1e-6)
    #expect(try averaged.perChannel.floats() == [0.5, 2])
    let multiplied = terms(.meanSquaredError) { $0.reconstructionWeights = [4, 2] }
    #expect(try multiplied.perChannel.floats() == [2, 4])
    #expect(try multiplied.total.item() == 3)
  }

  @Test("the divergence is the mean over levels of that per element, times its weight")
  func divergence() throws {
    let latents = [latent([6, 12]), latent([18, 24])]  // 1 and 2, 3 and 4 per element
    let terms = terms(.meanSquaredError, latents: latents, divergenceWeight: 0.5)
    #expect(try terms.perLevel.map { try $0.item() } == [1.5, 3.5])
    #expect(try terms.divergence?.item() == 2.5)
    #expect(try terms.total.item() == 1.25 + 1.25)
  }

  @Test("free bits bound each sample of each level from below")
  func freeBits() throws {
    let latents = [latent([6, 12]), latent([-6, 24])]
    let terms = terms(.meanSquaredError, latents: latents) { $0.freeBits = 1.5 }
    #expect(try terms.perLevel.map { try $0.item() } == [(1.5 + 2) / 2, (1.5 + 4) / 2])
  }

  @Test("the weight of the divergence grows over the epochs of the annealing")
  func annealing() {
    var configuration = LossConfiguration()
    configuration.klWeight = 2
    #expect(SplitLoss(configuration).divergenceWeight(epoch: 0) == 2)
    configuration.klAnnealingEpochs = 4
    configuration.klAnnealingStart = 1
    let loss = SplitLoss(configuration)
    #expect((0...6).map(loss.divergenceWeight) == [0, 0, 0.5, 1, 1.5, 2, 2])
  }

  @Test("stages follow the kind of loss and the progress of the training")
  func stages() {
    func stages(_ kind: LossKind) -> [SplitLoss.Stage] {
      var configuration = LossConfiguration()
      configuration.kind = kind
      configuration.likelihoodFrom = 0.5
      return [0, 0.49, 0.5, 1].map(SplitLoss(configuration).stage)
    }
    #expect(stages(.likelihood) == [.likelihood, .likelihood, .likelihood, .likelihood])
    #expect(Set(stages(.meanSquaredError)) == [.meanSquaredError])
    #expect(stages(.meanThenLikelihood) == [.meanSquaredError, .meanSquaredError, .both, .both])
  }
}
