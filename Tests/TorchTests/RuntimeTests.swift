import Testing
import Torch

@Suite("Runtime")
struct RuntimeTests {
  @Test("LibTorch says its version")
  func version() {
    #expect(Runtime.version.split(separator: ".").count >= 3)
  }

  @Test("the number of threads can be set")
  func threads() async {
    await #expect(processExitsWith: .success) {
      Runtime.threads = 1
      guard Runtime.threads == 1 else { fatalError("\(Runtime.threads) threads instead of 1") }
      Runtime.threads = 3
      guard Runtime.threads == 3 else { fatalError("\(Runtime.threads) threads instead of 3") }
    }
  }

  @Test("no threads are a mistake that stops the program")
  func noThreads() async {
    await #expect(processExitsWith: .failure) { Runtime.threads = 0 }
  }

  // In a process of its own, since other tests hold tensors at the same time.
  @Test("a training keeps no tensor from one step to the next, and none in the end")
  func liveTensors() async {
    await #expect(processExitsWith: .success) {
      func train() throws {
        let store = try ParameterStore(seed: 0)
        let convolution = Conv2d(store.root["conv"], 1, 4, kernel: 3)
        let norm = BatchNorm2d(store.root["norm"], 4)
        let dropout = Dropout2d(0.5)
        let optimiser = AdamW(store)
        let average = try WeightAverage(store, decay: 0.9)
        let generator = try Generator(seed: 0)
        var counts: [Int] = []
        for _ in 0..<4 {
          let mode = Mode.training(generator)
          let x = Tensor.normal([2, 1, 8, 8], generator: generator)
          let y = dropout(norm(convolution(x), mode: mode).elu(), mode: mode)
          store.clearGradients()
          try y.squared().mean().backward()
          try store.clipGradients(toNorm: 1)
          try optimiser.takeStep()
          try average.update()
          try average.applied { _ = withoutGradients { convolution(x) } }
          counts.append(Runtime.liveTensorCount)
        }
        guard Set(counts).count == 1 else { fatalError("live tensors: \(counts)") }
      }
      let before = Runtime.liveTensorCount
      try train()
      let after = Runtime.liveTensorCount
      guard after == before else { fatalError("\(before) live tensors before, \(after) after") }
    }
  }

  @Test(
    "operations and bytes of a convolution are counted as by hand",
    arguments: [
      Device.cpu, .meta,
    ])
  func counting(device: Device) throws {
    let store = try ParameterStore(seed: 0, device: device)
    let convolution = Conv2d(store.root, 2, 3, kernel: 3)
    let x = Tensor.zeros([4, 2, 8, 10], device: device)
    let counted = Runtime.counting { convolution(x) }
    // A multiply and an add for each of 2 · 3 · 3 · 3 weights at each of 4 · 8 · 10 places.
    #expect(counted.operations == 2 * 54 * 320)
    #expect(counted.bytes == 4 * 3 * 320)
    #expect(counted.result.shape == [4, 3, 8, 10])
  }

  @Test("a chain of layers counts the same with and without values")
  func sameCount() throws {
    func count(_ device: Device) throws -> [Int] {
      let store = try ParameterStore(seed: 0, device: device)
      let down = Conv2d(store.root["down"], 2, 4, kernel: 3, stride: 2)
      let norm = BatchNorm2d(store.root["norm"], 4)
      let up = ConvTranspose2d(store.root["up"], 4, 2)
      let x = Tensor.full(1, shape: [1, 2, 8, 8], device: device)
      let counted = Runtime.counting {
        let y = up(norm(down(x), mode: .evaluation).elu())
        return Tensor.concatenated([y, x]).upsampled(.bilinear).squared().mean()
      }
      return [counted.operations, counted.bytes]
    }
    let counts = try count(.cpu)
    #expect(try count(.meta) == counts)
    // 72 weights at 4 × 4 places, each way.
    #expect(counts[0] == 2 * 72 * 16 * 2)
  }

  @Test("what is computed after counting does not count, also when the counted work fails")
  func countingEnds() throws {
    struct Refused: Error {}
    #expect(throws: Refused.self) { try Runtime.counting { throw Refused() } }
    let store = try ParameterStore(seed: 0)
    let convolution = Conv2d(store.root, 1, 1, kernel: 1)
    _ = convolution(Tensor.zeros([1, 1, 2, 2]))
    #expect(Runtime.counting {}.operations == 0)
  }
}
