import Experiment
import Foundation
import TestSupport
import Testing
import Torch
import USplit

@Suite("Latent variables")
struct LatentsTests {
  private let network: LadderNetwork
  private let input: Tensor

  init() throws {
    network = try LadderNetwork(
      Tiny.configuration().network, try ParameterStore(seed: 1).root)
    input = try Tiny.noise([1, 3, 16, 16])
  }

  private func output(
    _ latents: Latents, divergence: DivergenceEstimate? = nil
  ) -> LadderNetwork.Trace {
    network.trace(input, Pass(mode: .evaluation, latents: latents, divergence: divergence))
  }

  @Test("the posterior's mean gives the same prediction each time")
  func mean() throws {
    let first = output(.mean)
    #expect(try first.prediction.mean.floats() == output(.mean).prediction.mean.floats())
    for latent in first.latents {
      #expect(try latent.z.floats() == latent.posteriorMean.floats())
      #expect(latent.divergence == nil && latent.prior?.mean == nil)
    }
  }

  @Test("draws are the same for the same seed, and differ for another one or the next pass")
  func samples() throws {
    func draw(_ generator: Generator) throws -> [Float] {
      try output(.sample(generator)).prediction.mean.floats()
    }
    let generator = try Generator(seed: 5)
    let first = try draw(generator)
    #expect(try draw(generator) != first)
    let again = try draw(try Generator(seed: 5))
    #expect(again == first)
    let other = try draw(try Generator(seed: 6))
    #expect(other != first)
  }

  @Test(
    "samples of one batch are what whole passes give, one after the other",
    arguments: [ContextVariant.vanilla, .lean, .regular, .deep])
  func samplesOfOneBatch(_ context: ContextVariant) throws {
    let configuration = Tiny.configuration {
      $0.network.context = context
      if context == .vanilla { $0.network.contexts = 0 }
    }
    let network = try configuration.network.makeNetwork(try ParameterStore(seed: 1).root)
    let input = try Tiny.noise([2, 1 + configuration.network.contexts, 16, 16])
    let whole = Pass(mode: .evaluation, latents: .sample(try Generator(seed: 5)))
    let sample = network.samples(
      of: input, Pass(mode: .evaluation, latents: .sample(try Generator(seed: 5))))
    for _ in 0..<3 {
      let expected = try network(input, whole).prediction.mean.floats()
      #expect(relativeError(try sample().prediction.mean.floats(), expected) < 1e-6)
    }
  }

  @Test("given noise is scaled by the posterior's deviation and shifted by its mean")
  func given() throws {
    let noise = try network.plan.levels.map { level in
      try Tiny.noise([1, 4, level.skipSize, level.skipSize], seed: UInt64(level.index))
    }
    for (latent, noise) in zip(output(.given(noise: noise)).latents, noise) {
      let deviation = try #require(latent.posterior?.logVariance).scaled(by: 0.5, plus: 0).exp()
      let expected = latent.posteriorMean + deviation * noise
      #expect(relativeError(try latent.z.floats(), try expected.floats()) < 1e-5)
    }
  }

  @Test("no noise is the mean")
  func noNoise() throws {
    let noise = network.plan.levels.map { Tensor.zeros([1, 4, $0.skipSize, $0.skipSize]) }
    let given = try output(.given(noise: noise)).prediction.mean.floats()
    let mean = try output(.mean).prediction.mean.floats()
    #expect(given == mean)
  }

  @Test("both estimates of the divergence have the formulas of normal distributions")
  func divergences() throws {
    let noise = try network.plan.levels.map { level in
      try Tiny.noise([1, 4, level.skipSize, level.skipSize], seed: UInt64(level.index))
    }
    for estimate in DivergenceEstimate.allCases {
      for latent in output(.given(noise: noise), divergence: estimate).latents {
        let z = try latent.z.doubles()
        let mean = try latent.posteriorMean.doubles()
        let logVariance = try #require(latent.posterior?.logVariance).doubles()
        let priorMean = try (try #require(latent.prior?.mean) + .zeros(latent.z.shape)).doubles()
        let priorLog = try (try #require(latent.prior?.logVariance) + .zeros(latent.z.shape))
          .doubles()
        func density(_ x: Double, _ mean: Double, _ logVariance: Double) -> Double {
          -0.5 * (logVariance + (x - mean) * (x - mean) / exp(logVariance))
        }
        let sum = z.indices.reduce(0.0) { sum, i in
          switch estimate {
          case .monteCarlo:
            sum + density(z[i], mean[i], logVariance[i]) - density(z[i], priorMean[i], priorLog[i])
          case .analytic:
            sum + 0.5
              * (priorLog[i] - logVariance[i]
                + (exp(logVariance[i]) + (mean[i] - priorMean[i]) * (mean[i] - priorMean[i]))
                / exp(priorLog[i]) - 1)
          }
        }
        let found = try #require(latent.divergence).item()
        #expect(abs(found - sum) < 1e-3 * max(abs(sum), 1), "\(estimate)")
        if estimate == .analytic { #expect(found >= -1e-3) }
      }
    }
  }

  @Test(
    "one pass over memory gives what the formulas give, forwards and back",
    arguments: DivergenceEstimate.allCases, [true, false])
  func onePass(_ estimate: DivergenceEstimate, isTop: Bool) throws {
    func figures(_ kernels: Kernels) throws -> [[Double]] {
      try Kernels.limited(to: kernels) {
        let store = try ParameterStore(seed: 3, layout: .channelsLast)
        // A low bound, so that some raw values are cut.
        let block = LatentBlock(
          store.root, latent: 16, from: 16, to: 16, isTop: isTop, isStochastic: true,
          rawMaximum: 0.3)
        let prior = store.root.parameter(
          "given", [isTop ? 1 : 3, isTop ? 32 : 16, 5, 6],
          .values(try Tiny.noise([isTop ? 1 : 3, isTop ? 32 : 16, 5, 6], seed: 4).floats()))
        let q = store.root.parameter(
          "q", [3, 16, 5, 6], .values(try Tiny.noise([3, 16, 5, 6], seed: 5).floats()))
        let pass = Pass(
          mode: .evaluation, latents: .given(noise: [try Tiny.noise([3, 16, 5, 6], seed: 6)]),
          divergence: estimate)
        let (features, latent) = block(
          (q * 3).arranged(.channelsLast), prior: prior, index: 0, pass: pass)
        let divergence = try #require(latent.divergence)
        try (features.squared().sum() + (divergence * divergence).sum() * 0.01).backward()
        let gradients = try store.parameters.map { try #require($0.gradient) }
        return try ([features, latent.z, divergence] + gradients).map { try $0.doubles() }
      }
    }
    let expected = try figures(.none)
    for kernels in Kernels.allCases where kernels > .none && kernels <= .best {
      for (number, (one, other)) in zip(try figures(kernels), expected).enumerated() {
        #expect(relativeError(one, other) < 5e-6, "\(kernels), figure \(number)")
      }
    }
  }
}
