import Testing
import USplit

@Suite("Symmetries of the square")
struct SquareSymmetryTests {
  @Test("each is the one of its number, for even and odd sides", arguments: 0..<8)
  func applied(number: Int) {
    for side in [1, 2, 5, 8] {
      let last = side - 1
      let area = side * side
      var values = (0..<3 * area).map(Float.init)
      values.withUnsafeMutableBufferPointer { buffer in
        guard let base = buffer.baseAddress else { return }
        SquareSymmetry(number).apply(to: base + area, count: 2, side: side)
      }
      var expected = (0..<3 * area).map(Float.init)
      for image in 1...2 {
        for y in 0..<side {
          for x in 0..<side {
            let row = number & 1 == 0 ? y : last - y
            let column = number & 2 == 0 ? x : last - x
            let source = number & 4 == 0 ? row * side + column : column * side + row
            expected[image * area + y * side + x] = Float(image * area + source)
          }
        }
      }
      #expect(values == expected)
    }
  }

  @Test("each is taken back by its inverse", arguments: 0..<8)
  func inverse(number: Int) {
    let original = (0..<25).map(Float.init)
    var values = original
    values.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      SquareSymmetry(number).apply(to: base, count: 1, side: 5)
      SquareSymmetry(number).inverse.apply(to: base, count: 1, side: 5)
    }
    #expect(values == original)
  }

  @Test("which axes of the original are mirrored", arguments: 0..<8)
  func mirrors(number: Int) {
    let symmetry = SquareSymmetry(number)
    var values: [Float] = [0, 1, 2, 3]
    values.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      symmetry.apply(to: base, count: 1, side: 2)
    }
    // The pixel that comes first was in the last row, or column, where that axis is mirrored.
    #expect(symmetry.mirrorsRows == (values[0] >= 2))
    #expect(symmetry.mirrorsColumns == (Int(values[0]) % 2 == 1))
  }
}
