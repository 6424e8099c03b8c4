import Imaging
import Testing

@Suite("Patch grid")
struct PatchGridTests {
  @Test("patches go frame by frame, then place by place, and lie inside")
  func order() {
    let grid = PatchGrid(frames: 2, height: 9, width: 7, patch: 4, step: 4)
    #expect(
      grid.map { [$0.frame, $0.row, $0.column] } == [
        [0, 0, 0], [1, 0, 0], [0, 4, 0], [1, 4, 0],
      ])
  }

  @Test("overlapping patches")
  func overlap() {
    let grid = PatchGrid(frames: 1, height: 130, width: 130, patch: 64, step: 32)
    #expect(grid.count == 9)
    #expect(grid.allSatisfy { $0.row + 64 <= 130 && $0.column + 64 <= 130 })
  }

  @Test("an image smaller than the patch has none")
  func tooSmall() {
    #expect(PatchGrid(frames: 3, height: 63, width: 200, patch: 64, step: 64).isEmpty)
    #expect(PatchGrid(frames: 0, height: 64, width: 64, patch: 64, step: 64).isEmpty)
  }
}
