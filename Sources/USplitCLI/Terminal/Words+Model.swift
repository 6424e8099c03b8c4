import Experiment
import Imaging
import USplit

extension Words {
  /// A network such as `HVAE with lean context: patches of 64 × 64 pixels, …`.
  static func network(_ network: NetworkConfiguration) -> String {
    var text = "\(name(network.backbone)) with "
    text += network.context == .vanilla ? "no context" : "\(network.context.rawValue) context"
    text += ": patches of \(network.patch) × \(network.patch) pixels"
    if network.contexts > 0 {
      let extent = network.patch << network.contexts
      text += ", \(count(network.contexts, "zoomed-out image")) up to \(extent) × \(extent) pixels"
    }
    guard network.backbone.isLadder else {
      let depth = count(network.depth, network.backbone == .braveNet ? "level" : "halving")
      return text + ", \(depth), \(count(network.filters, "filter")) at first"
    }
    text +=
      ", \(count(network.levels, "level")), \(count(network.filters, "filter")), latent channels "
    let latents = network.latentChannels
    return text
      + (Set(latents).count == 1
        ? "\(latents[0])" : latents.map(String.init).joined(separator: ", "))
  }

  /// The name of a kind of network.
  private static func name(_ backbone: Backbone) -> String {
    switch backbone {
    case .hvae: "HVAE"
    case .hae: "HAE"
    case .unet: "U-Net"
    case .contextAwareUNet: "context-aware U-Net"
    case .braveNet: "BraveNet"
    }
  }

  /// What a network costs, on one line.
  static func cost(_ cost: NetworkCost, batch: Int) -> String {
    "\(cost.parameters) parameters, \(number(cost.gigaflopPerPatch)) GFLOP per patch, about "
      + "\(memory(cost.trainingMemory)) to train with batches of \(batch)"
  }

  /// How training patches are chosen and changed at random, on one line; nil when they are not.
  static func patches(_ training: TrainingConfiguration) -> String? {
    let augmentation = training.augmentation
    var parts: [String] = []
    if training.flips { parts.append("flipped and turned") }
    if augmentation.intensityJitter > 0 {
      parts.append("up to \(number(1 + augmentation.intensityJitter)) times brighter or darker")
    }
    if augmentation.offsetJitter > 0 {
      parts.append(
        "background shifted by up to \(number(augmentation.offsetJitter)) standard deviations")
    }
    if augmentation.remixes {
      let ratio = number(augmentation.mixingJitter)
      parts.append("mixed in ratios from 1 : \(ratio) to \(ratio) : 1 of the usual")
    }
    if augmentation.signalPatches > 0 {
      parts.append(
        "\(number(100 * augmentation.signalPatches)) % chosen where all targets have signal")
    }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }

  /// How the frames are divided, a line for each part.
  static func split(_ split: DataSplit, height: Int, width: Int) -> [String] {
    [("train", split.train), ("validate", split.validation), ("test", split.test)].map {
      "  \($0): \(regions($1, height: height, width: width))"
    }
  }

  /// What the input is made of.
  static func input(_ scale: InputScale, names: [String]) -> String {
    guard !scale.weights.isEmpty else { return "an acquired image, in its own units" }
    let terms = zip(scale.weights, names).map { "\(number($0)) × \($1)" }
    return terms.joined(separator: " + ")
  }

  /// The statistics in the units of the files, a line each.
  static func statistics(
    _ normalisation: Normalisation, _ scale: InputScale, names: [String]
  ) -> [String] {
    var lines: [String] = []
    if normalisation.options.backgroundQuantile > 0 {
      lines.append(
        "  background: the \(number(normalisation.options.backgroundQuantile)) quantile of each "
          + "frame and channel is subtracted")
    }
    for (channel, name) in names.enumerated() {
      lines.append(
        "  \(name): values above \(number(normalisation.clip[channel])) are clipped; mean "
          + "\(number(normalisation.targetMean[channel])), standard deviation "
          + "\(number(normalisation.targetStd[channel]))")
    }
    lines.append(
      "  input: values above \(number(scale.clip)) are clipped; \(number(scale.offset)) is "
        + "subtracted, then divided by \(number(1 / scale.factor))")
    return lines
  }
}
