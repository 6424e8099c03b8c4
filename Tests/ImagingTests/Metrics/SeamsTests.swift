import Imaging
import Testing

@Suite("Seams")
struct SeamsTests {
  private func plane(_ height: Int, _ width: Int, _ value: (Int, Int) -> Float) -> Plane {
    var plane = Plane(height: height, width: width)
    for y in 0..<height { for x in 0..<width { plane[y, x] = value(y, x) } }
    return plane
  }

  @Test("a flat image with a step at the borders jumps there only")
  func steps() throws {
    let image = plane(8, 12) { y, x in Float(y / 4) + 2 * Float(x / 4) }
    let seams = try #require(Seams(image, borders: TileBorders(height: 8, width: 12, side: 4)))
    // One border of 12 pixels with jumps of 1, two of 8 pixels with jumps of 2.
    #expect(abs(seams.border - (12.0 + 2 * 16) / (12 + 16)) < 1e-12)
    #expect(seams.elsewhere == 0)
    #expect(seams.ratio == nil)
  }

  @Test("jumps elsewhere are those between all other neighbours")
  func elsewhere() throws {
    let image = plane(2, 4) { y, x in Float(x * x + 10 * y) }
    let seams = try #require(Seams(image, borders: TileBorders(height: 2, width: 4, side: 2)))
    // Columns jump by 1, 3 and 5 in two rows, the second being the border; rows by 10 in 4 columns.
    #expect(seams.border == 3)
    #expect(abs(seams.elsewhere - (2.0 * (1 + 5) + 4 * 10) / 8) < 1e-12)
    #expect(seams.ratio == 3 / seams.elsewhere)
  }

  @Test("an image without seams has a ratio of about 1, with seams a larger one")
  func noSeams() throws {
    let (height, width) = (96, 80)
    let borders = TileBorders(height: height, width: width, side: 16)
    var image = Plane(height: height, width: width, values: noise(height * width))
    let ratio = try #require(Seams(image, borders: borders)?.ratio)
    #expect(abs(ratio - 1) < 0.05)
    for y in 0..<height {
      for x in 0..<width where (y / 16 + x / 16) % 2 == 0 { image[y, x] += 1000 }
    }
    let larger = try #require(Seams(image, borders: borders)?.ratio)
    #expect(larger > 2)
  }

  @Test("there is nothing to measure without a border, or with nothing else")
  func nothing() {
    let image = Plane(height: 4, width: 4, values: noise(16))
    #expect(Seams(image, borders: TileBorders(height: 4, width: 4, side: 4)) == nil)
    #expect(Seams(image, borders: TileBorders(height: 4, width: 4, side: 1)) == nil)
    let pixel = Plane(height: 1, width: 1)
    #expect(Seams(pixel, borders: TileBorders(height: 1, width: 1, side: 1)) == nil)
  }
}
