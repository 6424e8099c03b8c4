import TestSupport
import Testing
import Torch

@Suite("Convolutions")
struct ConvolutionTests {
  @Test("a convolution is the weighted sum of each neighbourhood")
  func byHand() throws {
    let store = try ParameterStore(seed: 0)
    let convolution = Conv2d(store.root, 1, 1, kernel: 3)
    try store.set("weight", to: [0, 1, 0, 2, 3, 0, 0, 0, 4])
    try store.set("bias", to: [0.5])
    let x = Tensor([1, 2, 3, 4], shape: [1, 1, 2, 2])
    // Row by row: 3·1 + 4·4, 2·1 + 3·2, 1·1 + 3·3, 1·2 + 2·3 + 3·4, and the bias.
    #expect(try convolution(x).floats() == [19.5, 8.5, 10.5, 20.5])
  }

  @Test("stride 2 halves the size, padding 0 takes the border away, and a bias can be left out")
  func sizes() throws {
    let store = try ParameterStore(seed: 0)
    let x = Tensor.zeros([2, 3, 8, 10])
    let strided = Conv2d(store.root["a"], 3, 5, kernel: 3, stride: 2)
    #expect(strided(x).shape == [2, 5, 4, 5])
    let bare = Conv2d(store.root["b"], 3, 4, kernel: 5, padding: 0, bias: false)
    #expect(bare(x).shape == [2, 4, 4, 6])
    #expect(store["b.bias"] == nil)
    #expect(bare.inputChannels == 3)
    #expect(Conv2d(store.root["c"], 3, 4, kernel: 5)(x).shape == [2, 4, 8, 10])
  }

  @Test("some channels alone are those channels of all")
  func channels() throws {
    let store = try ParameterStore(seed: 2)
    let convolution = Conv2d(store.root, 2, 6, kernel: 3)
    let x = Tensor.normal([2, 2, 5, 5], generator: try Generator(seed: 1))
    let some = try convolution(x, channels: 2..<5).floats()
    #expect(relativeError(some, try convolution(x).sliced(1, 2..<5).floats()) < 1e-6)
  }

  @Test("the order in memory changes no result beyond rounding")
  func layouts() throws {
    let x = Tensor.normal([2, 4, 6, 6], generator: try Generator(seed: 1))
    let results = try [Layout.channelsFirst, .channelsLast].map { layout in
      let store = try ParameterStore(seed: 2, layout: layout)
      return try Conv2d(store.root, 4, 8, kernel: 3)(x.arranged(layout)).floats()
    }
    #expect(relativeError(results[0], results[1]) < 1e-6)
  }

  @Test("weights begin evenly spread in ±1/√fan-in")
  func initialWeights() throws {
    let store = try ParameterStore(seed: 5)
    _ = Conv2d(store.root["conv"], 4, 64, kernel: 3)
    _ = ConvTranspose2d(store.root["up"], 64, 4)
    // The fan-in of a transposed convolution is counted from its output channels.
    for name in ["conv.weight", "conv.bias", "up.weight", "up.bias"] {
      let values = try #require(store[name]).floats()
      let bound = 1 / Float(4 * 9).squareRoot()
      #expect(values.allSatisfy { abs($0) <= bound }, "\(name) has a weight beyond \(bound)")
      guard values.count > 100 else { continue }
      #expect(try #require(values.max()) > 0.98 * bound)
      #expect(try #require(values.min()) < -0.98 * bound)
      #expect(abs(values.reduce(0, +) / Float(values.count)) < 0.05 * bound)
    }
  }

  @Test("a transposed convolution doubles the size and spreads each pixel")
  func transposed() throws {
    let store = try ParameterStore(seed: 0)
    let up = ConvTranspose2d(store.root, 1, 1)
    try store.set("weight", to: [1, 2, 3, 4, 5, 6, 7, 8, 9])
    try store.set("bias", to: [0])
    let y = up(Tensor([1], shape: [1, 1, 1, 1]))
    #expect(y.shape == [1, 1, 2, 2])
    #expect(try y.floats() == [5, 6, 8, 9])
    #expect(up(Tensor.zeros([2, 1, 3, 5])).shape == [2, 1, 6, 10])
  }
}
