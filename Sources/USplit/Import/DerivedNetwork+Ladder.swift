import Experiment
import Foundation

extension DerivedNetwork {
  /// Reads the settings of an HVAE or HAE.
  static func ladder(
    _ weights: WeightShapes, targets: Int, _ choices: NetworkChoices
  ) throws -> DerivedNetwork {
    try check(choices.backbone, among: [.hvae, .hae], weights)
    var notes: [String] = []
    var network = NetworkConfiguration()
    network.targets = targets
    network.logVarianceMaximum = NetworkConfiguration.unbounded
    network.filters = try size(0, of: "first_bottom_up.0.weight", weights)
    network.contexts = weights.count(of: "lowres_first_bottom_ups")
    network.blocksPerLevel = weights.count(of: "final_top_down")
    network.latentChannels = try (0..<weights.count(of: "bottom_up_layers")).map {
      try size(1, of: "top_down_layers.\($0).stochastic.conv_out.weight", weights)
    }
    try readBlocks(weights, &network)
    let merge = "top_down_layers.0.merge.layer"
    if weights.has(merge) {
      let isGated = weights.children(of: "\(merge).1.block").contains {
        weights["\(merge).1.block.\($0).conv.weight"] != nil
      }
      network.merge =
        weights["\(merge).weight"] != nil ? .linear : isGated ? .residual : .residualUngated
      network.stochasticSkip = weights.has("top_down_layers.0.skip_connection_merger")
    }
    if network.contexts > 0, network.blocksPerLevel > 1 {
      network.separateContextBranch = try !(0..<network.levels).allSatisfy {
        try weights.areEqual("bottom_up_layers.\($0).net", "bottom_up_layers.\($0).lowres_net")
      }
    }
    network.logVariance = try logVariance(weights, targets: targets)
    try readSizes(weights, choices, &network, &notes)
    network.backbone = choices.backbone ?? .hvae
    if choices.backbone == nil {
      notes.append(
        "HVAE and HAE have the same weights: taken as HVAE; --backbone hae takes them as HAE")
    }
    notes.append(
      "nonlinearity, bounds of variances"
        + (network.logVariance == .pixel ? " and how finely they are told" : "")
        + " are not in the weights: taken as the authors published them")
    return DerivedNetwork(network, notes: notes)
  }

  /// One extent of a convolution's weights, `[outputs, inputs, rows, columns]`.
  static func size(
    _ dimension: Int, of name: String, _ weights: WeightShapes
  ) throws(ModelError) -> Int {
    guard let shape = weights[name], shape.count == 4, shape[dimension] > 0 else {
      throw unexpected(name, weights)
    }
    return shape[dimension]
  }

  // MARK: Blocks

  /// Where the layers of a residual block with weights stand.
  private struct Arrangement {
    var convolutions: [Int] = []
    var norms: [Int] = []
    var gate = 0

    init(_ order: BlockOrder, batchNorm: Bool) {
      for letter in order.rawValue where letter != "b" || batchNorm {
        if letter == "c" { convolutions.append(gate) }
        if letter == "b" { norms.append(gate) }
        gate += 1
      }
    }
  }

  /// Finds the order, normalisation, kernel and gates of the residual blocks.
  private static func readBlocks(
    _ weights: WeightShapes, _ network: inout NetworkConfiguration
  ) throws(ModelError) {
    let block = "first_bottom_up.2.res.block"
    func places(_ rank: Int) -> [Int] {
      weights.children(of: block).compactMap { Int($0) }
        .filter { weights["\(block).\($0).weight"]?.count == rank }.sorted()
    }
    let (convolutions, norms) = (places(4), places(1))
    let last = "final_top_down.0.res.block"
    let gate = weights.children(of: last).compactMap { Int($0) }.first {
      weights["\(last).\($0).conv.weight"] != nil
    }
    for order in BlockOrder.allCases {
      for batchNorm in [true, false] {
        let arrangement = Arrangement(order, batchNorm: batchNorm)
        guard arrangement.convolutions == convolutions, arrangement.norms == norms,
          gate == nil || gate == arrangement.gate, let first = convolutions.first
        else { continue }
        network.blockOrder = order
        network.batchNorm = batchNorm
        network.gated = gate != nil
        network.kernel = try size(2, of: "\(block).\(first).weight", weights)
        return
      }
    }
    throw ModelError(
      "\(weights.checkpoint.path): its residual blocks (\(block)) have convolutions at "
        + "\(convolutions), batch normalisations at \(norms) and a gate at "
        + "\(gate.map { "\($0)" } ?? "no place"), which is none of the known orders; say what they "
        + "are with --config")
  }

  private static func logVariance(
    _ weights: WeightShapes, targets: Int
  ) throws(ModelError) -> LogVariance {
    let outputs = try size(0, of: "likelihood.parameter_net.weight", weights)
    switch outputs {
    case 2 * targets: return .pixel
    case targets: return .unit
    default:
      throw ModelError(
        "\(weights.checkpoint.path) predicts \(outputs) numbers for each pixel, but "
          + "\(targets) targets were named, which need \(2 * targets), or \(targets) without "
          + "variances; name as many as it was trained with")
    }
  }

  // MARK: Sizes

  /// Finds variant and patch from the side of the top level's prior, which several may have.
  private static func readSizes(
    _ weights: WeightShapes, _ choices: NetworkChoices, _ network: inout NetworkConfiguration,
    _ notes: inout [String]
  ) throws(ModelError) {
    let (levels, contexts) = (network.levels, network.contexts)
    let name = "top_down_layers.\(levels - 1).top_prior_params"
    let side = try size(2, of: name, weights)
    guard levels <= 30, contexts <= levels, side <= 16384 else { throw unexpected(name, weights) }
    var fitting: [(context: ContextVariant, patch: Int)] = []
    if contexts == 0 {
      fitting = [(.vanilla, side << levels)]
    } else {
      fitting = [
        (.lean, side << levels),
        (contexts < levels ? .deep : .regular, side << (levels - contexts)),
      ]
    }
    fitting = fitting.filter { (8...16384).contains($0.patch) }
    let all = fitting.map { "\($0.context.rawValue) with patches of \($0.patch)" }
      .joined(separator: ", or ")
    // Regular and deep are computed alike.
    func matches(_ context: ContextVariant) -> Bool {
      guard let choice = choices.context else { return true }
      return choice == context || (choice == .regular && context == .deep)
    }
    let chosen = fitting.filter { item in
      matches(item.context) && (choices.patch ?? item.patch) == item.patch
    }
    func distance(_ patch: Int) -> Double { abs(log2(Double(patch) / 64)) }
    guard let best = chosen.min(by: { distance($0.patch) < distance($1.patch) }) else {
      throw ModelError(
        "\(weights.checkpoint.path) has \(levels) levels, \(contexts) context images and a top "
          + "prior of \(side) × \(side), which fit \(all.isEmpty ? "no known network" : all); "
          + "choose one of these, or give --config")
    }
    network.context = best.context
    network.patch = best.patch
    if fitting.count > 1, chosen.count > 1 || choices.context == nil && choices.patch == nil {
      notes.append(
        "the weights fit the context \(all): taken as \(best.context.rawValue) with patches of "
          + "\(best.patch); --context and --patch choose")
    }
  }
}
