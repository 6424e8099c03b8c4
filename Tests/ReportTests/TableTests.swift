import Report
import Testing

@Suite("Tables")
struct TableTests {
  @Test("a row of too few or too many cells is a mistake")
  func wrongCount() async {
    await #expect(processExitsWith: .failure) {
      _ = Table(columns: [.init("a"), .init("b")], rows: [.init([.init("1")])])
    }
    await #expect(processExitsWith: .failure) {
      var table = Table(columns: [.init("a")])
      table.append(.init([.init("1"), .init("2")]))
    }
  }

  @Test("rows are kept in order")
  func order() {
    var table = Table(columns: [.init("a")], rows: [.section("s")])
    table.append(.init([.init("1")]))
    #expect(table.rows.map(\.kind) == [.section, .normal])
  }
}
