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
  /// How their networks are trained.
  let recipe: Recipe
  /// How many frames.
  let count: Int
  /// Curves per frame and channel.
  let curves: Int
  /// Height of a crest, in pixels.
  let amplitude: Double
  /// Thickness of the brush, in pixels.
  let thickness: Int
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
      frames: [Frame(paper: 128, side: 128), Frame(paper: 256, side: 256)], recipe: recipe,
      count: 1000, curves: curves.curveCount, amplitude: curves.amplitude,
      thickness: curves.thickness, bands: curves.bands)
  }()

  /// An eighth of the paper's frames.
  ///
  /// Bands lie closer than an eighth would have them, since a wave
  /// shorter than four pixels cannot be drawn, and crests are higher, to be seen at all.
  private static let small: CritterScale = {
    var recipe = Recipe.microscopy(.small)
    recipe.patch = 16
    recipe.filters = 16
    recipe.latents = 16
    recipe.batch = 32
    recipe.seconds = 0
    recipe.steps = 4000
    recipe.changes = #"""
      {"data": {"padding": "constant", "clipQuantile": 1, "split": {"validation": 0.02, "test": 0.02}},
       "loss": {"klWeight": 0.001}}
      """#
    return CritterScale(
      frames: [Frame(paper: 128, side: 32)], recipe: recipe,
      count: 3000, curves: 1, amplitude: 2.5, thickness: 3,
      bands: [.init(0.36, 0.40), .init(0.58, 0.62), .init(0.92, 0.98), .init(1.45, 1.55)])
  }()

  private static let smoke: CritterScale = {
    var recipe = small.recipe
    recipe.filters = 4
    recipe.latents = 4
    recipe.batch = 4
    recipe.steps = 8
    return CritterScale(
      frames: small.frames, recipe: recipe, count: 20, curves: 1, amplitude: small.amplitude,
      thickness: small.thickness, bands: small.bands)
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
    curves.verticalSpacing *= Double(frame.side) / 256
    curves.bands = size.bands
    return SplitTask(
      id: "critters-\(frame.paper)-\(length)", name: "critters \(frame.paper), \(length)",
      source: .critters(CritterSet(curves, frames: size.count)))
  }
}
