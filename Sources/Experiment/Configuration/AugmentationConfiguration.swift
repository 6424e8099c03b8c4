/// How patches are chosen and changed at random each time one is drawn for training, so that a
/// network meets more than the training images show.
///
/// Nothing of it is done unless it is set. Whatever is done to a patch is done to all its
/// zoomed-out images alike, and the input stays the mixture of the targets that it was. Validation
/// patches are never changed.
public struct AugmentationConfiguration: Codable, Equatable, Sendable {
  /// The largest relative change of a patch's brightness; 0 for none.
  ///
  /// The input and all targets are multiplied with one factor, drawn log-uniformly between
  /// `1 / (1 + intensityJitter)` and `1 + intensityJitter`, as another exposure or staining would.
  /// What is dark stays as it is: the factor acts on the distance from each channel's dark level,
  /// the grey level that one percent of its training pixels lie below, or 0 where a background is
  /// subtracted (`data.backgroundQuantile`).
  public var intensityJitter = 0.0
  /// The largest shift of a patch's background, up or down, in standard deviations of each
  /// target; 0 for none.
  ///
  /// One number is drawn uniformly for all targets; a mixed input shifts by what follows from its
  /// weights, an acquired one by as many of its own standard deviations.
  public var offsetJitter = 0.0
  /// The largest ratio of two targets' brightnesses by which the mixture may differ from
  /// `data.input.weights`, so that other ratios can be split; 1 for none.
  ///
  /// The ratio of the most to the least favoured target is drawn log-uniformly between 1 and
  /// `mixingJitter`; with two targets their ratio is log-uniform between `1 / mixingJitter` and
  /// `mixingJitter`. The targets become as bright as they are in the mixture, which keeps its total
  /// weight: mixed with `data.input.weights` they still make the input, so that
  /// `network.sumToInput` stays true. An acquired input cannot be mixed anew.
  public var mixingJitter = 1.0
  /// The share of patches that are chosen where all targets have signal, from 0 (none: anywhere)
  /// to 1.
  ///
  /// Signal is told by the mean of a patch, relative to each target by itself, so that a dim
  /// structure counts as much as a bright one, and single bright pixels count for nothing: it must
  /// rise above the target's background by at least half of what the mean of the whole training
  /// part does.
  public var signalPatches = 0.0

  /// Makes none.
  public init() {}

  /// Whether the brightness of patches is changed.
  public var changesBrightness: Bool { intensityJitter > 0 || offsetJitter > 0 || remixes }
  /// Whether inputs are mixed with other weights.
  public var remixes: Bool { mixingJitter > 1 }

  /// Checks every setting by itself and against the kind of input.
  ///
  /// - Throws: ``ConfigurationError`` with a sentence that has the numbers.
  public func validate(input: InputKind) throws(ConfigurationError) {
    let amounts = [("intensityJitter", intensityJitter), ("offsetJitter", offsetJitter)]
    for (name, value) in amounts {
      try require(
        value >= 0 && value <= 10,
        "training.augmentation.\(name) is \(value), 0 (none) to 10 are possible")
    }
    try require(
      mixingJitter >= 1 && mixingJitter <= 100,
      "training.augmentation.mixingJitter is \(mixingJitter), ratios from 1 (none) to 100 are"
        + " possible")
    try require(
      signalPatches >= 0 && signalPatches <= 1,
      "training.augmentation.signalPatches is \(signalPatches), a fraction from 0 to 1 is needed")
    try require(
      !remixes || input == .mixed,
      "training.augmentation.mixingJitter is \(mixingJitter), but data.input.kind is"
        + " \"\(input.rawValue)\", and an image that was acquired cannot be mixed anew; set it to 1,"
        + " or train with the mixture of the targets")
  }
}
