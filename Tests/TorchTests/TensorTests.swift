import Testing
import Torch

@Suite("Tensors")
struct TensorTests {
  @Test("values come out as they went in")
  func roundTrip() throws {
    let tensor = Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3])
    #expect(tensor.shape == [2, 3])
    #expect(tensor.elementCount == 6)
    #expect(tensor.type == .float32)
    #expect(tensor.device == .cpu)
    #expect(try tensor.floats() == [1, 2, 3, 4, 5, 6])
    #expect(try tensor.doubles() == [1, 2, 3, 4, 5, 6])
    #expect(try tensor.integers() == [1, 2, 3, 4, 5, 6])
  }

  @Test("negative dimensions count from the end")
  func sizes() {
    let tensor = Tensor.zeros([2, 3, 5])
    #expect(tensor.size(0) == 2)
    #expect(tensor.size(-1) == 5)
    #expect(tensor.size(-3) == 2)
  }

  @Test("integers stay integers")
  func integers() throws {
    let tensor = Tensor(integers: [1 << 40, -7], shape: [2])
    #expect(tensor.type == .int64)
    #expect(try tensor.integers() == [1 << 40, -7])
    #expect(Tensor([1, 2], shape: [2]).type == .float32)
  }

  @Test("an empty tensor and a tensor without dimensions exist")
  func extremes() throws {
    #expect(try Tensor([Float](), shape: [0, 4]).floats() == [])
    let number = Tensor([3] as [Float], shape: [])
    #expect(number.shape == [])
    #expect(try number.item() == 3)
  }

  @Test("a tensor is filled with one value")
  func filled() throws {
    #expect(try Tensor.full(2.5, shape: [3]).floats() == [2.5, 2.5, 2.5])
    #expect(try Tensor.full(2, shape: [2], type: .int64).integers() == [2, 2])
    #expect(try Tensor.zeros([2], type: .float64).doubles() == [0, 0])
  }

  @Test("a copy in double precision has the same values")
  func moved() throws {
    let tensor = Tensor([0.1, -3], shape: [2])
    let double = try tensor.moved(to: .cpu, type: .float64)
    #expect(double.type == .float64)
    #expect(try double.floats() == [0.1, -3])
    #expect(try tensor.moved(to: .cpu).type == .float32)
  }

  @Test("the order in memory changes no value", arguments: [Layout.channelsFirst, .channelsLast])
  func layouts(layout: Layout) throws {
    let tensor = counted([2, 3, 4, 5])
    let arranged = tensor.arranged(layout)
    #expect(arranged.isChannelsLast == (layout == .channelsLast))
    #expect(try arranged.floats() == tensor.floats())
    #expect(arranged.shape == [2, 3, 4, 5])
    #expect(try (arranged * 2).sliced(1, 1..<2).floats() == (tensor * 2).sliced(1, 1..<2).floats())
    let vector = counted([4])
    #expect(try vector.arranged(layout).floats() == vector.floats())
  }

  @Test("a tensor of another device has a shape and no values")
  func meta() {
    let tensor = Tensor.zeros([1000, 1000, 1000, 1000], device: .meta)
    #expect(tensor.device == .meta)
    #expect((tensor + tensor).shape == [1000, 1000, 1000, 1000])
  }

  @Test("values of a device without values cannot be read, and the error says what was tried")
  func metaValues() {
    let error = #expect(throws: TorchError.self) { try Tensor.zeros([2], device: .meta).floats() }
    #expect(error?.description.hasPrefix("reading a tensor of shape [2] failed: ") == true)
  }

  @Test("the value of several elements is a mistake that stops the program")
  func itemOfSeveral() async {
    await #expect(processExitsWith: .failure) { _ = try Tensor.zeros([2]).item() }
  }

  @Test("too few values for a shape are a mistake that stops the program")
  func tooFew() async {
    await #expect(processExitsWith: .failure) { _ = Tensor([1, 2], shape: [3]) }
  }
}
