import Experiment
import Imaging

/// Size and recipe of the critters at a scale.
struct CritterScale: Sendable {
  /// A frame of the paper and the side that stands for it.
  struct Frame: Sendable, Equatable {
    let paper: Int
    let side: Int
  }

  /// The frames that are drawn.
  let frames: [Frame]
  /// The kind of ladder.
  let backbone: Backbone
  /// Its levels; nil for those of the paper.
  let levels: Int?
  /// How it is trained.
  let recipe: Recipe
  /// How many frames.
  let count: Int
  /// Curves per frame and channel.
  let curves: Int
  /// Height of a crest, in pixels.
  let amplitude: Double
  /// Thickness of the brush, in pixels.
  let thickness: Int
  /// The largest horizontal shift of a curve, as part of the frame.
  let horizontalSpread: Double
  /// Angular frequencies per pixel.
  let bands: [SinusoidalCritters.Band]

  static func of(_ scale: Scale) -> CritterScale {
    switch scale {
    case .paper: paper
    case .small: small
    case .smoke: smoke
    }
  }

  /// As the authors' configurations say.
  private static let paper: CritterScale = {
    let curves = SinusoidalCritters()
    var recipe = Recipe.microscopy(.paper)
    recipe.changes = #"{"data": {"padding": "constant", "clipQuantile": 0.995}}"#
    return CritterScale(
      frames: [Frame(paper: 128, side: 128), Frame(paper: 256, side: 256)], backbone: .hvae,
      levels: nil, recipe: recipe, count: 1000, curves: curves.curveCount,
      amplitude: curves.amplitude,
      thickness: curves.thickness, horizontalSpread: curves.horizontalSpread, bands: curves.bands)
  }()

  /// A quarter of the paper's smaller frame, with a quarter of its patch.
  ///
  /// Found by trying: the exclusive-or of two ends is learned all at once after a long while in
  /// which nothing improves, and that while grows with everything that varies. So there is one curve
  /// of each kind, their ends lie near the same place, crests are higher than a quarter of the
  /// paper's, and bands lie so close that a few pixels tell them apart but no wave is shorter than
  /// the 3.6 pixels that can be drawn. Without samples (HAE) the while is shorter; with them (HVAE)
  /// posteriors of the connected critters collapsed onto the prior first.
  private static let small: CritterScale = {
    var recipe = Recipe.microscopy(.small)
    recipe.patch = 16
    recipe.batch = 32
    recipe.seconds = 0
    recipe.steps = 6000
    recipe.changes = #"""
      {"data": {"padding": "constant", "clipQuantile": 1, "split": {"validation": 0.02, "test": 0.02}}}
      """#
    return CritterScale(
      frames: [Frame(paper: 128, side: 32)], backbone: .hae, levels: 2, recipe: recipe, count: 3000,
      curves: 1, amplitude: 2.5, thickness: 3, horizontalSpread: 0.1,
      bands: [.init(0.6, 0.62), .init(0.9, 0.92), .init(1.25, 1.28), .init(1.7, 1.74)])
  }()

  /// As `small`, for seconds.
  private static let smoke: CritterScale = {
    var recipe = small.recipe
    recipe.filters = 4
    recipe.latents = 4
    recipe.batch = 4
    recipe.steps = 8
    return CritterScale(
      frames: small.frames, backbone: small.backbone, levels: small.levels, recipe: recipe,
      count: 100, curves: 1,
      amplitude: small.amplitude, thickness: small.thickness,
      horizontalSpread: small.horizontalSpread, bands: small.bands)
  }()
}

extension SplitTask {
  /// Critters with a connection of the given length, in pixels of the paper's frame of 256.
  static func critters(_ frame: CritterScale.Frame, length: Int, _ scale: Scale) -> SplitTask {
    let size = CritterScale.of(scale)
    var curves = SinusoidalCritters(
      connection: length == 0 ? nil : .init(length: Double(length) / 256))
    curves.frameSize = frame.side
    curves.curveCount = size.curves
    curves.amplitude = size.amplitude
    curves.thickness = size.thickness
    curves.horizontalSpread = size.horizontalSpread
    curves.verticalSpacing *= Double(frame.side) / 256
    curves.bands = size.bands
    return SplitTask(
      id: "critters-\(frame.paper)-\(length)", name: "critters \(frame.paper), \(length)",
      source: .critters(CritterSet(curves, frames: size.count)))
  }
}
