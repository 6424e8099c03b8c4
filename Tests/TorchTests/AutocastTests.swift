import Testing
import Torch

@Suite("Automatic casting")
struct AutocastTests {
  private let store: ParameterStore
  private let convolution: Conv2d
  private let norm: BatchNorm2d
  private let x: Tensor

  init() throws {
    store = try ParameterStore(seed: 1, layout: .channelsLast)
    convolution = Conv2d(store.root["conv"], 4, 4, kernel: 3)
    norm = BatchNorm2d(store.root["norm"], 4)
    x = Tensor.normal([2, 4, 8, 8], generator: try Generator(seed: 2)).arranged(.channelsLast)
  }

  @Test("a convolution gives bfloat16 inside and float32 outside")
  func types() throws {
    let autocast = try Autocast(.bfloat16, on: .cpu)
    let (inside, again) = autocast { (convolution(x).type, convolution(x).type) }
    #expect(inside == .bfloat16 && again == .bfloat16)
    #expect(convolution(x).type == .float32)
  }

  @Test("float32 casts nothing")
  func plain() throws {
    let autocast = try Autocast(.float32, on: .cpu)
    #expect(autocast { convolution(x).type } == .float32)
  }

  @Test("casting ends with an error too")
  func thrown() throws {
    struct Refused: Error {}
    let autocast = try Autocast(.bfloat16, on: .cpu)
    #expect(throws: Refused.self) { try autocast { () throws(Refused) in throw Refused() } }
    #expect(convolution(x).type == .float32)
  }

  @Test("casting inside casting goes back to the outer one")
  func nested() throws {
    let outer = try Autocast(.bfloat16, on: .cpu)
    let inner = try Autocast(.float32, on: .cpu)
    #expect(outer { () -> DType in inner { convolution(x).type } } == .bfloat16)
  }

  @Test("batch normalisation takes short features and keeps its statistics in float32")
  func statistics() throws {
    let mode = Mode.training(try Generator(seed: 3))
    let autocast = try Autocast(.bfloat16, on: .cpu)
    let y = autocast { norm(convolution(x), mode: mode) }
    #expect(y.type == .bfloat16)
    for name in ["norm.running_mean", "norm.running_var", "norm.weight", "norm.bias"] {
      #expect(store[name]?.type == .float32, "\(name)")
    }
    let mean = try #require(store["norm.running_mean"]).floats()
    let expected = try convolution(x).mean(over: [0, 2, 3]).floats().map { 0.1 * $0 }
    for (found, wanted) in zip(mean, expected) { #expect(abs(found - wanted) < 1e-3) }
  }

  @Test("gradients of short features are float32 and close to those of float32")
  func gradients() throws {
    func gradients(_ type: DType) throws -> [[Float]] {
      let mode = Mode.training(try Generator(seed: 3))
      let autocast = try Autocast(type, on: .cpu)
      let y = autocast { norm(convolution(x), mode: mode).elu() }.cast(to: .float32)
      store.clearGradients()
      try (y * x).sum().backward()
      return try store.parameters.map {
        let gradient = try #require($0.gradient)
        #expect(gradient.type == .float32)
        return try gradient.floats()
      }
    }
    let (short, long) = (try gradients(.bfloat16), try gradients(.float32))
    for (found, wanted) in zip(short, long) {
      let size = wanted.map(abs).max() ?? 0
      guard size > 1e-3 else { continue }  // the bias before a normalisation has none
      for (one, other) in zip(found, wanted) { #expect(abs(one - other) < 0.05 * size) }
    }
  }

  @Test("float16 trains on the CPU or is refused with what to take instead")
  func float16() {
    do throws(TorchError) {
      let autocast = try Autocast(.float16, on: .cpu)
      #expect(autocast { convolution(x).type } == .float16)
    } catch {
      #expect(error.description.contains("use bfloat16 or float32"))
    }
  }

  @Test("dropout of short features neither shrinks nor stretches what is left")
  func dropout() throws {
    let ones = Tensor.full(1, shape: [1, 64, 16, 16], type: .bfloat16)
    let mode = Mode.training(try Generator(seed: 4))
    let kept = try Dropout(0.1)(ones * 3, mode: mode).floats().filter { $0 != 0 }
    // 3 / 0.9 is 3.333; a factor rounded first would give 3.328.
    #expect(Set(kept) == [3.328125] || Set(kept) == [3.34375])
  }
}
