import Testing
import Torch

@Suite("Averages of weights")
struct WeightAverageTests {
  private func store() throws -> ParameterStore {
    let store = try ParameterStore(seed: 0)
    _ = store.root.parameter("w", [2], .values([0, 10]))
    _ = store.root.buffer("count", [], value: 1, type: .int64)
    return store
  }

  @Test("the average moves by its decay, faster in the first updates")
  func moves() throws {
    let store = try store()
    let average = try WeightAverage(store, decay: 0.25)
    try store.set("w", to: [11, -1])
    try average.update()  // decay 2/11 in the first update
    try average.applied {
      let found = try #require(store["w"]).floats()
      #expect(abs(found[0] - 9) < 1e-5 && abs(found[1] - 1) < 1e-5, "\(found)")
    }
    try average.update()  // decay 3/12, and from here on
    try average.update()
    try average.applied {
      let found = try #require(store["w"]).floats()
      #expect(abs(found[0] - (11 - 2 / 16)) < 1e-5, "\(found)")
    }
  }

  @Test("whole numbers are copied, not averaged")
  func wholeNumbers() throws {
    let store = try store()
    let average = try WeightAverage(store, decay: 0.9)
    try store.set("count", to: [5])
    try average.update()
    try average.applied { () throws in #expect(try store["count"]?.integers() == [5]) }
  }

  @Test("afterwards the store is as it was, and the average too")
  func restores() throws {
    let store = try store()
    let average = try WeightAverage(store, decay: 0.5)
    try store.set("w", to: [1, 2])
    let value = try average.applied { () throws in
      #expect(try store["w"]?.floats() == [0, 10])
      return 3
    }
    #expect(value == 3)
    #expect(try store["w"]?.floats() == [1, 2])
    try average.applied { () throws in #expect(try store["w"]?.floats() == [0, 10]) }
  }

  @Test("the store is restored when the work fails")
  func restoresAfterFailure() throws {
    struct Refused: Error {}
    let store = try store()
    let average = try WeightAverage(store, decay: 0.5)
    try store.set("w", to: [1, 2])
    #expect(throws: Refused.self) { try average.applied { throw Refused() } }
    #expect(try store["w"]?.floats() == [1, 2])
  }
}
