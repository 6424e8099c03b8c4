import Foundation
import Safetensors
import TestSupport
import Testing

@Suite("Writing tensors")
struct WritingTests {
  private let items: [SafetensorsFile.Item] = [
    .init(name: "count", shape: [], integers: [7]),
    .init(name: "flags", type: .u8, shape: [3], data: Data([1, 2, 3])),
    .init(name: "weight \"µ\"\n", shape: [2, 2], floats: [1, -2, 3.5, .infinity]),
    .init(name: "means", shape: [2], doubles: [0.1, -0.2]),
    .init(name: "none", shape: [0], floats: []),
  ]

  @Test("what is written is read again, aligned")
  func roundTrips() throws {
    let folder = try TemporaryFolder()
    let url = folder.url.appendingPathComponent("model.safetensors")
    let metadata = ["a": "b", "quote": "\"\\\u{1}😀"]
    try SafetensorsFile.write(items, metadata: metadata, to: url)
    let file = try SafetensorsFile(contentsOf: url)
    #expect(file.metadata == metadata)
    #expect(file.entries.map(\.name) == ["count", "means", "weight \"µ\"\n", "none", "flags"])
    #expect(try file.integers("count") == [7])
    #expect(file["count"]?.shape == [])
    #expect(try file.floats("weight \"µ\"\n") == [1, -2, 3.5, .infinity])
    #expect(try file.doubles("means") == [0.1, -0.2])
    #expect(try file.data("flags") == Data([1, 2, 3]))
    let length = try Data(contentsOf: url)[0]
    #expect(length % 8 == 0)
    for entry in file.entries { #expect(entry.range.lowerBound % entry.type.byteCount == 0) }
  }

  @Test("writing replaces the old file and leaves nothing else behind")
  func replaces() throws {
    let folder = try TemporaryFolder()
    let url = folder.url.appendingPathComponent("model.safetensors")
    try SafetensorsFile.write(items, metadata: [:], to: url)
    let old = try SafetensorsFile(contentsOf: url)
    try SafetensorsFile.write(
      [.init(name: "x", shape: [1], floats: [2])], metadata: [:], to: url)
    #expect(try SafetensorsFile(contentsOf: url).floats("x") == [2])
    #expect(try old.floats("weight \"µ\"\n")[1] == -2)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
    #expect(names == ["model.safetensors"])
  }

  @Test("a failed write keeps the old file and leaves nothing else behind")
  func keepsOldFile() throws {
    let folder = try TemporaryFolder()
    let taken = folder.url.appendingPathComponent("taken.safetensors", isDirectory: true)
    try FileManager.default.createDirectory(at: taken, withIntermediateDirectories: true)
    #expect(throws: SafetensorsError.self) {
      try SafetensorsFile.write(items, metadata: [:], to: taken)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).count == 1)
    let lost = folder.url.appendingPathComponent("no/such/folder.safetensors")
    let error = #expect(throws: SafetensorsError.self) {
      try SafetensorsFile.write(items, metadata: [:], to: lost)
    }
    #expect(error?.description.contains("no/such/folder.safetensors") == true)
  }

  @Test("a name twice or the reserved name is refused")
  func refusesNames() throws {
    let folder = try TemporaryFolder()
    let url = folder.url.appendingPathComponent("model.safetensors")
    let one = SafetensorsFile.Item(name: "x", shape: [1], floats: [2])
    let reserved = SafetensorsFile.Item(name: "__metadata__", shape: [1], floats: [2])
    #expect(throws: SafetensorsError.self) {
      try SafetensorsFile.write([one, one], metadata: [:], to: url)
    }
    #expect(throws: SafetensorsError.self) {
      try SafetensorsFile.write([reserved], metadata: [:], to: url)
    }
    #expect(!FileManager.default.fileExists(atPath: url.path))
  }
}
