import Experiment
import Imaging

extension PaperExperiment {
  /// Critters, which only context can tell apart (the paper, section 4 and table 2).
  static func table2(_ scale: Scale) -> PaperExperiment {
    let size = CritterScale.of(scale)
    return PaperExperiment(
      id: "table2", title: "Table 2: critters, which only context tells apart",
      about: "Which structure a curve belongs to is the exclusive-or of its two ends, so a network "
        + "must see both. Without a connection the ends touch, with one they lie further apart. The paper does "
        + "not say how its patches were tiled here. With frames of two by two patches, inner padding "
        + "reaches beyond the frame, where no network was trained; so both are shown."
        + (scale == .paper
          ? ""
          : " At this scale the paper's frame of 128 pixels has 32, its patch of 64 has 16, there is "
            + "one curve of each kind, and the ladders are autoencoders (HAE); the paper's figures are "
            + "those of the full size."),
      layout: .table(line: ["Frame", "System", "Tiles"], metrics: [.psnr, .ssim]),
      rows: size.frames.flatMap { frame in
        Self.table2Lines.filter { $0.frame == frame.paper }.flatMap { line in
          [("whole patches", TileRule.none), ("inner padding", .inner(16))].flatMap { name, tiles in
            zip([0, 25], line.figures).map { length, figures in
              Row(
                line: ["\(frame.paper)", line.context.title, name],
                column: "connection of \(length) pixels",
                task: .critters(frame, length: length, scale),
                system: .ladder(size.backbone, line.context, levels: size.levels),
                recipe: size.recipe, tiles: tiles,
                paper: PaperFigures(psnr: figures.0, ssim: figures.1))
            }
          }
        }
      })
  }

  /// A line of table 2: the paper's figures for connections of 0 and 25 pixels.
  struct Table2Line: Sendable {
    let frame: Int
    let context: ContextVariant
    let figures: [(Double, Double)]
  }

  static let table2Lines = [
    Table2Line(
      frame: 128, context: .vanilla, figures: [(28.3, 0.90), (25.5, 0.85)]),
    Table2Line(frame: 128, context: .lean, figures: [(37.3, 0.97), (35.1, 0.96)]),
    Table2Line(
      frame: 128, context: .regular, figures: [(37.0, 0.98), (39.2, 0.98)]),
    Table2Line(
      frame: 256, context: .vanilla, figures: [(19.4, 0.75), (15.8, 0.43)]),
    Table2Line(frame: 256, context: .lean, figures: [(34.1, 0.97), (32.2, 0.97)]),
    Table2Line(
      frame: 256, context: .regular, figures: [(41.5, 0.99), (41.6, 0.98)]),
  ]
}
