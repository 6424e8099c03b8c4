import Experiment
import Imaging

/// What an evaluation measured, and how the images were split.
public struct Measurement: Codable, Equatable, Sendable {
  /// The tiles of the prediction.
  public struct Tiles: Codable, Equatable, Sendable {
    /// Which pixels around the kept part are computed and thrown away.
    public enum Scheme: String, Choice {
      case inner, outer, none
    }

    /// The scheme.
    public var scheme: Scheme
    /// Pixels thrown away at each side.
    public var padding: Int
    /// Side of the patches that the network was given, in pixels.
    public var patch: Int
    /// Side of the part of each that was kept, in pixels.
    public var kept: Int
  }

  /// Path of the model, as it was given.
  public var model: String?
  /// Path of the image that was split before, as it was given; nil with a model.
  public var prediction: String?
  /// The part of the data; nil for an image that was split before.
  public var part: DataPart?
  /// The tiles; nil without a model.
  public var tiles: Tiles?
  /// Predictions with drawn latent variables that were averaged; 0 for the posterior's mean, nil
  /// without a model.
  public var samples: Int?
  /// Ways in which each patch lay that were averaged; nil for one, and without a model.
  public var turns: Int?
  /// Seed of the draws; nil without draws.
  public var seed: UInt64?
  /// The statistics that targets and predictions were clipped and normalised with.
  public var normalisation: Normalisation

  /// A part of a model's data.
  ///
  /// - Throws: as `TilePadding.sides(for:)`.
  init(
    _ model: ModelDescription, _ options: SplitOptions, part: DataPart
  ) throws(ImagingError) {
    let sides = try options.padding.sides(for: model.network)
    let margin = (sides.patch - sides.kept) / 2
    let scheme: Tiles.Scheme =
      margin == 0 ? .none : sides.patch == model.network.patch ? .inner : .outer
    self.part = part
    self.tiles = Tiles(scheme: scheme, padding: margin, patch: sides.patch, kept: sides.kept)
    self.samples = options.samplesPosterior ? options.samples : 0
    self.turns = options.turns > 1 ? options.turns : nil
    self.seed = options.samplesPosterior ? options.seed : nil
    self.normalisation = model.normalisation
  }

  /// An image that was split before, or images of a part that are split without a model.
  init(_ normalisation: Normalisation, part: DataPart? = nil) {
    self.normalisation = normalisation
    self.part = part
  }

  /// How the image was split, in words; nil when it was split before.
  var splitting: String? {
    guard let tiles, let samples else { return nil }
    let padding =
      tiles.scheme == .none ? "no padding" : "\(tiles.scheme.rawValue) padding of \(tiles.padding)"
    let latents =
      samples == 0 ? "mean latents" : "\(samples) draw\(samples == 1 ? "" : "s") of the latents"
    return "\(padding), \(latents)" + (turns.map { ", \($0) turns of each patch" } ?? "")
  }
}
