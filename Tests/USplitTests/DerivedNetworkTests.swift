import Checkpoint
import Experiment
import TestSupport
import Testing
import Torch
import USplit

@Suite("Networks found out from weights")
struct DerivedNetworkTests {
  private static func ladder(
    _ context: ContextVariant, contexts: Int, levels: Int, patch: Int = 64,
    _ change: (inout NetworkConfiguration) -> Void = { _ in }
  ) -> NetworkConfiguration {
    var network = NetworkConfiguration()
    network.context = context
    network.contexts = contexts
    network.patch = patch
    network.filters = 3
    network.latentChannels = (0..<levels).map { 2 + $0 % 2 }
    network.logVarianceMaximum = NetworkConfiguration.unbounded
    change(&network)
    return network
  }

  static let networks: [NetworkConfiguration] = {
    var networks = [
      ladder(.vanilla, contexts: 0, levels: 4), ladder(.lean, contexts: 4, levels: 4),
      ladder(.regular, contexts: 4, levels: 4), ladder(.deep, contexts: 4, levels: 8),
      ladder(.lean, contexts: 2, levels: 3, patch: 32),
      ladder(.lean, contexts: 1, levels: 2) { $0.blockOrder = .cabdcabd },
      ladder(.lean, contexts: 1, levels: 2) { $0.blockOrder = .bacdbac },
      ladder(.lean, contexts: 1, levels: 2) { $0.batchNorm = false },
      ladder(.lean, contexts: 1, levels: 2) { $0.gated = false },
      ladder(.lean, contexts: 1, levels: 2) { $0.kernel = 5 },
      ladder(.lean, contexts: 1, levels: 2) { $0.merge = .linear },
      ladder(.lean, contexts: 1, levels: 2) { $0.merge = .residualUngated },
      ladder(.lean, contexts: 1, levels: 2) { $0.stochasticSkip = false },
      ladder(.lean, contexts: 1, levels: 2) { $0.logVariance = .unit },
      ladder(.lean, contexts: 1, levels: 2) { $0.targets = 3 },
      ladder(.lean, contexts: 1, levels: 2) { $0.blocksPerLevel = 2 },
      ladder(.lean, contexts: 1, levels: 2) {
        $0.blocksPerLevel = 2
        $0.separateContextBranch = true
      },
    ]
    for backbone in [Backbone.unet, .contextAwareUNet, .braveNet] {
      var network = NetworkConfiguration()
      network.set(backbone: backbone)
      network.filters = 2
      network.depth = 3
      network.patch = backbone == .unet ? 256 : 64
      networks.append(network)
      guard backbone == .unet else { continue }
      network.contexts = 2
      network.context = .regular
      network.patch = 64
      networks.append(network)
      network.separateContextBranch = false
      networks.append(network)
    }
    return networks
  }()

  private func checkpoint(_ network: NetworkConfiguration) throws -> TorchCheckpoint {
    let store = try ParameterStore(seed: 1)
    _ = try network.makeNetwork(store.root)
    return try CheckpointFile(store).opened()
  }

  @Test("a network is found again in its weights", arguments: networks.indices)
  func found(_ index: Int) throws {
    let network = Self.networks[index]
    let derived = try DerivedNetwork(checkpoint(network), targets: network.targets)
    #expect(derived.configuration == network)
    #expect(network.backbone == .contextAwareUNet || !derived.notes.isEmpty)
  }

  @Test("choices decide what weights do not tell")
  func choices() throws {
    let network = Self.ladder(.regular, contexts: 2, levels: 3, patch: 16) { $0.backbone = .hae }
    let weights = try checkpoint(network)
    #expect(try DerivedNetwork(weights, targets: 2).configuration.context == .lean)
    let derived = try DerivedNetwork(
      weights, targets: 2, choices: NetworkChoices(backbone: .hae, context: .deep))
    #expect(derived.configuration.patch == 16)
    #expect(derived.configuration.context == .deep)
    #expect(derived.configuration.backbone == .hae)
    #expect(
      try DerivedNetwork(weights, targets: 2, choices: NetworkChoices(patch: 16)).configuration
        .context == .deep)
  }

  private func refusal(
    _ checkpoint: TorchCheckpoint, targets: Int = 2, _ choices: NetworkChoices = NetworkChoices()
  ) -> String {
    do {
      _ = try DerivedNetwork(checkpoint, targets: targets, choices: choices)
      return "no error"
    } catch {
      return "\(error)"
    }
  }

  @Test("choices that the weights contradict are refused")
  func contradictions() throws {
    let weights = try checkpoint(Self.networks[1])
    #expect(
      refusal(weights, NetworkChoices(backbone: .unet)).contains("backbone hvae or hae, not unet"))
    #expect(
      refusal(weights, NetworkChoices(context: .vanilla)).contains("lean with patches of 64"))
    #expect(refusal(weights, NetworkChoices(patch: 48)).contains("choose one of these"))
    #expect(refusal(weights, targets: 5).contains("predicts 4 numbers for each pixel"))
    let aware = try #require(Self.networks.first { $0.backbone == .contextAwareUNet })
    let swept = try checkpoint(aware)
    #expect(refusal(swept, NetworkChoices(patch: 32)).contains("patches of 64 pixels alone"))
    #expect(refusal(swept, targets: 3).contains("predicts 2 targets"))
  }

  @Test("weights of other networks are refused")
  func strangers() throws {
    var file = CheckpointFile()
    file.add("conv1.weight", [1], [0])
    #expect(refusal(try file.opened()).contains("begin with conv1.weight"))
    file.add("first_bottom_up.0.weight", [1], [0])
    #expect(refusal(try file.opened()).contains("has the shape [1]"))
    file = CheckpointFile()
    file.add("first_bottom_up.0.weight", [1, 1, 1, 1], [0])
    #expect(refusal(try file.opened()).contains("none of the known orders"))
    file = CheckpointFile()
    file.add("inc.double_conv.0.weight", [1, 1, 1, 1], [0])
    #expect(refusal(try file.opened()).contains("outc.conv.weight is missing"))
    file = CheckpointFile()
    file.add("model.bottom_up_layers.0.0.0.weight", [1, 1, 1, 1], [0])
    #expect(refusal(try file.opened()).contains("model.output_branch.0.weight is missing"))
  }
}
