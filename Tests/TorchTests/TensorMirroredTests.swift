import Testing
import Torch

@Suite("Mirrored and turned images")
struct TensorMirroredTests {
  @Test("a margin mirrors the image without repeating the border")
  func padding() throws {
    let padded = counted([1, 1, 3, 3]).reflectionPadded(1)
    #expect(padded.shape == [1, 1, 5, 5])
    #expect(
      try padded.floats() == [
        4, 3, 4, 5, 4, 1, 0, 1, 2, 1, 4, 3, 4, 5, 4, 7, 6, 7, 8, 7, 4, 3, 4, 5, 4,
      ])
    #expect(try counted([1, 2, 1, 1]).reflectionPadded(0).floats() == [0, 1])
  }

  @Test("a margin has a shape where there are no values")
  func meta() {
    let image = Tensor.zeros([2, 3, 4, 5], device: .meta)
    #expect(image.reflectionPadded(2).shape == [2, 3, 8, 9])
  }

  @Test("pixels in a margin pass their gradients to the pixels they mirror")
  func paddingGradient() throws {
    let image = try leaf([0, 1, 2, 3], [1, 1, 2, 2])
    try image.reflectionPadded(1).sum().backward()
    #expect(try #require(image.gradient).floats() == [4, 4, 4, 4])
  }

  @Test("flips reverse rows or columns, and twice is the image")
  func flips() throws {
    let image = counted([1, 1, 2, 3])
    #expect(try image.flipped(-1).floats() == [2, 1, 0, 5, 4, 3])
    #expect(try image.flipped(2).floats() == [3, 4, 5, 0, 1, 2])
    #expect(try image.flipped(-2).flipped(-2).floats() == image.floats())
  }

  @Test("transposing exchanges rows and columns")
  func transposing() throws {
    let turned = counted([1, 1, 2, 3]).transposed()
    #expect(turned.shape == [1, 1, 3, 2])
    #expect(try turned.floats() == [0, 3, 1, 4, 2, 5])
  }

  @Test("absolute values have the sign as their gradient")
  func absolute() throws {
    let numbers = try leaf([-2, 0, 3], [3])
    let values = numbers.absolute()
    #expect(try values.floats() == [2, 0, 3])
    try values.sum().backward()
    #expect(try #require(numbers.gradient).floats() == [-1, 0, 1])
  }
}
