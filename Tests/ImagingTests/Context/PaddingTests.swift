import Foundation
import Imaging
import Testing

@Suite("Padding")
struct PaddingTests {
  @Test("reflection does not repeat the border and folds several times")
  func folding() {
    let indices = (-8...10).map { Padding.reflected($0, count: 4) }
    #expect(indices == [2, 1, 0, 1, 2, 3, 2, 1, 0, 1, 2, 3, 2, 1, 0, 1, 2, 3, 2])
  }

  @Test("one pixel reflects to itself")
  func onePixel() {
    #expect([-1000, -1, 0, 1, 5].allSatisfy { Padding.reflected($0, count: 1) == 0 })
  }

  @Test("two pixels alternate")
  func twoPixels() {
    #expect((-3...3).map { Padding.reflected($0, count: 2) } == [1, 0, 1, 0, 1, 0, 1])
  }

  @Test(
    "written to JSON and read back", arguments: [Padding.reflect, .constant(0), .constant(-2.5)])
  func coding(padding: Padding) throws {
    let data = try JSONEncoder().encode([padding])
    #expect(try JSONDecoder().decode([Padding].self, from: data) == [padding])
  }

  @Test("the JSON is readable")
  func json() throws {
    let data = try JSONEncoder().encode([Padding.reflect, .constant(3)])
    #expect(String(decoding: data, as: UTF8.self) == #"["reflect",{"constant":3}]"#)
  }

  @Test("an unknown word is refused", arguments: [#"["wrap"]"#, "[1]", "[{}]", "[null]"])
  func unknown(json: String) {
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode([Padding].self, from: Data(json.utf8))
    }
  }
}
