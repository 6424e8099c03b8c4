import Imaging
import Testing

@Suite("Overviews")
struct OverviewTests {
  @Test("an overview is made of means of boxes, whatever is read at once")
  func boxes() throws {
    let plane = Plane(height: 25, width: 40, values: noise(1000))
    for bandBytes in [1, 2000, 1 << 20] {
      let found = try image(of: plane).overview(
        of: PlaneIndex(), longestSide: 10, bandBytes: bandBytes)
      #expect(found.height == 7 && found.width == 10)
      for (row, column) in [(0, 0), (3, 9), (6, 4)] {
        let rows = row * 4..<min(row * 4 + 4, 25)
        let box = rows.flatMap { y in (column * 4..<column * 4 + 4).map { plane[y, $0] } }
        #expect(abs(found[row, column] - box.reduce(0, +) / Float(box.count)) < 1e-3)
      }
    }
  }

  @Test("a small image stays as it is")
  func small() throws {
    let plane = Plane(height: 3, width: 4, values: noise(12))
    #expect(try image(of: plane).overview(of: PlaneIndex(), longestSide: 4) == plane)
  }
}
