import Experiment
import Foundation
import Imaging

/// The numbers that bring images to the scale of a network, which the authors' checkpoints lack.
///
/// As JSON, an object with these names; `images` may be left out.
public struct ModelStatistics: Codable, Equatable, Sendable {
  /// What is known of the training images.
  public struct Images: Codable, Equatable, Sendable {
    /// Rows of the frames.
    public var height: Int
    /// Columns of the frames.
    public var width: Int
    /// How the axes of the files were read, such as `NYX`.
    public var axes: String
    /// Size of a pixel; nil when no file says.
    public var pixelSize: PixelSize?
    /// Which parts trained, validated and tested.
    public var split: DataSplit

    /// Whether a region lies within a frame.
    func hold(_ region: FrameRegion) -> Bool {
      region.frame >= 0 && region.row >= 0 && region.column >= 0 && region.height > 0
        && region.width > 0 && region.height <= height && region.width <= width
        && region.row <= height - region.height && region.column <= width - region.width
    }
  }

  /// Names of the targets, T of them.
  public var channels: [String]
  /// The value above which each target's pixels are clipped, `[T]`.
  public var clip: [Double]
  /// Mean of the clipped pixels of all targets together.
  public var inputMean: Double
  /// Standard deviation of the clipped pixels of all targets together.
  public var inputStd: Double
  /// Mean of each target's clipped pixels, `[T]`.
  public var targetMean: [Double]
  /// Standard deviation of each target's clipped pixels, `[T]`.
  public var targetStd: [Double]
  /// What is known of the training images; nil for nothing.
  public var images: Images?

  /// Statistics that were computed elsewhere.
  public init(
    channels: [String], clip: [Double], inputMean: Double, inputStd: Double,
    targetMean: [Double], targetStd: [Double], images: Images? = nil
  ) {
    self.channels = channels
    self.clip = clip
    self.inputMean = inputMean
    self.inputStd = inputStd
    self.targetMean = targetMean
    self.targetStd = targetStd
    self.images = images
  }

  /// Statistics of the training part of images, computed as for a training.
  ///
  /// - Throws: `ImagingError` when there is too little to split, or a channel shows nothing.
  public init(
    _ images: TrainingImages, _ configuration: DataConfiguration, patch: Int
  ) throws(ImagingError) {
    let data = try PreparedData(images, configuration, contexts: 0, patch: patch)
    let normalisation = data.normalisation
    self.init(
      channels: data.names, clip: normalisation.clip, inputMean: normalisation.inputMean,
      inputStd: normalisation.inputStd, targetMean: normalisation.targetMean,
      targetStd: normalisation.targetStd,
      images: Images(
        height: images.height, width: images.width, axes: data.axes, pixelSize: data.pixelSize,
        split: data.split))
  }

  // MARK: Files

  private static let sizeLimit = 10_000_000
  private static let keys: Set<String> = [
    "channels", "clip", "inputMean", "inputStd", "targetMean", "targetStd", "images",
  ]

  /// Reads statistics from JSON.
  ///
  /// - Throws: ``ModelError`` with a sentence.
  public init(contentsOf url: URL) throws(ModelError) {
    let path = url.path
    let found: ModelStatistics
    do {
      let data = try Data(contentsOf: url)
      guard data.count <= Self.sizeLimit else {
        throw ModelError("\(path) has \(data.count) bytes; statistics take a few hundred")
      }
      let object = try JSONSerialization.jsonObject(with: data)
      let unknown = Set((object as? [String: Any] ?? [:]).keys).subtracting(Self.keys).sorted()
      guard unknown.isEmpty else {
        throw ModelError(
          "\(path) has unknown keys: \(unknown.joined(separator: ", ")); expected "
            + Self.keys.sorted().joined(separator: ", "))
      }
      found = try JSONDecoder().decode(ModelStatistics.self, from: data)
    } catch let error as ModelError {
      throw error
    } catch let error as DecodingError {
      throw ModelError("\(path) holds no statistics: \(Self.sentence(error))")
    } catch {
      throw ModelError("cannot read \(path): \(error.localizedDescription)")
    }
    try found.check(path)
    self = found
  }

  /// Writes the statistics as JSON, replacing the file in one step.
  ///
  /// - Throws: ``ModelError`` when that fails.
  public func write(to url: URL) throws(ModelError) {
    do {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      try (encoder.encode(self) + Data("\n".utf8)).write(to: url, options: .atomic)
    } catch {
      throw ModelError("cannot write \(url.path): \(error.localizedDescription)")
    }
  }

  private func check(_ path: String) throws(ModelError) {
    let count = channels.count
    guard count >= 2, Set(channels).count == count, !channels.contains("") else {
      throw ModelError(
        "\(path): \"channels\" are \(channels); two or more different names are needed")
    }
    for (key, values) in [("clip", clip), ("targetMean", targetMean), ("targetStd", targetStd)]
    where values.count != count {
      throw ModelError("\(path): \"\(key)\" has \(values.count) numbers for \(count) channels")
    }
    guard (clip + targetMean + targetStd + [inputMean, inputStd]).allSatisfy(\.isFinite) else {
      throw ModelError("\(path): all numbers must be finite")
    }
    guard let least = (targetStd + [inputStd]).min(), least > 0 else {
      throw ModelError("\(path): standard deviations must be above 0")
    }
    guard let images else { return }
    let regions = images.split.train + images.split.validation + images.split.test
    guard images.height > 0, images.width > 0, regions.allSatisfy(images.hold) else {
      throw ModelError(
        "\(path): a region of \"images.split\" does not lie within frames of \(images.height) × "
          + "\(images.width) pixels")
    }
  }

  private static func sentence(_ error: DecodingError) -> String {
    switch error {
    case .keyNotFound(let key, _): "\"\(key.stringValue)\" is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
      "\(context.codingPath.map(\.stringValue).joined(separator: ".")): \(context.debugDescription)"
    @unknown default: "\(error)"
    }
  }
}
