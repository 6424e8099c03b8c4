import Testing
import Torch

@Suite("Doubling and halving an image")
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

  @Test("pooling keeps the largest of four pixels and leaves out an odd last row and column")
  func pooling() throws {
    let x = counted([1, 2, 3, 5])
    #expect(x.maxPooled().shape == [1, 2, 1, 2])
    #expect(try x.maxPooled().floats() == [6, 8, 21, 23])
    #expect(try image.maxPooled().floats() == [9])
    #expect(try (-image).maxPooled().floats() == [0])
    #expect(try image.arranged(.channelsLast).maxPooled().floats() == [9])
  }

  @Test("pooling gives its gradient to the largest pixel")
  func poolingGradient() throws {
    let x = try leaf([1, 4, 3, 2], [1, 1, 2, 2])
    try (x.maxPooled() * 5).sum().backward()
    #expect(try #require(x.gradient).floats() == [0, 5, 0, 0])
  }

  @Test("without values, pooling, doubling and stacking have the same shapes and count as much")
  func shapesAlone() throws {
    let counts = [Device.cpu, .meta].map { device in
      Runtime.counting {
        let x = Tensor.zeros([1, 2, 5, 6], device: device)
        let halved = x.maxPooled()
        let stacked = Tensor.stacked(x.unstacked(along: 2), along: 2)
        let doubled = [halved.upsampled(.bilinear), halved.upsampled(.nearest)]
        return [halved.shape, stacked.shape] + doubled.map(\.shape)
      }
    }
    #expect(counts[0].result == [[1, 2, 2, 3], [1, 2, 5, 6], [1, 2, 4, 6], [1, 2, 4, 6]])
    #expect(counts[0].result == counts[1].result)
    #expect(counts[0].bytes == counts[1].bytes)
  }
}
