import Testing
import Torch

@Suite("Doubling an image")
struct TensorNetworkTests {
  let image = Tensor([0, 3, 6, 9], shape: [1, 1, 2, 2])

  @Test("the nearest pixel is repeated")
  func nearest() throws {
    let doubled = image.upsampled(.nearest)
    #expect(doubled.shape == [1, 1, 4, 4])
    #expect(try doubled.floats() == [0, 0, 3, 3, 0, 0, 3, 3, 6, 6, 9, 9, 6, 6, 9, 9])
  }

  @Test("linear interpolation keeps the corners")
  func bilinear() throws {
    let doubled = try image.upsampled(.bilinear).floats()
    let expected: [Float] = [0, 1, 2, 3, 2, 3, 4, 5, 4, 5, 6, 7, 6, 7, 8, 9]
    for (found, number) in zip(doubled, expected) { #expect(abs(found - number) < 1e-5) }
  }
}
