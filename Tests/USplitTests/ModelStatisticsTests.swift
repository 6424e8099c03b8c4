import Experiment
import Foundation
import TestSupport
import Testing
import USplit

@Suite("Statistics of models")
struct ModelStatisticsTests {
  private func refusal(_ json: String) throws -> String {
    let folder = try TemporaryFolder()
    let url = folder.url.appendingPathComponent("stats.json")
    try Data(json.utf8).write(to: url)
    do {
      _ = try ModelStatistics(contentsOf: url)
      return "no error"
    } catch {
      return error.description
    }
  }

  private func json(_ change: (inout ModelStatistics) -> Void) throws -> String {
    var statistics = ModelStatistics.two
    change(&statistics)
    return String(decoding: try JSONEncoder().encode(statistics), as: UTF8.self)
  }

  @Test("statistics of images are those that a training computes, and survive a file")
  func ofImages() throws {
    let configuration = Tiny.configuration()
    let data = try Tiny.data()
    let statistics = try ModelStatistics(Tiny.images(), configuration.data, patch: 16)
    #expect(statistics.clip == data.normalisation.clip)
    #expect(statistics.inputMean == data.normalisation.inputMean)
    #expect(statistics.targetStd == data.normalisation.targetStd)
    #expect(statistics.images?.split == data.split)
    let folder = try TemporaryFolder()
    let url = folder.url.appendingPathComponent("stats.json")
    try statistics.write(to: url)
    #expect(try ModelStatistics(contentsOf: url) == statistics)
    let description = ModelDescription(configuration, statistics, origin: "a test")
    let trained = ModelDescription(configuration, data)
    #expect(description.normalisation == trained.normalisation)
    #expect(description.inputScale == trained.inputScale)
    #expect(description.split == trained.split)
    #expect(description.knowsItsImages && description.axes == trained.axes)
  }

  @Test("statistics that make no sense are refused")
  func refusals() throws {
    for (text, words) in [
      ("", "cannot read"), ("[]", "holds no statistics"), ("{}", "\"channels\" is missing"),
      ("{\"chanels\": []}", "unknown keys: chanels"),
      (try json { $0.channels = ["a"] }, "two or more"),
      (try json { $0.channels = ["a", "a"] }, "two or more"),
      (try json { $0.clip = [1] }, "\"clip\" has 1 numbers for 2"),
      (try json { $0.targetStd = [1, 0] }, "above 0"), (try json { $0.inputStd = -1 }, "above 0"),
    ] {
      let found = try refusal(text)
      #expect(found.contains(words), "\(found)")
      #expect(found.contains("stats.json"), "\(found)")
    }
    let statistics = try ModelStatistics(Tiny.images(), Tiny.configuration().data, patch: 16)
    for change: (inout ModelStatistics.Images) -> Void in [
      { $0.height = 10 }, { $0.width = 0 }, { $0.split.train[0].row = -1 },
      { $0.split.test[0].height = .max }, { $0.split.test[0].frame = -1 },
    ] {
      var images = try #require(statistics.images)
      change(&images)
      #expect(try refusal(json { $0.images = images }).contains("does not lie within"))
    }
    let missing = URL(fileURLWithPath: "/nowhere/stats.json")
    #expect(throws: ModelError.self) { try ModelStatistics(contentsOf: missing) }
    #expect(throws: ModelError.self) { try ModelStatistics.two.write(to: missing) }
  }
}
