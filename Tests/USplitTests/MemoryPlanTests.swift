import Testing
import USplit

@Suite("Plan of memory")
struct MemoryPlanTests {
  /// A network whose step takes 100 bytes and 10 for each patch; 2 where all is computed twice.
  private func bytes(_ division: StepDivision) -> Int {
    100 + (division.recomputedLevels == 4 ? 2 : 10) * division.patches
  }

  private func choice(
    batch: Int = 32, room: Int, from start: StepDivision = StepDivision(),
    tried: (StepDivision) -> Void = { _ in }
  ) throws -> MemoryPlan.Choice? {
    try MemoryPlan(batch: batch, levels: 4, room: room).choice(from: start) {
      tried($0)
      return bytes($0) <= room ? bytes($0) : nil
    }
  }

  @Test("a batch that fits is taken whole")
  func whole() throws {
    let choice = try #require(try choice(room: 1000))
    #expect(choice.division == StepDivision() && choice.bytes == 420 && choice.refused == nil)
  }

  @Test("else the largest parts that fit are taken, and what the next would need is told")
  func parts() throws {
    var tried: [Int] = []
    let choice = try #require(try choice(room: 190) { tried.append($0.patches) })
    #expect(choice.division == StepDivision(patches: 8) && choice.bytes == 180)
    #expect(choice.refused?.patches == 16 && choice.refused?.bytes == 260)
    #expect(tried == [2, 4, 8], "what cannot fit is not tried")
  }

  @Test("an odd batch is halved upwards")
  func odd() throws {
    #expect(try choice(batch: 7, room: 145)?.division == StepDivision(patches: 4))
    #expect(try choice(batch: 1, room: 110)?.division == StepDivision())
  }

  @Test("where not even two patches fit, all levels are computed twice")
  func recomputed() throws {
    let choice = try #require(try choice(room: 110))
    #expect(choice.division == StepDivision(patches: 4, recomputedLevels: 4))
    #expect(choice.refused?.patches == 8 && choice.refused?.bytes == 116)
  }

  @Test("parts do not become larger than the settings say")
  func settings() throws {
    let choice = try #require(try choice(room: 1000, from: StepDivision(patches: 8)))
    #expect(choice.division == StepDivision(patches: 8) && choice.refused == nil)
  }

  @Test("nothing is chosen when nothing fits")
  func nothing() throws {
    #expect(try choice(room: 90) == nil)
  }

  @Test("a step that takes more than was estimated is not chosen")
  func uneven() throws {
    let choice = try MemoryPlan(batch: 16, levels: 4, room: 200).choice(from: StepDivision()) {
      $0.patches > 4 ? nil : 100 + 5 * $0.patches
    }
    #expect(choice?.division == StepDivision(patches: 4))
  }

  @Test("the parts of a batch are as equal as they can be")
  func ranges() {
    #expect(StepDivision().parts(of: 5) == [0..<5])
    #expect(StepDivision(patches: 2).parts(of: 5) == [0..<1, 1..<3, 3..<5])
    #expect(StepDivision(patches: 4).parts(of: 8) == [0..<4, 4..<8])
    #expect(StepDivision(patches: 9).parts(of: 8) == [0..<8])
  }
}
