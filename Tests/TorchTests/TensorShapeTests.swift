import Testing
import Torch

@Suite("Reductions and shapes")
struct TensorShapeTests {
  let table = Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3])

  @Test("sums and means over everything, or over some dimensions")
  func reductions() throws {
    #expect(try table.sum().item() == 21)
    #expect(try table.mean().item() == 3.5)
    #expect(table.sum().shape == [])
    #expect(try table.sum(over: [0]).floats() == [5, 7, 9])
    #expect(try table.mean(over: [1]).floats() == [2, 5])
    #expect(try table.mean(over: [-1]).floats() == [2, 5])
    #expect(table.sum(over: [1], keepingDimensions: true).shape == [2, 1])
    #expect(try table.sum(over: [0, 1], keepingDimensions: true).floats() == [21])
  }

  @Test("a new shape keeps the row-major order")
  func reshaping() throws {
    #expect(table.reshaped([3, 2]).shape == [3, 2])
    #expect(try table.reshaped([6]).floats() == [1, 2, 3, 4, 5, 6])
  }

  @Test("a slice is a part of one dimension")
  func slicing() throws {
    #expect(try table.sliced(1, 1..<3).floats() == [2, 3, 5, 6])
    #expect(try table.sliced(0, 1..<2).floats() == [4, 5, 6])
    #expect(try table.sliced(-1, 0..<1).floats() == [1, 4])
    #expect(table.sliced(0, 1..<1).shape == [0, 3])
  }

  @Test("channels fall into two halves")
  func halves() throws {
    let (first, second) = counted([1, 4, 1, 1]).channelHalves()
    #expect(try first.floats() == [0, 1])
    #expect(try second.floats() == [2, 3])
  }

  @Test("joined channels are the channels one after the other")
  func joining() throws {
    let joined = Tensor.concatenated([counted([1, 1, 1, 2]), counted([1, 2, 1, 2]) + 10])
    #expect(joined.shape == [1, 3, 1, 2])
    #expect(try joined.floats() == [0, 1, 10, 11, 12, 13])
    #expect(Tensor.concatenated([table, table], along: 0).shape == [4, 3])
  }

  @Test("zeros stand around a padded image, the odd one after it")
  func padding() throws {
    let image = Tensor([1, 2], shape: [1, 1, 1, 2])
    let padded = image.zeroPadded(to: Size(height: 2, width: 5))
    #expect(try padded.floats() == [0, 1, 2, 0, 0, 0, 0, 0, 0, 0])
    #expect(try image.zeroPadded(to: Size(height: 1, width: 2)).floats() == [1, 2])
  }

  @Test("the middle is cut out by two rules that differ where an odd number is cut")
  func cropping() throws {
    let row = counted([1, 1, 1, 7])
    func cropped(_ width: Int, _ rule: FloatingPointRoundingRule) throws -> [Float] {
      try row.centerCropped(to: Size(height: 1, width: width), rounding: rule).floats()
    }
    #expect(try cropped(5, .down) == [1, 2, 3, 4, 5])
    #expect(try cropped(4, .down) == [1, 2, 3, 4])  // 1.5 before it, rounded down
    #expect(try cropped(4, .toNearestOrEven) == [2, 3, 4, 5])
    #expect(try cropped(2, .toNearestOrEven) == [2, 3])  // 2.5 to the even 2
    #expect(try cropped(7, .down) == [0, 1, 2, 3, 4, 5, 6])
  }

  @Test("padding and cropping back give the image", arguments: [2, 3], [6, 7])
  func padAndCrop(side: Int, larger: Int) throws {
    let image = counted([1, 2, side, side])
    let back = image.zeroPadded(to: Size(larger)).centerCropped(to: Size(side))
    #expect(try back.floats() == image.floats())
  }

  @Test("a size says its extents")
  func sizes() {
    #expect(counted([1, 1, 2, 3]).spatialSize == Size(height: 2, width: 3))
    #expect(Size(4) == Size(height: 4, width: 4))
    #expect("\(Size(height: 2, width: 3))" == "2 × 3")
  }

  @Test("unstacking takes a dimension apart, and stacking puts it together")
  func stacking() throws {
    let x = counted([2, 3, 2])
    let rows = x.unstacked(along: 1)
    #expect(rows.count == 3 && rows[1].shape == [2, 2])
    #expect(try rows[1].floats() == [2, 3, 8, 9])
    #expect(try Tensor.stacked(rows, along: 1).floats() == x.floats())
    #expect(Tensor.stacked(rows, along: 0).shape == [3, 2, 2])
    #expect(Tensor.stacked(rows, along: 2).shape == [2, 2, 3])
  }

  @Test("each slice of an unstacked dimension passes on its gradient")
  func unstackedGradient() throws {
    let x = try leaf([1, 2, 3, 4, 5, 6], [3, 2])
    let rows = x.unstacked(along: 0)
    try (rows[0] * 2 + rows[2] * rows[2]).sum().backward()
    #expect(try #require(x.gradient).floats() == [2, 2, 0, 0, 10, 12])
  }
}
