import Testing
import Torch

@Suite("Documentation")
struct DocumentationTests {
  @Test("the example on the first page learns")
  func example() throws {
    let store = try ParameterStore(seed: 1)
    let first = Conv2d(store.root["first"], 1, 8, kernel: 3)
    let second = Conv2d(store.root["second"], 8, 1, kernel: 3)
    let optimiser = AdamW(store, learningRate: 1e-2)

    let image = Tensor.normal([4, 1, 16, 16], generator: try Generator(seed: 2))
    let target = image.squared()
    var losses: [Double] = []
    for _ in 0..<100 {
      let loss = (second(first(image).elu()) - target).squared().mean()
      store.clearGradients()
      try loss.backward()
      try optimiser.takeStep()
      losses.append(try loss.item())
    }
    #expect(losses[99] < 0.5 * losses[0])
  }
}
