import Experiment
import TestSupport
import Testing

private func makePlan(
  _ variant: ContextVariant, backbone: Backbone = .unet, patch: Int = 64, filters: Int = 32,
  depth: Int? = nil, contexts: Int? = nil
) throws(ConfigurationError) -> UNetPlan {
  var network = NetworkConfiguration()
  network.set(backbone: backbone)
  network.set(context: variant)
  network.patch = patch
  network.filters = filters
  if let depth { network.depth = depth }
  if let contexts { network.contexts = contexts }
  return try UNetPlan(network)
}

private func sizes(_ plan: UNetPlan) -> [[Int]] {
  plan.levels.map { [$0.encoderSize, $0.skipSize] }
}

/// The U-Nets and BraveNets among the authors' fixtures.
private let networks: [Fixture] =
  Fixture.folder.map { folder in
    Fixture.all(in: [folder]).filter { ["UNet", "BraveNet"].contains($0.kind) }
  } ?? []

@Suite("U-Net plan")
struct UNetPlanTests {
  @Test("the plain U-Net halves at every level and doubles its channels but for the last")
  func plansVanilla() throws {
    let plan = try makePlan(.vanilla)
    #expect(plan.levels.map(\.channels) == [32, 64, 128, 256, 512, 512])
    #expect(plan.levels.map(\.decoderChannels) == [32, 32, 64, 128, 256, 512])
    #expect(plan.levels.map(\.encoderSize) == [64, 32, 16, 8, 4, 2])
    #expect(plan.levels.allSatisfy { $0.skipSize == $0.encoderSize && $0.contextExtent == nil })
    #expect(plan.halvings == 5 && plan.inputChannels == 1 && plan.bottomSize == 2)
  }

  @Test("the regular U-Net keeps the patch's size where context enters")
  func plansRegular() throws {
    let plan = try makePlan(.regular)
    #expect(sizes(plan) == [[64, 64], [64, 64], [64, 64], [64, 64], [64, 64], [32, 32]])
    #expect(plan.levels.map(\.contextExtent) == [nil, 128, 256, 512, 1024, nil])
    #expect(plan.inputChannels == 5 && !plan.cropsSkips)
  }

  @Test("the deep U-Net halves at least twice above its contexts")
  func plansDeep() throws {
    let plan = try makePlan(.deep)
    #expect(plan.levels.map(\.encoderSize) == [64, 64, 64, 64, 64, 32, 16])
    #expect(plan.levels.map(\.skipSize) == plan.levels.map(\.encoderSize))
    let shallow = #expect(throws: ConfigurationError.self) { try makePlan(.deep, depth: 5) }
    #expect(shallow?.description.contains("take depth 6") == true)
  }

  @Test("the lean U-Net keeps the patch's size downwards and crops what goes across and up")
  func plansLean() throws {
    let plan = try makePlan(.lean)
    #expect(sizes(plan) == [[64, 64], [64, 32], [64, 16], [64, 8], [64, 4], [32, 2]])
    #expect(plan.cropsSkips)
  }

  @Test("a patch of any size is halved, rounded down", arguments: 1...6)
  func plansOddPatches(_ depth: Int) throws {
    let plan = try makePlan(.vanilla, patch: 77, depth: depth)
    #expect(plan.levels.map(\.encoderSize) == (0...depth).map { 77 >> $0 })
  }

  @Test("a BraveNet has a context image beside the patch and doubles its channels to the bottom")
  func plansBraveNet() throws {
    let plan = try makePlan(.unaligned, backbone: .braveNet)
    #expect(plan.levels.map(\.channels) == [32, 64, 128, 256])
    #expect(plan.levels.map(\.decoderChannels) == [32, 64, 128, 256])
    #expect(plan.levels.map(\.encoderSize) == [64, 32, 16, 8])
    #expect(plan.levels.map(\.contextExtent) == [128, nil, nil, nil])
    #expect(plan.inputChannels == 2 && plan.halvings == 3)
  }

  @Test("plans are for the networks that have them")
  func refusesOthers() throws {
    let ladder = #expect(throws: ConfigurationError.self) { try UNetPlan(NetworkConfiguration()) }
    #expect(ladder?.description.contains("hvae") == true)
    var network = NetworkConfiguration()
    network.set(backbone: .unet)
    let unet = network
    let error = #expect(throws: ConfigurationError.self) { try LadderPlan(unet) }
    #expect(error?.description.contains("unet") == true)
  }

  @Test(
    "channels and sizes agree with the authors' networks",
    .enabled(if: !networks.isEmpty, "the fixtures are not here"), arguments: networks)
  func agreesWithAuthors(_ fixture: Fixture) throws {
    let authors = try AuthorsConfiguration(json: try #require(fixture.metadata["config"]))
    let plan = try UNetPlan(authors.network)
    let input = try fixture.shape("input")
    #expect(input[1] == plan.inputChannels)
    for level in plan.levels.dropFirst() {
      let number = level.index - 1
      let names = [
        level.contextExtent == nil ? "mid.down\(level.index)" : "mid.lowres_merge.\(number)",
        "mid.model.bottom_up_layers.\(level.index)",
      ]
      for name in names where fixture.has(name) {
        let shape = try fixture.shape(name)
        #expect(
          shape == [input[0], level.channels, level.encoderSize, level.encoderSize], "\(name)")
      }
    }
  }
}
