extension SettingKey {
  /// What each setting is for: the first paragraph of its documentation comment, which a test
  /// compares with.
  static let explanations: [String: String] = [
    "data.backgroundQuantile":
      "The quantile of each frame and channel that is subtracted as background; 0 subtracts "
      + "none.",
    "data.clipBackgroundToZero": "Whether values below the background become 0.",
    "data.clipPerChannel":
      "Whether each channel has its own clipping value instead of one for all.",
    "data.clipQuantile":
      "The quantile of the training pixels above which all pixels are clipped; 1 clips none.",
    "data.input.kind": "What the network is shown.",
    "data.input.source.axes":
      "The axes of the images, such as `TC4YX`; empty for those that the files name.",
    "data.input.source.channel": "Which of the images' channels it is.",
    "data.input.source.file":
      "The path of an image; or a folder or a pattern of images whose frames follow each "
      + "other.",
    "data.input.source.name": "What the user calls it.",
    "data.input.weights": "The targets' weights when mixed; empty for their mean, 1/T each.",
    "data.inputIsSum":
      "Whether the input is normalised as the sum of the targets: by the sum of their means "
      + "and the root of their summed variances.",
    "data.padding": "What lies beyond the border of an image.",
    "data.paddingValue":
      "The value beyond the border when `padding` is `constant`, in units of the file.",
    "data.split.rule": "How frames are chosen.",
    "data.split.test": "The share that tests.",
    "data.split.validation": "The share that validates.",
    "data.targets[].axes":
      "The axes of the images, such as `TC4YX`; empty for those that the files name.",
    "data.targets[].channel": "Which of the images' channels it is.",
    "data.targets[].file":
      "The path of an image; or a folder or a pattern of images whose frames follow each "
      + "other.",
    "data.targets[].name": "What the user calls it.",
    "data.zeroMean": "Whether normalisation only divides by the standard deviation.",
    "loss.channelWeights": "The targets' weights in the average of their losses; empty for 1 each.",
    "loss.freeBits":
      "The divergence per latent element below which a level is left alone, in nats.",
    "loss.kind": "What is minimised beside the divergence.",
    "loss.klAnnealingEpochs":
      "The epochs over which the weight grows from 0; 0 for full weight from the start.",
    "loss.klAnnealingStart": "The epoch at which the weight begins to grow; may be negative.",
    "loss.klEstimate": "How the divergence is computed.",
    "loss.klWeight": "The weight of the divergence.",
    "loss.likelihoodFrom":
      "The share of the training after which the likelihood joins for `meanThenLikelihood`.",
    "loss.reconstructionWeights":
      "Factors of the targets' likelihoods, not normalised; empty for 1 each.",
    "network.activation": "The nonlinearity.",
    "network.backbone": "The kind of network.",
    "network.batchNorm": "Whether residual blocks normalise over the batch.",
    "network.blockOrder": "The order within residual blocks.",
    "network.blocksPerLevel": "The residual blocks of every level.",
    "network.context": "How zoomed-out images take part.",
    "network.contexts": "The number of zoomed-out images; 0 for `vanilla`.",
    "network.decoderDropout": "The share of channels that dropout silences in the top-down half.",
    "network.depth":
      "How often a U-Net halves the patch, or the levels of a BraveNet; a ladder's levels are "
      + "the count of `latentChannels`.",
    "network.encoderDropout": "The share of channels that dropout silences in the bottom-up half.",
    "network.filters":
      "The channels of a ladder's feature maps; of the other networks' first level, from which "
      + "they double level by level.",
    "network.gated":
      "Whether the levels' residual blocks end in a gate; `merge` decides for merges.",
    "network.kernel": "The side of the residual blocks' kernels, an odd number of pixels.",
    "network.latentChannels":
      "The latent channels of every level, bottom first; their count is the number of levels.",
    "network.latentLogVarianceMaximum": "The upper bound of the latents' raw log-variance.",
    "network.learnedTopPrior": "Whether the prior of the top level is trained.",
    "network.logVariance":
      "How finely the network states its own uncertainty; `unit` in networks that are no "
      + "ladders.",
    "network.logVarianceMaximum":
      "The upper bound of the predicted log-variance, which keeps an untrained network's loss "
      + "finite; the paper's network has none.",
    "network.logVarianceMinimum": "The lower bound of the predicted log-variance.",
    "network.merge": "How the top-down half merges its inputs.",
    "network.patch": "The side of the square patches, in pixels.",
    "network.separateContextBranch":
      "Whether zoomed-out features have their own copy of each level's convolutions: in a "
      + "ladder of its further blocks, of which there are none when `blocksPerLevel` is 1.",
    "network.stochasticSkip":
      "Whether a level's latents are merged with the level above once more.",
    "network.varianceBranch":
      "Whether variances have two convolutions of their own, which learn from the features without "
      + "shaping them.",
    "network.sumToInput": "Whether predictions are corrected to add up to the input.",
    "network.targets": "The number of structures to split out.",
    "training.augmentation.intensityJitter":
      "The largest relative change of a patch's brightness; 0 for none.",
    "training.augmentation.mixingJitter":
      "The largest ratio of two targets' brightnesses by which the mixture may differ from "
      + "`data.input.weights`, so that other ratios can be split; 1 for none.",
    "training.augmentation.offsetJitter":
      "The largest shift of a patch's background, up or down, in standard deviations of each "
      + "target; 0 for none.",
    "training.augmentation.signalPatches":
      "The share of patches that are chosen where all targets have signal, from 0 (none: "
      + "anywhere) to 1.",
    "training.averaging": "The decay of the weights' exponential moving average; 0 for none.",
    "training.batch": "The patches of a step.",
    "training.checkpointInterval":
      "The time between two states to resume from, in seconds; 0 for only at the end of "
      + "epochs.",
    "training.chooseTurns":
      "Whether the training ends with a choice, on the validation part, of how many turns of each "
      + "patch are averaged when an image is split.",
    "training.device": "The device that computes, such as `cpu`, `cuda:0` or `mps`.",
    "training.diskPatience": "The time that a full disk is waited for, in seconds.",
    "training.earlyStoppingMinimum": "The gain in PSNR that counts as an improvement, in dB.",
    "training.earlyStoppingPatience":
      "The epochs without improvement after which training stops; 0 for never.",
    "training.epochs": "The number of epochs at most.",
    "training.flips": "Whether patches are flipped and turned by quarters at random.",
    "training.gradientClip": "The largest norm of all gradients together; 0 for no limit.",
    "training.loaderThreads": "The threads that prepare patches.",
    "training.memoryLimit": "The memory that the training may take, in bytes; 0 for no limit.",
    "training.microBatch": "The patches that are computed at once; 0 for the whole batch.",
    "training.optimiser.beta1": "The decay of the mean gradient.",
    "training.optimiser.beta2": "The decay of the gradient's magnitude.",
    "training.optimiser.epsilon": "What keeps the division from failing.",
    "training.optimiser.kind": "The rule that turns gradients into steps.",
    "training.optimiser.learningRate": "The step's size.",
    "training.optimiser.weightDecay": "The decay of the weights.",
    "training.precision": "The number format of the network's features.",
    "training.recompute":
      "The levels, counted from the input, whose features are computed again for the backward "
      + "pass instead of being kept; as many as there are at most.",
    "training.schedule.factor": "The factor at a plateau.",
    "training.schedule.floor": "The share of the rate that is left at a cosine's end.",
    "training.schedule.kind": "How the learning rate changes over the run.",
    "training.schedule.minimumRate": "The rate below which a plateau lowers no more.",
    "training.schedule.patience": "The epochs without improvement that make a plateau.",
    "training.schedule.threshold": "The relative gain that counts as an improvement.",
    "training.schedule.warmUp": "The share of a cosine's run in which the rate rises from 0.",
    "training.seed": "The seed of all random numbers.",
    "training.skipsBeforeReturn":
      "The steps in a row without a usable gradient after which the training goes back to its "
      + "last state, with half the learning rate.",
    "training.stepsPerEpoch":
      "The steps of an epoch; 0 for one pass over as many patches as fit without overlap.",
    "training.syncBatchNorm":
      "Whether the statistics of batch normalisations are those of the batches of all "
      + "processes together, where several train; else each has its own, and running values are "
      + "averaged.",
    "training.tensorBoard": "Whether the metrics are written as an event file for TensorBoard too.",
    "training.threads": "The threads that compute; 0 for all cores.",
    "training.timeBudget": "The time after which training stops, in seconds; 0 for none.",
    "training.validationLatents": "How a validation chooses latent variables.",
    "training.validationPatches": "The patches that validate; 0 for all.",
  ]
}
