import Imaging

/// What is known to spoil a training, found in the images before it begins.
public struct DataCheck: Sendable {
  /// What a channel looks like.
  public struct Channel: Sendable, Equatable {
    /// Its name.
    public let name: String
    /// The share of pixels that have its largest value.
    public let saturated: Double
    /// Its largest value.
    public let maximum: Double
  }

  /// How two channels belong together.
  public struct Pair: Sendable, Equatable {
    /// Their names.
    public let names: (String, String)
    /// The correlation of their pixels; nil where one shows nothing.
    public let correlation: Double?
    /// By how much they are apart; nil where that cannot be told.
    public let shift: ChannelShift?

    /// Whether all of it is the same.
    public static func == (one: Pair, other: Pair) -> Bool {
      one.names == other.names && one.correlation == other.correlation && one.shift == other.shift
    }
  }

  /// Patches that fit side by side into the training part.
  public let patches: Int
  /// Each target.
  public let channels: [Channel]
  /// Each two targets.
  public let pairs: [Pair]

  /// Patches below which a training has seen too little to be trusted with new images.
  private static let fewPatches = 60
  /// The share of pixels with the largest value above which structures have lost their shape.
  private static let muchSaturation = 1e-3
  /// The correlation above which two channels can hardly be told apart.
  private static let hopelessCorrelation = 0.9
  /// Regions that are looked at, and the side of each, in pixels.
  private static let regions = 6
  private static let side = 512

  /// Looks at some parts of the training part.
  ///
  /// - Parameter patch: side of a patch, in pixels
  /// - Throws: `ImagingError` where a file is broken.
  public init(_ data: PreparedData, patch: Int) throws(ImagingError) {
    let train = data.split.train
    patches = train.reduce(0) { $0 + max($1.height / patch, 1) * max($1.width / patch, 1) }
    let count = min(Self.regions, train.count)
    var samples: [[Plane]] = []
    for index in 0..<count {
      let region = train[index * train.count / count]
      let height = min(region.height, Self.side)
      let width = min(region.width, Self.side)
      samples.append(
        try data.region(
          FrameRegion(
            frame: region.frame, row: region.row + (region.height - height) / 2,
            column: region.column + (region.width - width) / 2, height: height, width: width)
        ).originals)
    }
    channels = data.names.enumerated().map { index, name in
      Channel(name: name, samples.map { $0[index] })
    }
    var pairs: [Pair] = []
    for first in data.names.indices {
      for second in data.names.indices where second > first {
        let planes = samples.map { (first: $0[first], second: $0[second]) }
        let correlations = planes.compactMap {
          ImageMetrics.pearson(target: $0.first, prediction: $0.second)
        }
        pairs.append(
          Pair(
            names: (data.names[first], data.names[second]),
            correlation: correlations.isEmpty
              ? nil : correlations.reduce(0, +) / Double(correlations.count),
            shift: ChannelShift(planes)))
      }
    }
    self.pairs = pairs
  }

  /// What there is to warn of, in words, with what to do.
  public var warnings: [String] {
    var warnings: [String] = []
    if patches < Self.fewPatches {
      warnings.append(
        "the training part holds no more than \(patches) patches side by side: what is learned from so "
          + "little may not hold for other fields; add fields, from different days or slides")
    }
    for channel in channels where channel.saturated > Self.muchSaturation {
      warnings.append(
        "\((100 * channel.saturated).formatted(digits: 1)) % of the pixels of \(channel.name) have its "
          + "largest value, \(channel.maximum.formatted(digits: 0)): they look saturated, and what was cut "
          + "off cannot be learned; take images with a shorter exposure")
    }
    for pair in pairs {
      let names = "\(pair.names.0) and \(pair.names.1)"
      if let correlation = pair.correlation, correlation > Self.hopelessCorrelation {
        warnings.append(
          "\(names) look nearly the same (correlation \(correlation.formatted(digits: 2))): there is "
            + "little to tell them apart by; are these the right channels?")
      }
      if let shift = pair.shift, shift.isClear {
        warnings.append(
          "\(pair.names.1) seems to lie \(-shift.rows) rows and \(-shift.columns) columns from where "
            + "\(pair.names.0) is (their edges correlate by "
            + "\(shift.unmoved.formatted(digits: 2)), and by \(shift.correlation.formatted(digits: 2)) "
            + "if it is moved back): align the channels, or the network learns the shift")
      }
    }
    return warnings
  }
}

extension DataCheck.Channel {
  fileprivate init(name: String, _ planes: [Plane]) {
    let maximum = planes.lazy.compactMap { $0.values.max() }.max() ?? 0
    let minimum = planes.lazy.compactMap { $0.values.min() }.min() ?? 0
    let pixels = planes.reduce(0) { $0 + $1.values.count }
    let largest = planes.reduce(0) { $0 + $1.values.count { $0 == maximum } }
    self.name = name
    self.maximum = Double(maximum)
    self.saturated = maximum > minimum ? Double(largest) / Double(max(pixels, 1)) : 0
  }
}
