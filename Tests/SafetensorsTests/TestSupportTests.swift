import Foundation
import Safetensors
import TestSupport
import Testing

@Suite("Test support")
struct TestSupportTests {
  @Test("the relative error is the largest difference over the largest expected value")
  func comparesNumbers() {
    #expect(relativeError([1, 2] as [Float], [1, 4]) == 0.5)
    #expect(relativeError([1, 2] as [Double], [1, 4], floor: 8) == 0.25)
    #expect(relativeError([0] as [Double], [0]) == 0)
    #expect(relativeError([.nan] as [Double], [0]) == .infinity)
    #expect(relativeError([.nan] as [Double], [.nan]) == 0)
    #expect(relativeError([1] as [Double], [0]) == .infinity)
  }

  @Test("a temporary folder lives as long as its value")
  func removesFolder() throws {
    let url: URL
    do {
      let folder = try TemporaryFolder()
      url = folder.url
      #expect(FileManager.default.fileExists(atPath: url.path))
    }
    #expect(!FileManager.default.fileExists(atPath: url.path))
  }

  @Test("fixtures are listed by name, the first folder's first")
  func listsFixtures() throws {
    let folder = try TemporaryFolder()
    let item = SafetensorsFile.Item(name: "x", shape: [1, 1], floats: [2])
    for name in ["b", "a"] {
      try SafetensorsFile.write(
        [item], metadata: ["kind": name],
        to: folder.url.appendingPathComponent("\(name).safetensors"))
    }
    let fixtures = Fixture.all(in: [folder.url, folder.url])
    #expect(fixtures.map(\.name) == ["a", "b"])
    #expect(fixtures.map(\.kind) == ["a", "b"])
    #expect(try fixtures[0].scalar("x") == 2)
    #expect(try fixtures[0].shape("x") == [1, 1])
    #expect(fixtures[0].has("x") && !fixtures[0].has("y"))
    #expect(throws: SafetensorsError.self) { try fixtures[0].shape("y") }
  }
}
