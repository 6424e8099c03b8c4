import Experiment

extension DerivedNetwork {
  /// Reads the settings of a U-Net, with or without context, or of a context-aware one.
  static func unet(
    _ weights: WeightShapes, targets: Int, _ choices: NetworkChoices
  ) throws -> DerivedNetwork {
    let isContextAware = weights.has("ct_modules")
    try check(choices.backbone, among: [isContextAware ? .contextAwareUNet : .unet], weights)
    var network = NetworkConfiguration()
    network.set(backbone: isContextAware ? .contextAwareUNet : .unet)
    network.targets = try outputs("outc.conv.weight", targets: targets, weights)
    network.filters = try size(0, of: "inc.double_conv.0.weight", weights)
    network.depth = (1...64).first { !weights.has("down\($0)") }.map { $0 - 1 } ?? 64
    network.contexts = weights.count(of: "lowres_first_bottom_ups")
    network.context = choices.context ?? (network.contexts == 0 ? .vanilla : .regular)
    network.separateContextBranch = try !(0..<network.contexts).allSatisfy {
      try weights.areEqual("down\($0 + 1).maxpool_conv.1", "lowres_net.\($0)")
    }
    if network.contexts == 0 { network.separateContextBranch = true }
    if isContextAware {
      let name = "ct_modules.0.ct_weights"
      guard let shape = weights[name], shape.count == 3, shape[1] == shape[2] else {
        throw unexpected(name, weights)
      }
      guard choices.patch ?? shape[1] == shape[1] else {
        throw ModelError(
          "\(weights.checkpoint.path) takes patches of \(shape[1]) pixels alone; leave out --patch")
      }
      network.patch = shape[1]
      return DerivedNetwork(network, notes: [])
    }
    network.patch = choices.patch ?? (network.contexts == 0 ? 256 : 64)
    return DerivedNetwork(network, notes: patchNotes(network, choices))
  }

  /// Reads the settings of a BraveNet.
  static func braveNet(
    _ weights: WeightShapes, targets: Int, _ choices: NetworkChoices
  ) throws -> DerivedNetwork {
    try check(choices.backbone, among: [.braveNet], weights)
    var network = NetworkConfiguration()
    network.set(backbone: .braveNet)
    network.targets = try outputs("model.output_branch.0.weight", targets: targets, weights)
    network.filters = try size(0, of: "model.bottom_up_layers.0.0.0.weight", weights)
    network.depth = weights.count(of: "model.bottom_up_layers")
    network.contexts = 1
    network.context = choices.context ?? .unaligned
    network.patch = choices.patch ?? 64
    return DerivedNetwork(network, notes: patchNotes(network, choices))
  }

  private static func outputs(
    _ name: String, targets: Int, _ weights: WeightShapes
  ) throws(ModelError) -> Int {
    let outputs = try size(0, of: name, weights)
    guard outputs == targets else {
      throw ModelError(
        "\(weights.checkpoint.path) predicts \(outputs) targets, but \(targets) were named; name as "
          + "many as it was trained with")
    }
    return outputs
  }

  private static func patchNotes(
    _ network: NetworkConfiguration, _ choices: NetworkChoices
  ) -> [String] {
    guard choices.patch == nil else { return [] }
    return [
      "the size of the patches is not in the weights: taken as \(network.patch) pixels, which the "
        + "authors used; --patch chooses another"
    ]
  }
}
