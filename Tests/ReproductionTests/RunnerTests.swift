import Foundation
import Reproduction
import TestSupport
import Testing
import USplit

@Suite("Running rows")
struct RunnerTests {
  /// Critters at the scale `smoke`: a training takes a second.
  private func critters(_ names: [String]) throws -> PaperExperiment {
    let all = PaperExperiment.all(.init(scale: .smoke))
    let table = try #require(all.first { $0.id == "table2" })
    return table.only { id in names.contains { id.contains($0) } }
  }

  @Test("finished rows are kept, and the report shows them beside the paper's")
  func keeps() throws {
    let folder = try TemporaryFolder()
    let table = try critters(["0/hae-vanilla", "0/hae-lean"])
    let trainings = PlannedTraining.plan(table.rows, seeds: 1)
    let first = Runner(folder: folder.url, published: folder.url, scale: .smoke)
    #expect(try first.run(trainings))
    let records = try first.records.read()
    #expect(records.count == trainings.reduce(0) { $0 + $1.measurements.count })
    #expect(records.allSatisfy { $0.steps > 0 && $0.evaluation.frames.count > 0 })

    var begun = 0
    let second = Runner(
      folder: folder.url, published: folder.url, scale: .smoke,
      report: { if case .training = $0 { begun += 1 } })
    #expect(try second.run(trainings))
    #expect(begun == 0)
    #expect(try second.records.read().count == records.count)

    let page = try ReproductionReport(
      experiments: [table], runner: second, seeds: 1, command: "usplit reproduce table2"
    ).write()
    let html = try String(contentsOf: page, encoding: .utf8)
    #expect(html.contains("paper 19.4") || html.contains("paper 28.3"))
    #expect(html.contains("What context gains"))
    let markdown = folder.url.appendingPathComponent("report.md")
    #expect(FileManager.default.fileExists(atPath: markdown.path))
  }

  @Test("the same training with other settings keeps its own run")
  func otherSettings() throws {
    let folder = try TemporaryFolder()
    let runner = Runner(folder: folder.url, published: folder.url, scale: .smoke)
    for seconds in [30.0, 40.0] {
      var choices = PaperExperiment.Choices(scale: .smoke)
      choices.seconds = seconds
      let table = try #require(PaperExperiment.all(choices).first { $0.id == "table2" })
        .only { $0.contains("128-0/hae-vanilla") }
      let trainings = PlannedTraining.plan(table.rows, seeds: 1)
      #expect(try runner.run(trainings))
    }
    let records = try runner.records.read()
    #expect(Set(records.map(\.fingerprint)).count == 2)
    #expect(Set(records.compactMap(\.panel)).count == records.count)
    for panel in records.compactMap(\.panel) {
      #expect(
        FileManager.default.fileExists(atPath: folder.url.appendingPathComponent(panel).path))
    }
  }

  @Test("a stopped run goes on where it was")
  func goesOn() throws {
    let folder = try TemporaryFolder()
    let table = try critters(["0/hae-vanilla", "0/hae-lean"])
    let trainings = PlannedTraining.plan(table.rows, seeds: 1)
    var finished = 0
    let stopped = Runner(
      folder: folder.url, published: folder.url, scale: .smoke,
      report: { if case .finished = $0 { finished += 1 } }, shouldStop: { finished == 1 })
    #expect(try stopped.run(trainings) == false)
    #expect(try stopped.records.read().count == 1)

    var names: [String] = []
    var trained: Set<String> = []
    let going = Runner(
      folder: folder.url, published: folder.url, scale: .smoke,
      report: { event in
        if case .training(let training, _, _) = event { names.append(training.name) }
        if case .progress = event { trained.insert(names.last ?? "") }
      })
    #expect(try going.run(trainings))
    #expect(names == trainings.map(\.name))
    #expect(trained == Set(trainings.dropFirst().map(\.name)))
  }

  @Test("rows whose images are missing are left out with where to get them")
  func missing() throws {
    let folder = try TemporaryFolder()
    let all = PaperExperiment.all(.init(scale: .smoke))
    let table = try #require(all.first { $0.id == "table3" })
    var reasons: [String] = []
    let runner = Runner(
      folder: folder.url, published: folder.url, scale: .smoke,
      report: { if case .skipped(_, let reason) = $0 { reasons.append(reason) } })
    #expect(try runner.run(PlannedTraining.plan(table.rows, seeds: 1)))
    #expect(!reasons.isEmpty)
    #expect(reasons.allSatisfy { $0.contains("Zenodo") && $0.contains("--data") })
    let page = try ReproductionReport(
      experiments: [table], runner: runner, seeds: 1, command: "usplit reproduce table3"
    ).write()
    #expect(try String(contentsOf: page, encoding: .utf8).contains("Waiting for images"))
  }

  @Test("a results file cut short loses its last line only")
  func cutShort() throws {
    let folder = try TemporaryFolder()
    let table = try critters(["0/hae-vanilla"])
    let trainings = PlannedTraining.plan(table.rows, seeds: 1)
    let runner = Runner(folder: folder.url, published: folder.url, scale: .smoke)
    #expect(try runner.run(trainings))
    let file = runner.records.url
    var text = try Data(contentsOf: file)
    text.append(text.prefix(text.count / 4))
    try text.write(to: file)
    let count = try runner.records.read().count
    #expect(count == trainings.reduce(0) { $0 + $1.measurements.count })
    let record = try #require(try runner.records.read().first)
    try runner.records.append(record)
    #expect(try runner.records.read().count == count + 1)

    try Data("{}\n".utf8).write(to: file)
    #expect(throws: ReproductionError.self) { try runner.records.read() }
  }
}
