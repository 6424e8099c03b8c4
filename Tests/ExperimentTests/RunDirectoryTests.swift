import Experiment
import Foundation
import TestSupport
import Testing

@Suite("Run directory")
struct RunDirectoryTests {
  @Test("a new run has its folders and can be opened once it has its settings")
  func creates() throws {
    let folder = try TemporaryFolder()
    let run = try RunDirectory(creating: folder.url.appendingPathComponent("a/run"))
    for url in [run.checkpoints, run.previews] {
      #expect(FileManager.default.fileExists(atPath: url.path))
    }
    let early = #expect(throws: RunDirectoryError.self) { try RunDirectory(opening: run.url) }
    #expect(early?.kind == .missing)
    try Configuration().write(to: run.configuration)
    #expect(try RunDirectory(opening: run.url) == run)
    #expect(run.best.path.hasSuffix("a/run/checkpoints/best.safetensors"))
    #expect(run.last.path.hasSuffix("a/run/checkpoints/last.safetensors"))
    #expect(run.metrics.lastPathComponent == "metrics.jsonl")
    #expect(run.split.lastPathComponent == "split.json")
  }

  @Test("a folder that holds something is refused unless asked for")
  func refusesOccupied() throws {
    let folder = try TemporaryFolder()
    _ = try RunDirectory(creating: folder.url)
    let error = #expect(throws: RunDirectoryError.self) { try RunDirectory(creating: folder.url) }
    #expect(error?.kind == .notEmpty)
    #expect(error?.description.contains("holds 2") == true)
    _ = try RunDirectory(creating: folder.url, reusing: true)
  }

  @Test("a file in the way and a missing folder are told")
  func tellsObstacles() throws {
    let folder = try TemporaryFolder()
    let file = folder.url.appendingPathComponent("file")
    try Data([1]).write(to: file)
    for url in [file, file.appendingPathComponent("run")] {
      let error = #expect(throws: RunDirectoryError.self) { try RunDirectory(creating: url) }
      #expect(error?.kind == .unwritable)
      #expect(error?.description.contains(url.path) == true)
    }
    #expect(throws: RunDirectoryError.self) { try RunDirectory(opening: file) }
  }
}
