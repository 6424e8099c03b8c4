/// The rule that turns gradients into steps.
public enum OptimiserKind: String, Choice {
  /// Adam with the infinity norm, as the authors use.
  case adamax
  /// Adam with decoupled weight decay.
  case adamW
  /// Steps that are orthogonal matrices for the kernels of convolutions, AdamW for the rest.
  case muon
}

/// The rule that turns gradients into steps, and its constants.
public struct OptimiserConfiguration: Codable, Equatable, Sendable {
  /// The rule that turns gradients into steps.
  public var kind = OptimiserKind.adamax
  /// The step's size.
  public var learningRate = 1e-3
  /// The decay of the mean gradient.
  public var beta1 = 0.9
  /// The decay of the gradient's magnitude.
  public var beta2 = 0.999
  /// What keeps the division from failing.
  public var epsilon = 1e-8
  /// The decay of the weights.
  public var weightDecay = 0.0

  /// Makes the authors' Adamax.
  public init() {}
}

/// How the learning rate changes.
public enum ScheduleKind: String, Choice {
  /// It falls by a factor when the validation no longer improves.
  case plateau
  /// It falls along half a cosine over the run.
  case cosine
}

/// How the learning rate changes, and the constants of both rules.
public struct ScheduleConfiguration: Codable, Equatable, Sendable {
  /// How the learning rate changes over the run.
  public var kind = ScheduleKind.plateau
  /// The factor at a plateau.
  public var factor = 0.5
  /// The epochs without improvement that make a plateau.
  public var patience = 15
  /// The rate below which a plateau lowers no more.
  public var minimumRate = 1e-12
  /// The relative gain that counts as an improvement.
  public var threshold = 1e-4
  /// The share of a cosine's run in which the rate rises from 0.
  public var warmUp = 0.0
  /// The share of the rate that is left at a cosine's end.
  public var floor = 0.01

  /// Makes the authors' plateau rule.
  public init() {}
}

/// How latent variables are chosen.
public enum LatentChoice: String, Choice {
  /// Drawn from the posterior.
  case sample
  /// The posterior's mean.
  case mean
}

/// The number format of a network's features; weights, statistics and losses are float32 in each.
public enum Precision: String, Choice {
  /// 24 significant bits.
  case float32
  /// 8 significant bits with the range of float32.
  case bfloat16
  /// 11 significant bits with a small range; losses are scaled so that gradients stay in it.
  case float16
}

/// How the training proceeds.
public struct TrainingConfiguration: Codable, Equatable, Sendable {
  /// The number of epochs at most.
  public var epochs = 200
  /// The steps of an epoch; 0 for one pass over as many patches as fit without overlap.
  public var stepsPerEpoch = 0
  /// The patches of a step.
  public var batch = 32
  /// The rule that turns gradients into steps.
  public var optimiser = OptimiserConfiguration()
  /// How the learning rate changes.
  public var schedule = ScheduleConfiguration()
  /// The largest norm of all gradients together; 0 for no limit.
  public var gradientClip = 0.5
  /// The epochs without improvement after which training stops; 0 for never.
  public var earlyStoppingPatience = 100
  /// The gain in PSNR that counts as an improvement, in dB.
  public var earlyStoppingMinimum = 1e-6
  /// The time after which training stops, in seconds; 0 for none.
  public var timeBudget = 0.0
  /// The decay of the weights' exponential moving average; 0 for none.
  public var averaging = 0.0
  /// Whether patches are flipped and turned by quarters at random.
  public var flips = false
  /// Whether the training ends with a choice, on the validation part, of how many turns of each patch
  /// are averaged when an image is split.
  public var chooseTurns = false
  /// The seed of all random numbers.
  public var seed: UInt64 = 0
  /// The threads that compute; 0 for all cores.
  public var threads = 0
  /// The threads that prepare patches.
  public var loaderThreads = 1
  /// The device that computes, such as `cpu`, `cuda:0` or `mps`.
  public var device = "cpu"
  /// The patches that validate; 0 for all.
  public var validationPatches = 0
  /// How a validation chooses latent variables.
  public var validationLatents = LatentChoice.sample
  /// The time between two states to resume from, in seconds; 0 for only at the end of epochs.
  public var checkpointInterval = 300.0
  /// The steps in a row without a usable gradient after which the training goes back to its last
  /// state, with half the learning rate.
  public var skipsBeforeReturn = 10
  /// The time that a full disk is waited for, in seconds.
  public var diskPatience = 600.0
  /// Whether the statistics of batch normalisations are those of the batches of all processes
  /// together, where several train; else each has its own, and running values are averaged.
  public var syncBatchNorm = false
  /// Whether the metrics are written as an event file for TensorBoard too.
  public var tensorBoard = false
  /// How patches are chosen and changed at random.
  public var augmentation = AugmentationConfiguration()
  /// The number format of the network's features.
  public var precision = Precision.float32
  /// The patches that are computed at once; 0 for the whole batch.
  ///
  /// Gradients of the parts add up to those of the batch, except that batch normalisation takes the
  /// statistics of each part, and that other latent variables are drawn.
  public var microBatch = 0
  /// The levels, counted from the input, whose features are computed again for the backward pass
  /// instead of being kept; as many as there are at most.
  public var recompute = 0
  /// The memory that the training may take, in bytes; 0 for no limit.
  ///
  /// ``microBatch`` and ``recompute`` are then chosen to keep it: on the CPU that of the process, on
  /// a GPU that of its tensors.
  public var memoryLimit = 0

  /// Makes the authors' training.
  public init() {}

  /// Checks every setting by itself and against the others.
  ///
  /// - Throws: ``ConfigurationError`` with a sentence that has both numbers.
  public func validate() throws(ConfigurationError) {
    let positive = [
      ("epochs", epochs), ("batch", batch), ("loaderThreads", loaderThreads),
      ("skipsBeforeReturn", skipsBeforeReturn),
    ]
    for (name, value) in positive {
      try require(value >= 1, "training.\(name) is \(value), at least 1 is needed")
    }
    let counts = [
      ("stepsPerEpoch", stepsPerEpoch), ("earlyStoppingPatience", earlyStoppingPatience),
      ("threads", threads), ("validationPatches", validationPatches),
      ("schedule.patience", schedule.patience), ("microBatch", microBatch),
      ("recompute", recompute), ("memoryLimit", memoryLimit),
    ]
    for (name, value) in counts {
      try require(value >= 0, "training.\(name) is \(value), it cannot be negative")
    }
    let above = [
      ("optimiser.learningRate", optimiser.learningRate), ("optimiser.epsilon", optimiser.epsilon),
    ]
    for (name, value) in above {
      try require(value > 0 && value.isFinite, "training.\(name) is \(value), it must be above 0")
    }
    let amounts = [
      ("optimiser.weightDecay", optimiser.weightDecay), ("gradientClip", gradientClip),
      ("earlyStoppingMinimum", earlyStoppingMinimum), ("timeBudget", timeBudget),
      ("checkpointInterval", checkpointInterval), ("diskPatience", diskPatience),
      ("schedule.minimumRate", schedule.minimumRate), ("schedule.threshold", schedule.threshold),
    ]
    for (name, value) in amounts {
      try require(
        value >= 0 && value.isFinite, "training.\(name) is \(value), it cannot be negative")
    }
    let fractions = [
      ("optimiser.beta1", optimiser.beta1), ("optimiser.beta2", optimiser.beta2),
      ("averaging", averaging), ("schedule.warmUp", schedule.warmUp),
    ]
    for (name, value) in fractions {
      try require(
        value >= 0 && value < 1,
        "training.\(name) is \(value), a fraction from 0 to below 1 is needed")
    }
    try require(
      schedule.factor > 0 && schedule.factor < 1,
      "training.schedule.factor is \(schedule.factor), a fraction between 0 and 1 is needed")
    try require(
      schedule.floor >= 0 && schedule.floor <= 1,
      "training.schedule.floor is \(schedule.floor), a fraction from 0 to 1 is needed")
    try require(
      schedule.kind != .plateau || schedule.minimumRate <= optimiser.learningRate,
      "training.schedule.minimumRate is \(schedule.minimumRate), above the learning rate"
        + " \(optimiser.learningRate)")
    try require(!device.isEmpty, "training.device is empty; name one, such as \"cpu\"")
  }
}
