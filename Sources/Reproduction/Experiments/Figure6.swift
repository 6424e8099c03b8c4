import Experiment

extension PaperExperiment {
  /// Size of the training patches (the paper, figure 6 a).
  static func figure6a(_ scale: Scale, task: SplitTask) -> PaperExperiment {
    let patches = [64, 128, 256, 512]
    func rows(_ name: String, _ system: (Int) -> System) -> [Row] {
      patches.map { patch in
        Row(
          line: [name, "\(patch)"], column: "", task: task, system: system(patch),
          recipe: .microscopy(scale), tiles: .inner(24))
      }
    }
    return PaperExperiment(
      id: "figure6a", title: "Figure 6 a: larger training patches",
      about: "Networks without context gain from larger patches; the U-Net levels off.",
      layout: .curves(
        x: "side of a training patch, pixels", categories: patches.map(String.init), metric: .psnr),
      rows: rows("U-Net") { .unet(patch: $0) }
        + (1...4).flatMap { levels in
          rows("HVAE, \(levels) levels") {
            .ladder(.hvae, .vanilla, levels: levels, contexts: 0, patch: $0)
          }
        })
  }

  /// Levels with and without context (the paper, figure 6 b).
  static func figure6b(_ scale: Scale, task: SplitTask) -> PaperExperiment {
    let vanilla = (1...4).map { ("Vanilla", "\($0)", ContextVariant.vanilla, $0, 0) }
    let regular = (1...4).map { ("Regular-LC", "4 (\($0))", ContextVariant.regular, 4, $0) }
    let deep = (5...8).map { ("Deep-LC", "\($0) (4)", ContextVariant.deep, $0, 4) }
    let all = vanilla + regular + deep
    return PaperExperiment(
      id: "figure6b", title: "Figure 6 b: levels with and without context",
      about: "HVAE with patches of 64 pixels: more levels, then context for more of them (in "
        + "brackets), then levels above those with context.",
      layout: .curves(
        x: "levels (of them with context)", categories: all.map(\.1), metric: .psnr),
      rows: all.map { name, place, context, levels, contexts in
        Row(
          line: [name, place], column: "", task: task,
          // Fewer contexts than levels in a ladder that keeps the patch's size is what is called
          // deep here, whatever its number of levels.
          system: .ladder(
            .hvae, contexts > 0 && contexts < levels ? .deep : context, levels: levels,
            contexts: contexts),
          recipe: .microscopy(scale), tiles: .inner(24))
      })
  }
}
