import Experiment
import Foundation
import TestSupport
import Testing

private func plan(
  _ variant: ContextVariant, patch: Int = 64, levels: Int = 4, contexts: Int? = nil
) throws(ConfigurationError) -> LadderPlan {
  var network = NetworkConfiguration()
  network.context = variant
  network.patch = patch
  network.contexts = contexts ?? (variant == .vanilla ? 0 : 4)
  network.latentChannels = Array(repeating: 8, count: levels)
  return try LadderPlan(network)
}

private func sizes(_ plan: LadderPlan) -> [[Int]] {
  plan.levels.map { [$0.encoderSize, $0.skipSize, $0.decoderSize] }
}

/// The hierarchical networks among the authors' fixtures.
private let ladders: [Fixture] =
  Fixture.folder.map { folder in
    Fixture.all(in: [folder]).filter { $0.kind == "LadderVAE" && $0.has("bu.0") }
  } ?? []

@Suite("Ladder plan")
struct LadderPlanTests {
  private let strided = [[32, 32, 64], [16, 16, 32], [8, 8, 16], [4, 4, 8]]

  @Test("the vanilla ladder halves at every level")
  func plansVanilla() throws {
    let plan = try plan(.vanilla)
    #expect(sizes(plan) == strided)
    #expect(plan.topPriorSize == 4 && plan.inputChannels == 1 && plan.divisor == 16)
    #expect(!plan.keepsEncoder && !plan.keepsDecoder)
    #expect(plan.levels.allSatisfy { !$0.takesContext && $0.posteriorScale == 1 })
  }

  @Test("the lean ladder keeps its size upwards and halves what it hands over")
  func plansLean() throws {
    let plan = try plan(.lean)
    #expect(sizes(plan) == [[64, 32, 64], [64, 16, 32], [64, 8, 16], [64, 4, 8]])
    #expect(plan.topPriorSize == 4 && plan.inputChannels == 5)
    #expect(plan.keepsEncoder && !plan.keepsDecoder)
    #expect(plan.levels.allSatisfy { $0.takesContext && $0.channels == 64 })
  }

  @Test("the regular ladder keeps its size both ways")
  func plansRegular() throws {
    let plan = try plan(.regular)
    #expect(sizes(plan) == Array(repeating: [64, 64, 64], count: 4))
    #expect(plan.topPriorSize == 64 && plan.divisor == 2)
    #expect(plan.keepsEncoder && plan.keepsDecoder)
  }

  @Test("the deep ladder is a vanilla one on a regular one")
  func plansDeep() throws {
    let plan = try plan(.deep, levels: 8)
    #expect(sizes(plan) == Array(repeating: [64, 64, 64], count: 4) + strided)
    #expect(plan.topPriorSize == 4 && plan.divisor == 16)
    #expect(
      plan.levels.map(\.takesContext) == [true, true, true, true] + [false, false, false, false])
    #expect(plan.levels[1].posteriorScale == 2)
    #expect(plan.levels[7].posteriorScale == 4)
  }

  @Test("fewer contexts than levels are possible for every variant")
  func plansPartial() throws {
    let lean = try plan(.lean, patch: 32, contexts: 2)
    #expect(sizes(lean) == [[32, 16, 32], [32, 8, 16], [16, 4, 8], [8, 2, 4]])
    let regular = try plan(.regular, patch: 32, contexts: 2)
    #expect(sizes(regular) == [[32, 32, 32], [32, 32, 32], [16, 16, 32], [8, 8, 16]])
    #expect(try plan(.deep, patch: 32, contexts: 2).levels == regular.levels)
  }

  @Test("a level's output has the size that the level below hands over")
  func fitsTogether() throws {
    for (variant, levels) in [(ContextVariant.vanilla, 5), (.lean, 6), (.regular, 4), (.deep, 8)] {
      let plan = try plan(variant, levels: levels)
      for (below, above) in zip(plan.levels, plan.levels.dropFirst()) {
        #expect(min(below.skipSize, above.decoderSize) == below.skipSize)
        #expect(above.decoderSize == below.skipSize)
      }
      #expect(plan.levels[0].decoderSize == plan.patch)
    }
  }

  @Test("resizing keeps the network and its prior")
  func resizes() throws {
    let plan = try plan(.lean, patch: 32)
    let larger = try plan.resized(to: 48)
    #expect(larger.levels.map(\.skipSize) == [24, 12, 6, 3])
    #expect(larger.patch == 48 && larger.topPriorSize == 2)
    #expect(try larger.resized(to: 32) == plan)
    let error = #expect(throws: ConfigurationError.self) { try plan.resized(to: 40) }
    #expect(error?.description.contains("40") == true)
    #expect(throws: ConfigurationError.self) { try plan.resized(to: 0) }
    #expect(throws: ConfigurationError.self) { try plan.resized(to: -16) }
  }

  @Test("impossible ladders are refused")
  func refuses() {
    #expect(throws: ConfigurationError.self) { try plan(.vanilla, levels: 7) }
    #expect(throws: ConfigurationError.self) { try plan(.regular, patch: 63) }
    #expect(throws: ConfigurationError.self) { try plan(.deep, levels: 70) }
    #expect(throws: ConfigurationError.self) { try plan(.lean, contexts: 5) }
  }

  @Test(
    "sizes agree with the authors' networks",
    .enabled(if: !ladders.isEmpty, "the fixtures are not here"), arguments: ladders)
  func agreesWithAuthors(_ fixture: Fixture) throws {
    let json = try #require(fixture.metadata["config"])
    let authors = try AuthorsConfiguration(json: json)
    let trained = try LadderPlan(authors.network)
    let input = try fixture.shape("input")
    #expect(input[1] == trained.inputChannels)
    let prior = "state.top_down_layers.\(trained.levels.count - 1).top_prior_params"
    #expect(try fixture.shape(prior).dropFirst(2) == [trained.topPriorSize, trained.topPriorSize])
    guard input[2] == input[3] else { return }  // padded by the network itself
    let plan = input[2] == trained.patch ? trained : try trained.resized(to: input[2])
    for level in plan.levels {
      let names: [(String, Int, Int)] = [
        ("bu", level.channels, level.skipSize), ("bu_full", level.channels, level.encoderSize),
        ("td", level.channels, level.decoderSize), ("z", level.latentChannels, level.skipSize),
      ]
      for (name, channels, size) in names where fixture.has("\(name).\(level.index)") {
        let shape = try fixture.shape("\(name).\(level.index)")
        #expect(shape == [input[0], channels, size, size], "\(name).\(level.index)")
      }
    }
  }
}
