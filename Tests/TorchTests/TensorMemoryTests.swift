import Testing
import Torch

/// Each in a process of its own: the figures are those of the whole process.
@Suite("Memory of tensors")
struct TensorMemoryTests {
  @Test("what tensors hold is counted, now and at most")
  func counts() async {
    await #expect(processExitsWith: .success) {
      let memory = TensorMemory(of: .cpu)
      let before = memory.current
      memory.resetPeak()
      var one: Tensor? = Tensor.zeros([1024, 1024])
      let held = memory.current - before
      guard (4 << 20..<5 << 20).contains(held) else { fatalError("\(held) bytes for 4 MiB") }
      _ = one.map { $0 + $0 }
      one = nil
      guard memory.current == before else { fatalError("\(memory.current - before) bytes left") }
      let most = memory.peak - before
      guard (8 << 20..<9 << 20).contains(most) else { fatalError("\(most) bytes for 8 MiB") }
      memory.release()
    }
  }

  @Test("a lack of memory gives shapes, and an error where a value is read")
  func surviving() async {
    await #expect(processExitsWith: .success) {
      let store = try ParameterStore(seed: 1)
      let convolution = Conv2d(store.root["conv"], 1, 8, kernel: 3)
      let norm = BatchNorm2d(store.root["norm"], 8)
      let generator = try Generator(seed: 1)
      let x = Tensor.normal([1, 1, 512, 512], generator: generator)
      let memory = TensorMemory(of: .cpu)
      func step(_ read: Bool) throws -> [Int] {
        let mode = Mode.training(generator)
        let y = Dropout2d(0.5)(norm(convolution(x), mode: mode).elu(), mode: mode)
        let z = y + Tensor.normal(y.shape, generator: generator, device: y.device)
        if read { try z.mean().backward() }
        return z.shape
      }
      TensorMemory.limit(to: memory.current + (20 << 20))
      for read in [true, false] {
        do {
          _ = try TensorMemory.surviving { try step(read) }
          fatalError("40 MiB were found where 20 are allowed")
        } catch let error as TorchError {
          guard case .outOfMemory = error, error.description.contains("are allowed") else {
            throw error
          }
        }
      }
      TensorMemory.limit(to: 0)
      let shape = try TensorMemory.surviving { try step(true) }
      guard shape == [1, 8, 512, 512] else { fatalError("\(shape)") }
      guard store.parameters[0].gradient != nil else { fatalError("no gradient") }
    }
  }

  @Test("a lack of memory in a second run fails the backward pass")
  func recomputing() async {
    await #expect(processExitsWith: .success) {
      let store = try ParameterStore(seed: 1)
      let weight = store.root.parameter("w", [1 << 20], .constant(1))
      let memory = TensorMemory(of: .cpu)
      let y = computedTwice([], generators: []) { _ in
        [weight.squared().squared().squared().sum()]
      }
      TensorMemory.limit(to: memory.current + (6 << 20))
      do {
        try TensorMemory.surviving { try y[0].backward() }
        fatalError("12 MiB were found where 6 are allowed")
      } catch TorchError.outOfMemory {}
    }
  }

  @Test("errors of the body pass through")
  func passes() throws {
    struct Refused: Error {}
    #expect(throws: Refused.self) { try TensorMemory.surviving { throw Refused() } }
  }

  @Test("devices that do not say give zeros")
  func unknown() {
    #expect(!TensorMemory(of: .meta).isKnown && TensorMemory(of: .meta).peak == 0)
  }
}
