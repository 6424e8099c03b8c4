import Foundation
import Safetensors
import TestSupport
import Testing

@Suite("Safetensors files")
struct SafetensorsFileTests {
  @Test("entries come in the order of their data")
  func ordersEntries() throws {
    let header =
      #"{"b":{"dtype":"U8","shape":[2],"data_offsets":[3,5]},"#
      + #""a":{"dtype":"BOOL","shape":[3],"data_offsets":[0,3]}}"#
    let file = try opened(bytes(header: header, data: [1, 0, 1, 7, 255]))
    #expect(file.entries.map(\.name) == ["a", "b"])
    #expect(file.entries.map(\.range) == [0..<3, 3..<5])
    #expect(try file.integers("a") == [1, 0, 1])
    #expect(try file.floats("b") == [7, 255])
    #expect(file["c"] == nil)
  }

  @Test("a missing file, a folder and a missing tensor are told apart")
  func tellsErrorsApart() throws {
    let folder = try TemporaryFolder()
    let missing = folder.url.appendingPathComponent("none.safetensors")
    #expect(
      throws: SafetensorsError.unreadable(path: missing.path, reason: "there is no such file")
    ) { try SafetensorsFile(contentsOf: missing) }
    #expect(throws: SafetensorsError.self) { try SafetensorsFile(contentsOf: folder.url) }
    let file = try opened(bytes(header: "{}"))
    #expect(throws: SafetensorsError.missing(path: file.url.path, name: "x", count: 0)) {
      try file.floats("x")
    }
  }

  @Test("every fixture is read", .enabled(if: Fixture.folder != nil, "no fixtures here"))
  func readsFixtures() throws {
    let folder = try #require(Fixture.folder)
    let fixtures = Fixture.all(in: [folder])
    #expect(!fixtures.isEmpty)
    for fixture in fixtures {
      #expect(!fixture.kind.isEmpty, "\(fixture)")
      for entry in fixture.file.entries {
        #expect(try fixture.floats(entry.name).count == entry.count)
      }
    }
  }
}
