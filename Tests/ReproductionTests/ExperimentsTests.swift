import Experiment
import Reproduction
import Testing

@Suite("The experiments of the paper")
struct ExperimentsTests {
  static let scales = Scale.allCases

  @Test("every row of every scale has settings that can be trained", arguments: scales)
  func settings(scale: Scale) throws {
    for experiment in PaperExperiment.all(.init(scale: scale)) {
      #expect(!experiment.rows.isEmpty)
      for training in PlannedTraining.plan(experiment.rows, seeds: 1) {
        _ = try training.fingerprint()
      }
    }
  }

  @Test("rows of an experiment have names of their own", arguments: scales)
  func names(scale: Scale) {
    for experiment in PaperExperiment.all(.init(scale: scale)) {
      let places = experiment.rows.map { "\($0.line) \($0.column)" }
      #expect(Set(places).count == places.count, "\(experiment.id)")
    }
  }

  @Test("table 1 has sixteen systems on four tasks, as printed")
  func table1() throws {
    let table = try #require(PaperExperiment.all(.init(scale: .paper)).first { $0.id == "table1" })
    #expect(table.rows.count == 16 * 4)
    let deep = try #require(table.rows.first { $0.id.hasPrefix("tub-nuc/hvae-deep") })
    #expect(deep.paper?.psnr == 32.5)
    #expect(deep.paper?.ssim == 0.73)
  }

  @Test("rows that differ in their measurement share a training")
  func sharedTraining() throws {
    let all = PaperExperiment.all(.init(scale: .paper))
    let rows = all.filter { ["table1", "tableS1"].contains($0.id) }.flatMap(\.rows)
    let trainings = PlannedTraining.plan(rows, seeds: 1)
    let vanilla = trainings.filter { $0.name == "act-nuc/hvae-vanilla" }
    #expect(vanilla.count == 1)
    #expect(vanilla.first?.measurements == [.inner(24), .none])
  }

  @Test("figure 4 enlarges patches to sides that its levels can halve", arguments: scales)
  func enlargedPatches(scale: Scale) throws {
    let figure = try #require(PaperExperiment.all(.init(scale: scale)).first { $0.id == "figure4" })
    for row in figure.rows {
      guard case .outer(let pixels) = row.tiles, case .network(let shape) = row.system.method
      else { continue }
      let levels = shape.levels ?? Configuration.preset(row.recipe.preset).network.levels
      let side = row.recipe.patch * (64 + 2 * pixels) / 64
      #expect(side.isMultiple(of: 1 << levels), "\(row.id)")
    }
  }

  @Test("another seed is another training with another fingerprint")
  func seeds() throws {
    let table = try #require(PaperExperiment.all(.init(scale: .smoke)).first { $0.id == "table2" })
    let trainings = PlannedTraining.plan([table.rows[0]], seeds: 2)
    #expect(trainings.map(\.seed) == [0, 1])
    #expect(try trainings[0].fingerprint() != trainings[1].fingerprint())
  }

  @Test("a time given by the user changes fingerprints of rows")
  func time() throws {
    var choices = PaperExperiment.Choices(scale: .small)
    let usual = try PlannedTraining.plan(PaperExperiment.all(choices)[0].rows, seeds: 1)[5]
      .fingerprint()
    choices.seconds = 7
    let short = PlannedTraining.plan(PaperExperiment.all(choices)[0].rows, seeds: 1)[5]
    #expect(short.expectedSeconds == 7)
    #expect(try short.fingerprint() != usual)
  }
}
