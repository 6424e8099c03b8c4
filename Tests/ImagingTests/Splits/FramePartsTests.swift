import Imaging
import Testing

@Suite("The authors' splits")
struct FramePartsTests {
  @Test("62 frames are dealt in threes")
  func dealt() {
    let parts = FrameParts.authors(startingTest: false, frames: 62, validation: 0.1, test: 0.1)
    #expect(parts.validation == [0, 1, 2, 6, 7, 8])
    #expect(parts.test == [3, 4, 5, 9, 10, 11])
    #expect(parts.train == Array(12..<62))
  }

  @Test("test frames first, then validation")
  func startingTest() {
    let parts = FrameParts.authors(startingTest: true, frames: 30, validation: 0.1, test: 0.1)
    #expect(parts.test == [0, 1, 2] && parts.validation == [3, 4, 5])
    #expect(parts.train == Array(6..<30))
  }

  @Test("the smaller fraction gives frames away")
  func unequal() {
    let parts = FrameParts.authors(startingTest: false, frames: 40, validation: 0.1, test: 0.2)
    #expect(parts.validation.count == 4 && parts.test.count == 8)
  }

  @Test(
    "no frame is lost or used twice", arguments: [0, 1, 2, 3, 7, 20, 61],
    [
      (0.1, 0.1), (0, 0.2), (0.3, 0), (0.05, 0.4), (0.4, 0.05), (0, 0),
    ])
  func complete(frames: Int, fractions: (Double, Double)) {
    for startingTest in [false, true] {
      let parts = FrameParts.authors(
        startingTest: startingTest, frames: frames, validation: fractions.0, test: fractions.1)
      #expect((parts.train + parts.validation + parts.test).sorted() == Array(0..<frames))
    }
  }
}
