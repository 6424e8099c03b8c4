import TestSupport
import Testing
import Torch
import USplit

@Suite("Predictions that add up to the input")
struct SumConstraintTests {
  @Test("mixed with the weights they give the input back", arguments: [[], [0.7, 0.3], [1, 1]])
  func addUp(weights: [Double]) throws {
    let configuration = Tiny.configuration {
      $0.network.sumToInput = true
      $0.data.input.weights = weights
    }
    let data = try Tiny.data(configuration)
    let model = try Tiny.model(configuration)
    let batch = try PatchSampler(data, patch: 16, batch: 2, seed: 1, turns: false)(0)
    let input = try batch.inputTensor(on: .cpu)
    let pass = Pass(mode: .evaluation, latents: .mean)
    let means = try model(input, pass).distribution.mean.doubles()
    let scale = data.inputScale
    var sums: [Double] = []
    var inputs: [Double] = []
    for patch in 0..<2 {
      for pixel in 0..<256 {
        sums.append(
          (0..<2).reduce(0) { sum, channel in
            let normalised = means[(patch * 2 + channel) * 256 + pixel]
            return sum + scale.weights[channel]
              * (normalised * data.normalisation.targetStd[channel]
                + data.normalisation.targetMean[channel])
          })
        inputs.append(
          Double(batch.inputs[patch * 3 * 256 + pixel]) / scale.factor + scale.offset)
      }
    }
    #expect(relativeError(sums, inputs) < 1e-4)
    let free = try model.network(input, pass).prediction.mean.doubles()
    #expect(relativeError(means, free) > 0.1)
  }

  @Test("a model of acquired images, whose sum is not known, is left alone")
  func acquired() throws {
    let configuration = Tiny.configuration { $0.network.sumToInput = true }
    let data = try PreparedData(
      Tiny.images(acquired: Tiny.targets()[0]), configuration.data, contexts: 2, patch: 16)
    let model = try SplitModel(ModelDescription(configuration, data))
    let input = try Tiny.noise([1, 3, 16, 16])
    let pass = Pass(mode: .evaluation, latents: .mean)
    let found = try model(input, pass).distribution.mean.floats()
    let free = try model.network(input, pass).prediction.mean.floats()
    let isSame = found == free
    #expect(isSame)
  }
}
