/// A channel within a file: by its place, counted from 0, or by its name.
public enum ChannelSelector: Codable, Equatable, Sendable {
  /// The place, counted from 0.
  case index(Int)
  /// The name in the file's metadata.
  case name(String)

  /// Decodes a whole number or a text.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let index = try? container.decode(Int.self) {
      self = .index(index)
    } else if let name = try? container.decode(String.self) {
      self = .name(name)
    } else {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: decoder.codingPath,
          debugDescription: "must be the channel's place, counted from 0, or its name"))
    }
  }

  /// Encodes a whole number or a text.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .index(let index): try container.encode(index)
    case .name(let name): try container.encode(name)
    }
  }
}

/// Where the images of one structure, or of the input, lie.
public struct ChannelSource: Codable, Equatable, Sendable {
  /// What the user calls it.
  public var name: String
  /// The path of an image; or a folder or a pattern of images whose frames follow each other.
  public var file: String
  /// Which of the images' channels it is.
  public var channel: ChannelSelector
  /// The axes of the images, such as `TC4YX`; empty for those that the files name.
  public var axes: String

  /// Makes a source; without a file it names none.
  public init(
    name: String = "", file: String = "", channel: ChannelSelector = .index(0), axes: String = ""
  ) {
    self.name = name
    self.file = file
    self.channel = channel
    self.axes = axes
  }

  /// Decodes a source; one that was written before there were axes has none.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    name = try container.decode(String.self, forKey: .name)
    file = try container.decode(String.self, forKey: .file)
    channel = try container.decode(ChannelSelector.self, forKey: .channel)
    axes = try container.decodeIfPresent(String.self, forKey: .axes) ?? ""
  }
}

/// What the network is shown.
public enum InputKind: String, Choice {
  /// A weighted sum of the targets.
  case mixed
  /// An image that was acquired with the structures superimposed.
  case acquired
}

/// The superimposed image.
public struct InputConfiguration: Codable, Equatable, Sendable {
  /// What the network is shown.
  public var kind = InputKind.mixed
  /// The targets' weights when mixed; empty for their mean, 1/T each.
  public var weights: [Double] = []
  /// Where the image lies when acquired.
  public var source = ChannelSource()

  /// Makes the mean of the targets.
  public init() {}
}

/// What lies beyond the border of an image.
public enum Padding: String, Choice {
  /// The image, mirrored at its border pixels, which are not repeated.
  case reflect
  /// One value.
  case constant
}

/// Which frames train, validate and test.
public enum SplitRule: String, Choice {
  /// `leading` where there are frames enough, else `regions`.
  case automatic
  /// The first frames validate, the next test, the rest train.
  case leading
  /// The first frames test, the next validate, the rest train (as the authors do for Hagen).
  case startingTest
  /// The first frames validate and test in turns of three, the rest train (as the authors do
  /// for PaviaATN).
  case dealt
  /// Parts of every frame train, validate and test.
  case regions
}

/// Which frames train, validate and test.
public struct SplitConfiguration: Codable, Equatable, Sendable {
  /// How frames are chosen.
  public var rule = SplitRule.automatic
  /// The share that validates.
  public var validation = 0.1
  /// The share that tests.
  public var test = 0.1

  /// Makes a split of 80, 10 and 10 percent.
  public init() {}
}

/// Where the images come from and how they are prepared.
public struct DataConfiguration: Codable, Equatable, Sendable {
  /// The structures to split out.
  public var targets: [ChannelSource] = []
  /// The superimposed image.
  public var input = InputConfiguration()
  /// Whether the input is normalised as the sum of the targets: by the sum of their means and
  /// the root of their summed variances.
  public var inputIsSum = false
  /// The quantile of the training pixels above which all pixels are clipped; 1 clips none.
  public var clipQuantile = 0.995
  /// Whether each channel has its own clipping value instead of one for all.
  public var clipPerChannel = false
  /// The quantile of each frame and channel that is subtracted as background; 0 subtracts none.
  public var backgroundQuantile = 0.0
  /// Whether values below the background become 0.
  public var clipBackgroundToZero = false
  /// Whether normalisation only divides by the standard deviation.
  public var zeroMean = false
  /// What lies beyond the border of an image.
  public var padding = Padding.reflect
  /// The value beyond the border when `padding` is `constant`, in units of the file.
  public var paddingValue = 0.0
  /// Which frames train, validate and test.
  public var split = SplitConfiguration()

  /// Makes the authors' preparation of no files yet.
  public init() {}

  /// Checks every setting by itself and against the others.
  ///
  /// - Throws: ``ConfigurationError`` with a sentence that has both numbers.
  public func validate() throws(ConfigurationError) {
    try require(
      targets.count >= 2,
      "data.targets names \(targets.count) channels, splitting needs at least 2")
    for (place, target) in targets.enumerated() {
      try validate(target, "data.targets[\(place)]")
      try require(!target.name.isEmpty, "data.targets[\(place)] has no name; give it one")
      let first = targets.firstIndex { $0.name == target.name } ?? place
      try require(
        first == place,
        "data.targets[\(first)] and [\(place)] are both named \"\(target.name)\"; rename one")
    }
    if input.kind == .acquired { try validate(input.source, "data.input.source") }
    try Experiment.validate(weights: input.weights, "data.input.weights", targets: targets.count)
    try require(
      clipQuantile > 0 && clipQuantile <= 1,
      "data.clipQuantile is \(clipQuantile), a fraction above 0 and up to 1 is needed")
    try require(
      backgroundQuantile >= 0 && backgroundQuantile < 1,
      "data.backgroundQuantile is \(backgroundQuantile), a fraction from 0 to below 1 is needed")
    try require(
      paddingValue.isFinite, "data.paddingValue is \(paddingValue), a finite number is needed")
    for (name, share) in [("validation", split.validation), ("test", split.test)] {
      try require(
        share >= 0 && share < 1,
        "data.split.\(name) is \(share), a fraction from 0 to below 1 is needed")
    }
    try require(
      split.validation + split.test < 1,
      "data.split.validation \(split.validation) and test \(split.test) leave nothing to train"
        + " on; their sum must be below 1")
  }

  private func validate(_ source: ChannelSource, _ path: String) throws(ConfigurationError) {
    try require(!source.file.isEmpty, "\(path) names no file; give its path")
    switch source.channel {
    case .index(let index):
      try require(index >= 0, "\(path).channel is \(index), places are counted from 0")
    case .name(let name):
      try require(!name.isEmpty, "\(path).channel is an empty name")
    }
  }
}

/// Refuses weights that are neither empty nor one positive number per target.
func validate(
  weights: [Double], _ path: String, targets: Int
) throws(ConfigurationError) {
  try require(
    weights.isEmpty || weights.count == targets,
    "\(path) has \(weights.count) numbers for \(targets) targets; give one each, or none")
  for (place, weight) in weights.enumerated() {
    try require(
      weight > 0 && weight.isFinite, "\(path)[\(place)] is \(weight), it must be above 0")
  }
}
